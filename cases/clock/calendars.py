"""When an office or a territory works, and the counting of its days and hours.

Public holidays come from the `holidays` package, for any year, in the country's own language unless another is named.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

import holidays

from cases.clock.week import MIDNIGHT, ROUND_THE_CLOCK, Closed, Day, DayKind, Season, Shift, Week, check

SECOND: Final = timedelta(seconds=1)
TICK: Final = timedelta.resolution
Span = tuple[datetime, datetime]
T = TypeVar("T")


class _Memo(dict[int, T]):
    """Each day's answer, by its ordinal, worked out once."""

    def __init__(self, work_out: Callable[[date], T]) -> None:
        super().__init__()
        self.work_out = work_out

    def __missing__(self, ordinal: int) -> T:
        answer = self[ordinal] = self.work_out(date.fromordinal(ordinal))
        return answer


@dataclass(frozen=True)
class Calendar:
    """One seat's working time. A weekday without shifts is not worked: Saturdays are a line of `week`, not a rule.

    `country` and `region` are ISO 3166 codes as `holidays` knows them ("US", "MA"); empty: no public holidays.
    `also`: other seats; a day counts only where all of them work (Ley 39/2015 art. 30.6). Hours and zone are this seat's.
    Build one and keep it: it remembers what it has worked out.
    """

    zone: str
    week: Week = ROUND_THE_CLOCK
    country: str = ""
    region: str = ""
    categories: tuple[str, ...] = ()
    language: str = ""
    days: tuple[Day, ...] = ()
    seasons: tuple[Season, ...] = ()
    name: str = ""
    also: tuple["Calendar", ...] = ()

    def __post_init__(self) -> None:
        ZoneInfo(self.zone)
        for week in (self.week, *(season.week for season in self.seasons)):
            check(week)
        if not any(all(seat.week[weekday] for seat in (self, *self.also)) for weekday in range(7)):
            raise ValueError("a calendar needs a weekday on which all its seats work")

    def joined(self, other: "Calendar") -> "Calendar":
        """This seat, where another's holidays do not count either. Ley 39/2015 art. 30.6: residence of the person or seat of the body."""
        return replace(self, also=(*self.also, other))

    def with_days(self, *days: Day) -> "Calendar":
        return replace(self, days=(*self.days, *days))

    @cached_property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def _days(self) -> _Memo[Closed | None]:
        return _Memo(self._look_up)

    @cached_property
    def _spans(self) -> _Memo[tuple[Span, ...]]:
        return _Memo(lambda day: tuple(self._span(day, shift) for shift in self.shifts(day)) if self.works(day) else ())

    @cached_property
    def _totals(self) -> _Memo[timedelta]:
        return _Memo(lambda day: sum((closes - opens for opens, closes in self.spans(day)), timedelta()))

    @cached_property
    def _named(self) -> dict[date, Day]:
        return {day.on: day for day in self.days}

    def closed(self, day: date) -> Closed | None:
        """Why nobody works that day, or None."""
        return self._days[day.toordinal()]

    def works(self, day: date) -> bool:
        return self._days[day.toordinal()] is None

    def _look_up(self, day: date) -> Closed | None:
        own = self._own(day)
        return own or next(filter(None, (seat.closed(day) for seat in self.also)), None)

    def _own(self, day: date) -> Closed | None:
        named = self._named.get(day)
        if named is not None and named.kind is DayKind.WORKED:
            return None
        if not self.shifts(day):
            return Closed(day, DayKind.WEEKEND, "", self.name)
        if named is not None:
            return Closed(day, named.kind, named.name, self.name)
        name = self._public(day)
        return Closed(day, DayKind.HOLIDAY, name, self.name) if name else None

    def _public(self, day: date) -> str:
        if not self.country:
            return ""
        return _public_holidays(self.country, self.region, self.categories, self.language, day.year).get(day, "")

    def shifts(self, day: date) -> tuple[Shift, ...]:
        """The shifts of a day as its season, its weekday or, for a day worked out of turn, the first worked weekday has them."""
        week = next((season.week for season in self.seasons if season.first <= day <= season.last), self.week)
        named = self._named.get(day)
        if week[day.weekday()] or named is None or named.kind is not DayKind.WORKED:
            return week[day.weekday()]
        return next(shifts for shifts in week if shifts)

    def spans(self, day: date) -> tuple[Span, ...]:
        """The day's working time as pairs of moments in UTC; empty on a day that is not worked."""
        return self._spans[day.toordinal()]

    def _span(self, day: date, shift: Shift) -> Span:
        opens = self.at(day, shift.opens).astimezone(UTC)
        closes = self.midnight_after(day) if shift.closes == MIDNIGHT else self.at(day, shift.closes)
        return opens, max(opens, closes.astimezone(UTC))

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.tz)

    def at(self, day: date, clock: time) -> datetime:
        """That day at that local time; a time the change of hour skips becomes the moment after the skip."""
        return datetime.combine(day, clock, self.tz).astimezone(UTC).astimezone(self.tz)

    def midnight_after(self, day: date) -> datetime:
        return self.at(day + timedelta(1), MIDNIGHT)

    def last_second(self, day: date) -> datetime:
        """23:59:59, and the second one where the hour goes back at midnight (Santiago)."""
        return self.local(self.midnight_after(day).astimezone(UTC) - SECOND)

    def first_hour(self, day: date) -> datetime:
        return self.local(self.spans(day)[0][0])

    def closing(self, day: date) -> datetime:
        return self.last_second(day) if self.shifts(day)[-1].closes == MIDNIGHT else self.local(self.spans(day)[-1][1])

    def working_day(self, day: date) -> date:
        """The day itself if it is worked, else the next one that is."""
        return day if self.works(day) else self.after(day, 1)

    def after(self, day: date, amount: int) -> date:
        """The working day so many after a day, which is not counted itself; 0 gives the day itself."""
        ordinal, days = day.toordinal(), self._days
        while amount:
            ordinal += 1
            if days[ordinal] is None:
                amount -= 1
        return date.fromordinal(ordinal)

    def count(self, first: date, last: date) -> int:
        """The working days from one day to another, both included."""
        days = self._days
        return sum(days[ordinal] is None for ordinal in range(first.toordinal(), last.toordinal() + 1))

    def holidays(self, first: date, last: date) -> list[Closed]:
        """The days from one to another, both included, that would be worked were they not holidays or closures."""
        days = self._days
        found = (days[ordinal] for ordinal in range(first.toordinal(), last.toordinal() + 1))
        return [closed for closed in found if closed is not None and closed.kind is not DayKind.WEEKEND]

    def open(self, moment: datetime) -> bool:
        return any(opens <= moment < closes for opens, closes in self.spans(self.local(moment).date()))

    def opening(self, moment: datetime) -> datetime:
        """The moment itself if it lies in working time, else the next opening."""
        return self.local(self.advance(moment, timedelta()))

    def advance(self, moment: datetime, amount: timedelta) -> datetime:
        """The first moment by which so much working time has passed, in UTC; with none to pass, the next one in working time."""
        left, moment = amount, moment.astimezone(UTC)
        today = ordinal = self.local(moment).toordinal()
        while True:
            if ordinal > today and left > self._totals[ordinal]:
                left -= self._totals[ordinal]
            else:
                for opens, closes in self._spans[ordinal]:
                    begins = max(opens, moment)
                    if begins < closes and left <= closes - begins:
                        return begins + left
                    left -= max(closes - begins, timedelta())
            ordinal += 1

    def worked(self, since: datetime, until: datetime) -> timedelta:
        """The working time between two moments, none if the second comes first."""
        first, last = self.local(since).toordinal(), self.local(until).toordinal()
        if first >= last:
            return self._worked_on(first, since, until)
        between = sum((self._totals[ordinal] for ordinal in range(first + 1, last)), timedelta())
        return self._worked_on(first, since, until) + between + self._worked_on(last, since, until)

    def share(self, day: date, moment: datetime) -> Fraction:
        """How much of a working day has passed, from 0 to 1."""
        return Fraction(self._worked_on(day.toordinal(), self.first_hour(day), moment) // TICK, self._totals[day.toordinal()] // TICK)

    def moment(self, day: date, share: Fraction) -> datetime:
        """The moment of a working day by which that share of it, less than 1, has passed; the later one where work stops at it."""
        left = TICK * round(share * (self._totals[day.toordinal()] // TICK))
        for opens, closes in self.spans(day):
            if left < closes - opens:
                return self.local(opens + left)
            left -= closes - opens
        return self.closing(day)

    def _worked_on(self, ordinal: int, since: datetime, until: datetime) -> timedelta:
        overlaps = (min(closes, until) - max(opens, since) for opens, closes in self._spans[ordinal])
        return sum((max(overlap, timedelta()) for overlap in overlaps), timedelta())


@lru_cache(maxsize=1024)
def _public_holidays(country: str, region: str, categories: tuple[str, ...], language: str, year: int) -> dict[date, str]:
    """One year's public holidays; an unknown country, region or category is a NotImplementedError or ValueError of `holidays`."""
    plain = holidays.country_holidays(country, subdiv=region or None, years=year, categories=categories or None)
    chosen = language or plain.default_language
    if not chosen:
        return dict(plain)
    return dict(holidays.country_holidays(country, subdiv=region or None, years=year, categories=categories or None, language=chosen))
