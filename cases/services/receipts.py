"""The receipt the citizen takes home."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext, override

from cases import papers, terms
from cases.clock.words import length_words
from cases.models import Case, Document, Entry
from czrm.institutions.models import Institution, Office
from czrm.kit.actor import Actor

from .keeping import keep


def make(case: Case, entry: Entry, documents: Sequence[Document], key: str, *, by: Actor) -> Document:
    """The receipt as PDF, kept with the case."""
    with override(case.institution.language):
        data = papers.receipt_pdf(receipt(case, entry, documents, key))
        name = gettext("Receipt %(number)s") % {"number": entry.number} + ".pdf"
    return keep_pdf(case, name, data, Document.Kind.RECEIPT, entry=entry, by=by)


def keep_pdf(case: Case, name: str, data: bytes, kind: Document.Kind, *, by: Actor, **fields: Any) -> Document:
    return keep(case, name, data, "application/pdf", hashlib.sha256(data).hexdigest(), kind=kind, by=by, **fields)


def receipt(case: Case, entry: Entry, documents: Sequence[Document], key: str) -> papers.Receipt:
    institution = case.institution
    page = track_page(institution)
    return papers.Receipt(
        head=letterhead(institution, entry.office), language=institution.language, entry=entry.number,
        filed_at=terms.local(institution, entry.at),
        filed_by=case.citizen.name if case.citizen and not case.agent_id else entry.presented_by,
        procedure=case.procedure.name, case=case.number, tracking_key=key, follow_page=page,
        follow_url=f"{page}?{urlencode({'number': case.number, 'key': key})}",
        documents=tuple(papers.Attached(name=document.name, size=document.size, sha256=document.sha256) for document in documents),
        term=term_words(case.version.legal) or term_words(case.version.promised), silence=silence_words(case.version.silence),
        promised=case.promised_at and terms.local(institution, case.promised_at).date(),
        legal=case.legal_at and terms.local(institution, case.legal_at).date(), other_ways=tuple(other_ways(institution)),
    )  # fmt: skip


def track_page(institution: Institution) -> str:
    """Absolute, outside any contact in progress: it goes on paper."""
    return f"{settings.PUBLIC_URL}/portal/{institution.slug}/track/"


def letterhead(institution: Institution, office: Office | None) -> papers.Letterhead:
    return papers.Letterhead(
        institution=institution.name, office=office.name if office else "", colour=institution.color,
        logo=bytes(institution.logo) if institution.logo else None,
        contact=" · ".join(filter(None, (institution.phone, institution.email))),
    )  # fmt: skip


def term_words(rule: dict[str, Any]) -> str:
    term = terms.term_of(rule)
    if term is None:
        return ""
    return f"{length_words(term.length)} ({term.article})" if term.article else length_words(term.length)


def silence_words(silence: dict[str, Any]) -> str:
    words = {
        "granted": gettext("If we do not answer within the legal term, your request is understood to be granted."),
        "refused": gettext("If we do not answer within the legal term, your request is understood to be refused, and you can appeal."),
        "none": gettext(
            "If we do not answer within the legal term, you can complain about the delay; nothing is granted or refused by it."
        ),
    }.get(silence.get("effect", ""), "")
    return f"{words} ({silence['article']})" if words and silence.get("article") else words


def other_ways(institution: Institution) -> list[str]:
    ways = []
    if institution.phone:
        ways.append(gettext("By phone: %(phone)s") % {"phone": institution.phone})
    if institution.street_address:
        hours = f" ({institution.opening_hours})" if institution.opening_hours else ""
        ways.append(gettext("In person: %(address)s") % {"address": institution.street_address} + hours)
    return ways
