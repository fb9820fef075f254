"""A term under way: where it ends now, and how a pause or an extension moves that end.

What a pause takes is never counted, so it cannot shorten a term; a new holiday only takes time away, so it cannot bring an end forward.
"""

from calendar import monthrange
from datetime import date, datetime, timedelta
from typing import Protocol

from cases.clock.calendars import Calendar
from cases.clock.hours import CalendarMomentRun, HourRun, WorkingMomentRun
from cases.clock.terms import Ends, Length, Start, Term, Unit


class Run(Protocol):
    """A term counted from a moment. `hold` and `left` answer in days, or in minutes where `told_in` is a unit of hours."""

    unit: Unit
    told_in: Unit
    begins: datetime

    def end(self) -> datetime: ...
    def unmoved(self) -> date: ...
    def hold(self, since: datetime, until: datetime) -> int: ...
    def left(self, since: datetime) -> int: ...
    def lengthen(self, extra: Length) -> None: ...


def run(term: Term, begins: datetime, calendar: Calendar) -> Run:
    if term.unit.in_hours:
        return HourRun(term, begins, calendar)
    if term.start is Start.NEXT_DAY or term.unit.in_months:
        return DayRun(term, begins, calendar)
    return (WorkingMomentRun if term.unit.working else CalendarMomentRun)(term, begins, calendar)


class DayRun:
    """Whole days, working or calendar, from the next day; months and years, always by date.

    The day of an act is never counted (Ley 39/2015 art. 30.3, Ley 19.880 art. 25): of a request on the 10th answered on the 14th,
    the 11th to the 14th are lost. `_last` is the last day before it is moved off a non-working day; it is never before `_floor`.
    """

    def __init__(self, term: Term, begins: datetime, calendar: Calendar) -> None:
        self.term, self.calendar, self.unit = term, calendar, term.unit
        self.told_in = Unit.WORKING_DAY if term.unit.working else Unit.CALENDAR_DAY
        self.begins = calendar.local(begins)
        self._day, self._length, self._held = self.begins.date(), term.length, 0
        self._floor = self._day
        self._last = self._counted()

    def _counted(self) -> date:
        if self.unit.in_months:
            return add_months(self._day, self._length) + timedelta(self._held)
        return self._after(self._day, self._length.amount)

    def _after(self, day: date, amount: int) -> date:
        return self.calendar.after(day, amount) if self.unit.working else day + timedelta(amount)

    def _between(self, since: datetime, until: datetime) -> int:
        first, last = self.calendar.local(since).date() + timedelta(1), self.calendar.local(until).date()
        return self.calendar.count(first, last) if self.unit.working else max((last - first).days + 1, 0)

    def end(self) -> datetime:
        day = self.unmoved()
        return self._end_of(self.calendar.working_day(day) if self.term.rolls or self.unit.working else day)

    def _end_of(self, day: date) -> datetime:
        if self.term.ends is Ends.CLOSING and self.calendar.works(day):
            return self.calendar.closing(day)
        return self.calendar.last_second(day)

    def unmoved(self) -> date:
        return max(self._last, self._floor)

    def hold(self, since: datetime, until: datetime) -> int:
        """The last day may be running when the pause begins: it then ends no sooner than the day on which the pause does."""
        amount = self._between(since, until)
        self._held += amount
        self._last = self._counted() if self.unit.in_months else self._after(self._last, amount)
        day = self.calendar.local(until).date()
        self._floor = max(self._floor, day + timedelta(until > self._end_of(day)))
        return amount

    def left(self, since: datetime) -> int:
        return self._between(max(since, self.begins), self.end())

    def lengthen(self, extra: Length) -> None:
        if not self.unit.in_months:
            self._last = self._after(self._last, extra.amount)
            return
        months = sum(12 * one.amount if one.unit is Unit.YEAR else one.amount for one in (self._length, extra))
        self._length = Length(months, Unit.MONTH, self._length.days + extra.days)
        self._last = self._counted()


def add_months(day: date, length: Length) -> date:
    """The same day of a later month, or the last where there is none such: Ley 39/2015 art. 30.4 (Spain), Ley 19.880 art. 25 (Chile)."""
    months = day.year * 12 + day.month - 1 + length.amount * (12 if length.unit is Unit.YEAR else 1)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1])) + timedelta(length.days)
