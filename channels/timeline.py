"""What happened with one person, whoever wrote it down: contacts, events and notices, merged by time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import formats
from django.utils.dateparse import parse_datetime
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from cases.at_hand import named
from cases.sharing import of_open_cases
from channels import defaults, stories
from channels.models import Contact, Notice
from channels.stories import Story
from citizens.models import Citizen
from czrm.kit.actor import acting_now
from czrm.trail.models import Event

PAGE = 20
KINDS = ("contacts", "cases", "notices")


@dataclass(frozen=True)
class Cursor:
    """Where the page before ended: its last moment, and how many of that same moment it had shown."""

    at: datetime | None = None
    shown: int = 0

    @classmethod
    def read(cls, text: str) -> Cursor:
        moment, _mark, shown = text.partition("~")
        try:
            return cls(parse_datetime(moment), int(shown or 0))
        except ValueError:
            return cls()

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.shown}" if self.at else ""


@dataclass(frozen=True)
class Page:
    days: list[tuple[str, list[Story]]]
    older: Cursor | None
    current: Contact | None = None  # the contact in progress, for its notes


def timeline(citizen: Citizen, *, kind: str, cursor: Cursor, institution_id: int, current: int | None = None) -> Page:
    """Newest first. `current` is the contact in progress: it stands on top, whoever it turns out to be about."""
    known = defaults.ways(institution_id, all_of_them=True)
    contacts = meetings(citizen, kind, cursor, current)
    going_on = next((contact for contact in contacts if contact.pk == current), None)
    theirs = [contact for contact in contacts if contact.citizen_id in (None, citizen.pk)] if kind in ("", "contacts") else []
    told = [stories.contact(contact, known) for contact in theirs]
    found = sorted([*told, *entries(citizen, kind, cursor)], key=lambda story: story.at, reverse=True)
    skipped = cursor.shown if cursor.at else 0
    shown = found[skipped : skipped + PAGE]
    older = None
    if len(found) > skipped + PAGE:
        last = shown[-1].at
        older = Cursor(last, sum(story.at == last for story in found[: skipped + PAGE]))
    name_cases(shown)
    return Page(by_day(shown), older, going_on)


def meetings(citizen: Citizen, kind: str, cursor: Cursor, current: int | None) -> list[Contact]:
    mine = Q(pk=current or 0) | Q(citizen=citizen.pk) if kind in ("", "contacts") else Q(pk=current or 0)
    rows = Contact.objects.filter(mine).select_related("user", "purpose")
    return list(newest(rows, "started_at", cursor)) if current or kind in ("", "contacts") else []


def entries(citizen: Citizen, kind: str, cursor: Cursor) -> list[Story]:
    found: list[Story] = []
    if kind in ("", "cases"):
        kinds = [*stories.CASES, *(stories.PEOPLE if kind == "" else ())]
        events = Event.objects.filter(of_open_cases(acting_now(), "event"), citizen_id=citizen.pk, kind__in=kinds)
        found += map(stories.event, newest(events, "at", cursor))
    if kind in ("", "notices"):
        notices = Notice.objects.filter(of_open_cases(acting_now(), "notice"), citizen=citizen.pk)
        hidden = citizen.state == Citizen.State.PROTECTED
        found += [stories.notice(one, hidden=hidden) for one in newest(notices, "created_at", cursor)]
    return found


def newest(rows: Any, moment: str, cursor: Cursor) -> Any:
    """As many as one page could hold of one source: each has an index by person."""
    before = Q(**{f"{moment}__lte": cursor.at}) if cursor.at else Q()
    return rows.filter(before).order_by(f"-{moment}", "-id")[: PAGE + cursor.shown + 1]


def name_cases(shown: Iterable[Story]) -> None:
    """One query at most for the numbers of all cases spoken of."""
    cases = named(story.case for story in shown if story.case)
    for story in shown:
        story.case = cases.get(story.case) if story.case else None
        if story.case and story.kind != "automatic":
            story.title = f"{story.title}: {story.case.title}"


def by_day(shown: list[Story]) -> list[tuple[str, list[Story]]]:
    days: list[tuple[str, list[Story]]] = []
    for story in shown:
        name = day_name(localtime(story.at).date())
        if not days or days[-1][0] != name:
            days.append((name, []))
        days[-1][1].append(story)
    return days


def day_name(day: Any) -> str:
    """Today, yesterday, this week, else the month."""
    today = localdate()
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    if day > today - timedelta(days=7):
        return _("In the last seven days")
    month = formats.date_format(day, "F" if day.year == today.year else "F Y")
    return month[:1].upper() + month[1:]
