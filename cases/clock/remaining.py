"""What is left of a term, as one says it: "7 h 18 min left, due today at 18:00", "3 working days left", "It was due 2 days ago"."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.clock.calendars import Calendar
from cases.clock.reckoning import Due
from cases.clock.terms import Unit, aware
from cases.clock.words import clock_words, minutes_words, moment_words


class Severity(StrEnum):
    """How the date is shown: CALM also while the term is paused."""

    CALM = "calm"
    SOON = "soon"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Remaining:
    text: str
    severity: Severity


def remaining(due: Due | datetime | None, now: datetime, calendar: Calendar, *, unit: Unit | None = None, soon: int = 2) -> Remaining:
    """What is left, in the active language; a stored date brings its unit (working days if none is given), None means paused.

    SOON: due today or within `soon` days, working days where the term counts those.
    """
    at, unit = (due.at, due.term.unit) if isinstance(due, Due) else (due, unit or Unit.WORKING_DAY)
    if at is None:
        return Remaining(_("Term paused"), Severity.CALM)
    at, now = calendar.local(aware(at)), calendar.local(aware(now))
    if now > at:
        return Remaining(_overdue(at, now), Severity.LATE)
    days = _days(at, now, calendar, unit)
    severity = Severity.SOON if days <= soon else Severity.CALM
    if at.date() == now.date() or unit.in_hours:
        return Remaining(_in_hours(at, now, calendar, unit), severity)
    return Remaining(_in_days(at, now, days, working=unit.working and days > 0), severity)


def _overdue(at: datetime, now: datetime) -> str:
    days = (now.date() - at.date()).days
    if not days:
        return _("It was due today at %(time)s") % {"time": clock_words(at)}
    return ngettext("It was due %(n)d day ago", "It was due %(n)d days ago", days) % {"n": days}


def _days(at: datetime, now: datetime, calendar: Calendar, unit: Unit) -> int:
    """The days after today up to the last: working days where the term counts those."""
    return calendar.count(now.date() + timedelta(1), at.date()) if unit.working else (at.date() - now.date()).days


def _in_hours(at: datetime, now: datetime, calendar: Calendar, unit: Unit) -> str:
    today = at.date() == now.date()
    left = calendar.worked(now, at) if unit is Unit.WORKING_HOUR and not today else at.astimezone(UTC) - now.astimezone(UTC)
    minutes = int(left.total_seconds()) // 60
    values = {"left": minutes_words(minutes), "time": clock_words(at), "moment": moment_words(at)}
    n = minutes // 60 or minutes
    if today:
        return ngettext("%(left)s left, due today at %(time)s", "%(left)s left, due today at %(time)s", n) % values
    return ngettext("%(left)s left, due on %(moment)s", "%(left)s left, due on %(moment)s", n) % values


def _in_days(at: datetime, now: datetime, days: int, *, working: bool) -> str:
    if working:
        return ngettext("%(n)d working day left", "%(n)d working days left", days) % {"n": days}
    days = (at.date() - now.date()).days
    return ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days}
