"""What happened, in words: one entry for each kind of event, for the timelines of the desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.clock.words import day_words, moment_words
from cases.models import Decision
from czrm.trail.authors import author
from czrm.trail.models import Event

KINDS: dict[str, tuple[str, str, Promise]] = {
    "case.opened": ("folder-plus", "brand", _("Case opened")),
    "case.assigned": ("user-check", "", _("Assigned")),
    "case.started": ("player-play", "brand", _("Work began")),
    "case.citizen_asked": ("mail-forward", "", _("Asked the person")),
    "case.citizen_answered": ("mail-opened", "good", _("The person answered")),
    "case.paused": ("clock-pause", "", _("The term was paused")),
    "case.resumed": ("player-play", "", _("The term goes on")),
    "case.extended": ("calendar-event", "", _("The term was extended")),
    "case.note_added": ("lock", "", _("Note of the team")),
    "case.document_added": ("paperclip", "", _("Document added")),
    "case.decided": ("gavel", "good", _("Decided")),
    "case.notified": ("signature", "good", _("Notified on paper")),
    "case.closed": ("circle-check", "good", _("Case closed")),
    "case.reopened": ("folder-open", "", _("Opened again")),
    "case.refiled": ("arrows-exchange", "", _("Moved to another person")),
    "case.edited": ("pencil", "", _("Data corrected")),
    "case.redated": ("calendar-event", "", _("Its dates moved: the calendar changed")),
}
FIELDS: dict[str, Promise] = {
    "title": _("in a few words"), "description": _("what is asked"), "place": _("place"), "area": _("area"), "priority": _("priority"),
    "reply_name": _("name of who asks"), "reply_email": _("e-mail to answer to"), "reply_phone": _("phone to answer to"), "tags": _("tags"),
}  # fmt: skip
PAPERS: dict[str, Promise] = {
    "receipt": _("A new receipt; the old key no longer works"), "attachment": _("Handed in by the person"), "internal": _("Internal"),
}  # fmt: skip


@dataclass
class Story:
    """An entry of the timeline; `text` is of the officer's or the citizen's own words."""

    icon: str
    tone: str
    title: str
    text: str
    foot: str
    at: datetime
    kind: str = ""

    @property
    def day(self) -> str:
        return day_words(localtime(self.at))


def tell(event: Event, *, notes: dict[str, str] | None = None, requests: dict[str, Any] | None = None) -> Story:
    """`notes` by subject and `requests` by uid bring the words that an event only points to."""
    icon, tone, title = KINDS.get(event.kind, ("point", "", event.kind))
    text = words(event.kind, event.data)
    if event.kind == "case.note_added":
        text = (notes or {}).get(event.subject, "")
    request = (requests or {}).get(str(event.data.get("request", "")))
    if request is not None:
        text = request.text if event.kind == "case.citizen_asked" else request.answer or text
    return Story(icon, tone, str(title), text, author(event.by), event.at, "internal" if event.kind == "case.note_added" else "")


def words(kind: str, data: dict[str, Any]) -> str:
    tell_of = WORDS.get(kind)
    return tell_of(data) if tell_of else ""


def opened(data: dict[str, Any]) -> str:
    documents = data.get("documents") or 0
    facts = [data.get("procedure") or "", gettext("entry %(number)s") % {"number": data["entry"]} if data.get("entry") else ""]
    facts.append(gettext("documents: %(n)d") % {"n": documents} if documents else "")
    facts.append(gettext("brought by who acts for them") if data.get("agent") else "")
    return " · ".join(filter(None, facts))


def assigned(data: dict[str, Any]) -> str:
    return " · ".join(filter(None, (data.get("team"), data.get("assignee")))) or gettext("Nobody")


def decided(data: dict[str, Any]) -> str:
    kind = dict(Decision.Kind.choices).get(data.get("outcome") or "", "")
    return " · ".join(filter(None, (str(kind), data.get("decision"))))


def closed(data: dict[str, Any]) -> str:
    """What came in from another system brings its reason, and may have ended nobody knows when."""
    kind = str(dict(Decision.Kind.choices).get(data.get("outcome") or "", ""))
    unknown = gettext("The date is not known.") if data.get("date") == "unknown" else ""
    return " · ".join(filter(None, (kind, data.get("reason"), unknown)))


def until(data: dict[str, Any]) -> str:
    moment = parse_datetime(data.get("due") or "")
    return gettext("It is now due on %(moment)s") % {"moment": moment_words(localtime(moment))} if moment else ""


def redated(data: dict[str, Any]) -> str:
    return until({"due": (data.get("new") or {}).get("due_at")})


def handed_over(data: dict[str, Any]) -> str:
    moment = parse_datetime(data.get("at") or "")
    return " · ".join(filter(None, (str(data.get("decision") or ""), moment_words(localtime(moment)) if moment else "")))


def refiled(data: dict[str, Any]) -> str:
    way = gettext("It had been filed under the wrong person and now is somebody else's.") if data.get("way") == "out" else ""
    return " ".join(filter(None, (way or gettext("It had been filed under the wrong person."), data.get("reason"))))


def edited(data: dict[str, Any]) -> str:
    return ", ".join(str(FIELDS.get(name, name)) for name in data.get("fields", []))


WORDS: dict[str, Callable[[dict[str, Any]], str]] = {
    "case.opened": opened, "case.assigned": assigned, "case.decided": decided, "case.closed": closed, "case.extended": until,
    "case.notified": handed_over, "case.refiled": refiled, "case.edited": edited, "case.redated": redated,
    "case.reopened": lambda data: data.get("reason") or "", "case.paused": lambda data: data.get("article") or "",
    "case.document_added": lambda data: str(PAPERS.get(data.get("what") or "", "")),
}  # fmt: skip
