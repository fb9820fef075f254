"""Terms that end at an hour of the clock: in hours, and in days from a moment."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import floor

from cases.clock.calendars import SECOND, Calendar
from cases.clock.terms import Length, Start, Term, Unit
from cases.clock.week import MIDNIGHT


class HourRun:
    """Hours, elapsed or worked, to the second.

    Where every hour of a working day counts (Ley 39/2015 art. 30.1, Spain) they are working hours of a calendar round the clock.
    With `rolls`, elapsed hours do not end before the first hour of a working day; an end at midnight is the last second of its day.
    """

    def __init__(self, term: Term, begins: datetime, calendar: Calendar) -> None:
        self.term, self.calendar, self.unit = term, calendar, term.unit
        self.told_in = term.unit
        self.begins = self._begin(begins)
        self._until = self._add(self.begins.astimezone(UTC), timedelta(hours=term.amount))

    def _begin(self, begins: datetime) -> datetime:
        if self.term.start is Start.MOMENT:
            return begins
        day = self.calendar.local(begins).date()
        if self.unit.working:
            return self.calendar.first_hour(self.calendar.after(day, 1))
        return self.calendar.midnight_after(day)

    def _add(self, moment: datetime, amount: timedelta) -> datetime:
        return self.calendar.advance(moment, amount) if self.unit.working and amount else moment + amount

    def _between(self, since: datetime, until: datetime) -> timedelta:
        if not self.unit.working:
            return max(until.astimezone(UTC) - since.astimezone(UTC), timedelta())
        return self.calendar.worked(since, until)

    def end(self) -> datetime:
        end = self.calendar.local(self._until)
        if self.unit.working:
            at_midnight = end.time() == MIDNIGHT and self.calendar.open(end - SECOND)
            return self.calendar.last_second(end.date() - timedelta(1)) if at_midnight else end
        if not self.term.rolls:
            return end
        return max(end, self.calendar.first_hour(self.calendar.working_day(end.date())))

    def unmoved(self) -> date:
        return self.calendar.local(self._until).date()

    def hold(self, since: datetime, until: datetime) -> int:
        amount = self._between(since, until)
        self._until = self._add(self._until, amount)
        if until > self._until:
            self._until = self.calendar.advance(until, timedelta()) if self.unit.working else until.astimezone(UTC)
        return minutes(amount)

    def left(self, since: datetime) -> int:
        return minutes(self._between(max(since, self.begins), self._until))

    def lengthen(self, extra: Length) -> None:
        self._until = self._add(self._until, timedelta(hours=extra.amount))


class WorkingMomentRun:
    """Working days from a moment: each is as long as that day's working time, so with even days it ends at the hour it began.

    Where days differ it ends at the same share of the last day. `_day` and `_share` are where it stands, exactly.
    """

    def __init__(self, term: Term, begins: datetime, calendar: Calendar) -> None:
        self.calendar, self.unit, self.told_in = calendar, term.unit, Unit.WORKING_HOUR
        self.begins = calendar.local(begins)
        self._day, self._share = self._position(begins)
        self._advance(Fraction(term.amount))

    def _position(self, moment: datetime) -> tuple[date, Fraction]:
        """The working day and the share of it that has passed; 1 is the 0 of the next one."""
        day = self.calendar.local(moment).date()
        share = self.calendar.share(day, moment) if self.calendar.works(day) else Fraction(1)
        return (day, share) if share < 1 else (self.calendar.after(day, 1), Fraction(0))

    def _advance(self, days: Fraction) -> None:
        share = self._share + days
        self._day, self._share = self.calendar.after(self._day, floor(share)), share % 1

    def end(self) -> datetime:
        return self.calendar.moment(self._day, self._share)

    def unmoved(self) -> date:
        return self._day

    def hold(self, since: datetime, until: datetime) -> int:
        (first, begun), (last, ended) = self._position(since), self._position(until)
        self._advance(self.calendar.count(first, last) - 1 + ended - begun)
        return minutes(self.calendar.worked(since, until))

    def left(self, since: datetime) -> int:
        return minutes(self.calendar.worked(max(since, self.begins), self.end()))

    def lengthen(self, extra: Length) -> None:
        self._advance(Fraction(extra.amount))


class CalendarMomentRun:
    """Calendar days from a moment, by the clock on the wall. With `rolls` it does not end before the first hour of a working day."""

    def __init__(self, term: Term, begins: datetime, calendar: Calendar) -> None:
        self.term, self.calendar, self.unit, self.told_in = term, calendar, term.unit, Unit.HOUR
        self.begins = self._floor = calendar.local(begins)
        self._wall = self.begins.replace(tzinfo=None) + timedelta(term.amount)

    def _raw(self) -> datetime:
        return max(self.calendar.at(self._wall.date(), self._wall.time()), self._floor, key=datetime.timestamp)

    def end(self) -> datetime:
        end = self._raw()
        return max(end, self.calendar.first_hour(self.calendar.working_day(end.date()))) if self.term.rolls else end

    def unmoved(self) -> date:
        return self._raw().date()

    def hold(self, since: datetime, until: datetime) -> int:
        self._floor = self.calendar.local(until)
        held = self._floor.replace(tzinfo=None) - self.calendar.local(since).replace(tzinfo=None)
        self._wall += max(held, timedelta())
        return minutes(held)

    def left(self, since: datetime) -> int:
        return max(minutes(self._raw().astimezone(UTC) - since.astimezone(UTC)), 0)

    def lengthen(self, extra: Length) -> None:
        self._wall += timedelta(extra.amount)


def minutes(amount: timedelta) -> int:
    return int(amount.total_seconds()) // 60
