"""A procedure as a municipality would publish it, and the way through it as a browser without scripts goes."""

from __future__ import annotations

import html
import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client as Browser
from django.utils.timezone import now

from cases.models import Procedure, ProcedureVersion
from czrm.institutions.models import Institution
from czrm.kit.actor import acting
from tests.factories import machine

FORM: dict[str, Any] = {
    "type": "object", "order": ["problem", "other", "since"], "required": ["problem", "other"],
    "properties": {
        "problem": {"type": "string", "title": "¿Qué pasa con la luz?", "oneOf": [
            {"const": "off", "title": "Está apagada"}, {"const": "other", "title": "Otra cosa"}]},
        "other": {"type": "string", "title": "¿Qué otra cosa?", "x-if": {"problem": "other"}},
        "since": {"type": "string", "format": "date", "title": "¿Desde cuándo?"},
    },
}  # fmt: skip
ANSWERS = {"problem": "off"}
DOCUMENTS = [{"code": "rent", "name": "Contrato de arriendo", "help": "Las páginas con las firmas.", "required": True}]
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" \
      b"3 0 obj<</Type/Page/Parent 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF"  # fmt: skip


def procedure(of: Institution, name: str = "Luminaria apagada", *, slug: str = "luminaria", **fields: Any) -> Procedure:
    rules = {key: fields.pop(key) for key in ("form", "documents", "promised", "legal", "silence", "guide") if key in fields}
    with acting(machine(of)):
        made = Procedure.objects.create(institution=of, slug=slug, name=name, status="published", **{"kind": "service"} | fields)
        made.current = ProcedureVersion.objects.create(procedure=made, published_at=now(), **{"form": FORM} | rules)
        made.save(update_fields=["current"])
    return made


def pdf(name: str = "contrato.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, "application/pdf")


def text(response: HttpResponse) -> str:
    return html.unescape(response.content.decode())


def without_tokens(response: HttpResponse) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|"X-(CSRFToken|Page-View)": "[^"]+"', "", response.content.decode())


def step(browser: Browser, procedure: Procedure, key: str, **data: Any) -> HttpResponse:
    slug = procedure.institution.slug
    return browser.post(f"/portal/{slug}/procedures/{procedure.slug}/request/{key}/", data)


def begin(browser: Browser, procedure: Procedure) -> HttpResponse:
    return browser.post(f"/portal/{procedure.institution.slug}/procedures/{procedure.slug}/request/")


def fill(
    browser: Browser, procedure: Procedure, *, name: str = "Elena Quiroga", email: str = "elena@example.org", document: str = ""
) -> None:
    """From the first page up to the check."""
    begin(browser, procedure)
    step(browser, procedure, "q-problem", **{"q-problem": "off"})
    step(browser, procedure, "q-since", **{"q-since": "2026-11-03"})
    step(browser, procedure, "place", place="Los Tilos 240")
    step(browser, procedure, "person", name=name, document=document)
    step(browser, procedure, "reply", email=email)
    step(browser, procedure, "documents")


def send(browser: Browser, procedure: Procedure) -> dict[str, str]:
    """Sends what was filled in; the number and the key of the receipt."""
    fill(browser, procedure)
    step(browser, procedure, "check")
    return dict(browser.session["sent"])


def follow(browser: Browser, of: Institution, number: str, key: str, **options: Any) -> HttpResponse:
    return browser.post(f"/portal/{of.slug}/track/", {"number": number, "key": key}, **options)
