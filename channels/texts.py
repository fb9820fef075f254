"""The words of messages: ours in templates/messages/, an institution's own in MessageText; both are filled by names alone.

A text holds `{variables}`. Filling it looks names up in a dictionary: no attribute, no index, no format, no tag, so that
whoever may write a text can reach nothing but the listed values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from channels.models import MessageText
from channels.short import compact

LANGUAGES = ("es", "en")
VARIABLE = re.compile(r"\{([a-z_]+)\}")
BRACE = re.compile(r"[{}]")

VARIABLES: dict[str, Promise] = {
    "name": _("Name of whoever receives it"),
    "number": _("Case number"),
    "procedure": _("Procedure"),
    "institution": _("Name of the institution"),
    "link": _("Address of the page that shows it"),
    "until": _("Day until which there is time"),
    "officer": _("Name of the officer it is about"),
    "reason": _("The reason the officer gave"),
    "code": _("The code, which only its recipient reads"),
}
SAMPLE = {
    "name": "Carla", "number": "NO-2026-000123-4", "procedure": "Reparación de luminaria", "institution": "Municipalidad de Norte",
    "link": "https://…/portal/…", "until": "04-12-2026", "officer": "Ana Pérez",
    "reason": "Lo pide el juzgado", "code": "000000",
}  # fmt: skip
ALWAYS = ("name", "number", "procedure", "institution", "link")


@dataclass(frozen=True)
class Message:
    """One of the messages we send: when, to whom, what may stand in it, and by which channels it goes."""

    when: Promise
    to: Promise
    variables: tuple[str, ...] = ALWAYS
    channels: tuple[str, ...] = ("email",)


BOTH = ("email", "sms")
CITIZEN, OFFICER, SUPERVISOR = _("The citizen"), _("The officer in charge"), _("Who supervises the officer")
MESSAGES: dict[str, Message] = {
    "case.opened": Message(_("A case is opened"), CITIZEN, channels=BOTH),
    "case.citizen_asked": Message(_("Something is asked of the citizen"), CITIZEN, (*ALWAYS, "until"), BOTH),
    "case.extended": Message(_("The term is extended"), CITIZEN, (*ALWAYS, "until"), BOTH),
    "case.decided": Message(_("A decision is signed"), CITIZEN, channels=BOTH),
    "case.notified": Message(_("The decision is notified"), CITIZEN, channels=BOTH),
    "case.closed": Message(_("A case is answered and closed"), CITIZEN, channels=BOTH),
    "case.reopened": Message(_("A case is opened again"), CITIZEN, channels=BOTH),
    "case.citizen_answered": Message(_("The citizen answers"), OFFICER),
    "case.assigned": Message(_("A case is assigned"), OFFICER),
    "login.code": Message(_("A code to sign in is asked for"), CITIZEN, ("name", "code", "institution"), BOTH),
    "contact.code": Message(_("A code to verify a phone or an e-mail is asked for"), CITIZEN, ("name", "code", "institution"), BOTH),
    "citizen.glass_broken": Message(
        _("An officer opens a protected record"), SUPERVISOR, ("name", "officer", "reason", "institution", "link")
    ),
    "export.people_asked": Message(
        _("An officer asks for a file of people"), SUPERVISOR, ("name", "officer", "reason", "institution", "link")
    ),
    "access.budget_exceeded": Message(_("An officer asks about too many people"), SUPERVISOR, ("name", "officer", "institution", "link")),
}


def render(event: str, language: str, values: dict[str, str], institution_id: int, channel: str = "email") -> tuple[str, str]:
    """Subject and body, in the institution's words or in ours."""
    subject, body = own(event, language, institution_id, channel) or shipped(event, language, channel)
    said = fill(body, values)
    return fill(subject, values), compact(said) if channel == "sms" else said


def own(event: str, language: str, institution_id: int, channel: str = "email") -> tuple[str, str] | None:
    text = MessageText.objects.filter(institution=institution_id, event=event, channel=channel, language=language).first()
    return (text.subject, text.body) if text else None


def shipped(event: str, language: str, channel: str = "email") -> tuple[str, str]:
    """Our file: its first line is the subject. Only translations happen here; the variables are still to be filled."""
    with translation.override(language):
        whole = render_to_string(f"messages/{event}.{channel}.txt")
    subject, _line, body = whole.strip().partition("\n")
    return subject.strip(), body.strip()


def fill(text: str, values: dict[str, str]) -> str:
    """What is put in stays in its line: a value cannot add a header or a paragraph. Who has no name is greeted without."""
    text = text if values.get("name") else text.replace(", {name}", "")
    return VARIABLE.sub(lambda found: " ".join(values.get(found[1], "").split()), text)


def unknown_variables(text: str, known: Iterable[str]) -> list[str]:
    """What stands between braces and would not be filled; a brace alone too, for it is a variable written wrongly."""
    unknown = sorted({f"{{{name}}}" for name in VARIABLE.findall(text)} - {f"{{{name}}}" for name in known})
    return unknown or sorted(set(BRACE.findall(VARIABLE.sub("", text))))
