"""From rows to the clock and back: the rules of a version, the calendar, the pauses and the extension of a case become its dates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases import clock
from cases.models import Calendar, Case, ClosedDay
from cases.models.term import Extension, Pause
from czrm.institutions.models import Institution
from czrm.kit import near

MEMORY = 60  # seconds
REOPENED = "reopened"
CAUSES: dict[str, Promise] = {
    "citizen": _("we asked the citizen for something that was missing"),
    "third": _("we asked another body for a report"),
    REOPENED: _("the case had been closed and was opened again"),
}
TUNED: dict[str, Any] = {"start": clock.Start, "late": clock.Late, "ends": clock.Ends, "trigger": clock.Trigger}
PLAIN = ("rolls", "halves", "article", "days")


@dataclass(frozen=True)
class Schedule:
    """Both dates of a case with their reasons; either may be missing."""

    calendar: clock.Calendar
    promised: clock.Due | None
    legal: clock.Due | None

    @property
    def nearest(self) -> clock.Due | None:
        """The one that falls first; one that stands still comes last."""
        terms = [term for term in (self.promised, self.legal) if term]
        return min(terms, key=lambda term: (term.at is None, term.at or term.begins), default=None)

    @property
    def dates(self) -> dict[str, datetime | None]:
        """What the case stores, in UTC: as the database gives it back."""
        terms = {"promised_at": self.promised, "legal_at": self.legal, "due_at": self.nearest}
        return {name: term.at.astimezone(UTC) if term and term.at else None for name, term in terms.items()}


def schedule(case: Case) -> Schedule:
    """The dates of a case as its rows say now; its version, its pauses and its extension are read."""
    extension = Extension.objects.filter(case=case).first()
    return reckon(case, calendar_of(case.institution), list(case.pauses.order_by("started_at", "pk")), extension)


def reckon(case: Case, calendar: clock.Calendar, pauses: Iterable[Pause], extension: Extension | None) -> Schedule:
    """The dates from rows that are at hand. What is extended is the legal term, or the promised one where there is no other."""
    rules = case.version
    start, rest = since(case.opened_at, list(pauses))
    legal, promised = term_of(rules.legal), term_of(rules.promised)
    more = [extension_of(extension)] if extension and extension.granted_at >= start else []
    return Schedule(
        calendar,
        due(promised, rules.promised, start, calendar, rest, [] if legal else more) if promised else None,
        due(legal, rules.legal, start, calendar, rest, more) if legal else None,
    )


def since(opened_at: datetime, pauses: list[Pause]) -> tuple[datetime, list[Pause]]:
    """When the terms begin: at reception, or when the case was last opened again; and the pauses that count since."""
    again = [pause.ended_at for pause in pauses if pause.cause == REOPENED and pause.ended_at]
    start = max([opened_at, *again])
    return start, [pause for pause in pauses if pause.cause != REOPENED and pause.started_at >= start]


def due(term: clock.Term, rule: dict[str, Any], start: datetime, calendar: clock.Calendar, pauses: Iterable[Pause],
        extensions: Iterable[clock.Extension]) -> clock.Due:  # fmt: skip
    stops = [pause_of(pause) for pause in pauses] if rule.get("pauses", True) else []
    return clock.due(term, start, calendar, pauses=stops, extensions=extensions)


def term_of(rule: dict[str, Any]) -> clock.Term | None:
    """A stored term, `{"amount": 15, "unit": "working_day", …}`; ValueError where it says something the clock does not know."""
    if not rule.get("amount"):
        return None
    tuned = {name: kind(rule[name]) for name, kind in TUNED.items() if rule.get(name)}
    plain = {name: rule[name] for name in PLAIN if rule.get(name) is not None}
    most = Fraction(rule["may_extend"]) if rule.get("may_extend") else None
    return clock.Term(int(rule["amount"]), clock.Unit(rule["unit"]), may_extend=most, **tuned, **plain)


def pause_of(row: Pause) -> clock.Pause:
    return clock.Pause(
        row.started_at, row.ended_at, cause=str(CAUSES.get(row.cause, row.cause)), article=row.article,
        cap=clock.Length(int(row.cap["amount"]), clock.Unit(row.cap["unit"])) if row.cap else None,
        effect=clock.Effect.RESTART if row.restarts else clock.Effect.RESUME,
    )  # fmt: skip


def extension_of(row: Extension) -> clock.Extension:
    return clock.Extension(row.granted_at, row.amount, reason=row.reason)


def calendar_of(institution: Institution) -> clock.Calendar:
    """The institution's own calendar; without one, Monday to Friday from 9 to 17 and the holidays of its country."""
    row = Calendar.objects.filter(institution=institution, default=True).prefetch_related("closed_days").first()
    if row is None:
        return built(institution.time_zone, clock.weekly("09:00-17:00"), institution.country, "", (), "")
    return clock_of(row, row.closed_days.all())


def recent_calendar(institution_id: int) -> clock.Calendar:
    """As it was at most a minute ago: for what is shown of many cases, not for dates that are kept."""

    def ask() -> clock.Calendar:
        return calendar_of(Institution.objects.defer("logo", "theme").get(pk=institution_id))

    return near.remembered(("calendar", institution_id), ask, seconds=MEMORY)


def clock_of(row: Calendar, closed_days: Iterable[ClosedDay]) -> clock.Calendar:
    """What a calendar, kept or only thought of, means with these days closed."""
    days = tuple(sorted((clock.Day(closed.day, closed.name) for closed in closed_days), key=lambda day: day.on))
    return built(row.time_zone, week_of(row.shifts), row.country, row.region, days, "")


def week_of(shifts: dict[str, list[list[str]]]) -> clock.Week:
    parsed = tuple(
        tuple(clock.Shift(*(datetime.strptime(hour, "%H:%M").time() for hour in shift)) for shift in shifts.get(str(day), []))  # noqa: DTZ007
        for day in range(7)
    )
    return parsed if any(parsed) else clock.weekly("09:00-17:00")


@lru_cache(maxsize=256)
def built(zone: str, week: clock.Week, country: str, region: str, days: tuple[clock.Day, ...], name: str) -> clock.Calendar:
    """One calendar for all that ask with the same rows: it remembers what it has worked out."""
    known = holidays.list_supported_countries()
    country = country if country in known else ""
    return clock.Calendar(ZoneInfo(zone).key, week, country, region if region in known.get(country, []) else "", days=days, name=name)


def local(institution: Institution, at: datetime) -> datetime:
    """The moment as the institution's clock shows it."""
    return at.astimezone(ZoneInfo(institution.time_zone))
