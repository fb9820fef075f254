"""A contact, a notice or an event of a person's history, in the words of the timeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases import stories as of_cases
from channels import defaults
from channels.models import Contact, Notice
from citizens.contact_points import masked
from czrm.trail.authors import author
from czrm.trail.models import Event

PEOPLE: dict[str, tuple[str, Promise]] = {
    "citizen.registered": ("user-plus", gettext_lazy("Registered")),
    "citizen.linked": ("link", gettext_lazy("This institution began to attend them")),
    "citizen.corrected": ("pencil", gettext_lazy("Data corrected")),
    "citizen.identifier_added": ("id-badge-2", gettext_lazy("Document added")),
    "citizen.contact_point_added": ("phone", gettext_lazy("New way to reach them")),
    "citizen.contact_point_edited": ("phone", gettext_lazy("What a way to reach them is for was changed")),
    "citizen.contact_point_verified": ("rosette-discount-check", gettext_lazy("A way to reach them was verified")),
    "citizen.contact_point_retired": ("phone-off", gettext_lazy("A way to reach them no longer serves")),
    "login.linked": ("id-badge-2", gettext_lazy("An officer joined their log-in at the portal to this record")),
    "match.decided": ("users", gettext_lazy("Somebody decided whether another record is of the same person")),
    "citizen.revealed": ("eye", gettext_lazy("Masked data shown")),
    "mandate.granted": ("users", gettext_lazy("A mandate was recorded")),
    "mandate.revoked": ("user-x", gettext_lazy("A mandate was revoked")),
    "mandate.used": ("users", gettext_lazy("Somebody began to act for them in the portal")),
    "consent.given": ("circle-check", gettext_lazy("They agreed to something")),
    "consent.withdrawn": ("circle-x", gettext_lazy("They withdrew a consent")),
}
WHY_NOT: dict[str, Promise] = {
    "no_address": gettext_lazy("No way to reach them is known: nobody was told."),
    "no_sms": gettext_lazy("Only a phone is known, and no short messages go out from here: nobody was told."),
    "too_late": gettext_lazy("The code was no longer valid when it was about to go out."),
}
LONG = 180  # minutes; longer ones are told in hours
CASES = (
    "case.opened", "case.started", "case.citizen_asked", "case.citizen_answered", "case.extended", "case.decided", "case.notified",
    "case.closed", "case.reopened", "case.refiled",
)  # fmt: skip
DELIVERY: dict[str, tuple[Promise, str]] = {
    Notice.Status.WAITING: (gettext_lazy("Waiting to go out"), ""),
    Notice.Status.SENT: (gettext_lazy("Sent"), "good"),
    Notice.Status.READ: (gettext_lazy("Read"), "good"),
    Notice.Status.DEAD: (gettext_lazy("Not delivered"), "danger"),
    Notice.Status.CANCELLED: (gettext_lazy("Not sent"), ""),
}


@dataclass
class Story:
    at: datetime
    icon: str
    title: str
    text: str = ""
    foot: str = ""
    tone: str = ""
    kind: str = ""
    badge: str = ""
    delivery: str = ""
    delivery_tone: str = ""
    now: bool = False
    case: Any = None
    institution_id: int | None = None


def contact(one: Contact, known: dict[str, defaults.Way]) -> Story:
    way = defaults.way_of(one.channel, known)
    going_on = one.ended_at is None
    title = _("Call to them") if one.direction == Contact.Direction.OUT else _("Attended: %(way)s") % {"way": way.name.lower()}
    lasted = "" if one.ended_at is None else how_long(one.ended_at - one.started_at)
    foot = " · ".join(filter(None, (str(one.user), str(one.purpose), lasted)))
    return Story(
        one.started_at, way.icon, way.now if going_on else title, one.notes, foot,
        "brand" if going_on else "", badge=_("In progress") if going_on else one.result, now=going_on,
        institution_id=one.institution_id,
    )  # fmt: skip


def notice(one: Notice, *, hidden: bool = False) -> Story:
    """With `hidden`, no more of where it went than its holder needs to know it again."""
    delivery, tone = DELIVERY[one.status]
    why = str(WHY_NOT.get(one.error, ""))
    address = masked("email" if "@" in one.recipient else "phone", one.recipient) if hidden else one.recipient
    to = _("Automatic notice to %(address)s") % {"address": address} if one.recipient else _("Automatic notice")
    return Story(
        one.created_at, "device-mobile" if one.channel == "sms" else "mail", one.subject, why, to, kind="automatic",
        delivery=str(delivery), delivery_tone=tone, case=one.case_id, institution_id=one.institution_id,
    )  # fmt: skip


def event(one: Event) -> Story:
    if one.kind in PEOPLE:
        icon, title = PEOPLE[one.kind]
        return Story(one.at, icon, str(title), "", author(one.by), institution_id=one.institution_id)
    told = of_cases.tell(one)
    return Story(
        one.at, told.icon, told.title, told.text, author(one.by), told.tone, told.kind, case=one.case_id, institution_id=one.institution_id
    )


def how_long(length: Any) -> str:
    n = max(1, round(length.total_seconds() / 60))
    if n >= LONG:
        return ngettext("%(n)d hour", "%(n)d hours", n // 60) % {"n": n // 60}
    return ngettext("%(n)d minute", "%(n)d minutes", n) % {"n": n}
