"""When requests come in: by month, by weekday, by hour, and by the way they take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from cases.clock import Calendar

YEAR = 365  # days
WEEKDAYS = (1.28, 1.1, 1.0, 0.95, 0.84, 0.3, 0.26)  # Monday first
UNATTENDED = frozenset({"portal"})  # takes requests at any hour
FREE_DAY = 0.35  # of a public holiday, on the portal
PORTAL_HOURS = (2, 1, 0, 0, 0, 1, 3, 6, 9, 11, 11, 10, 9, 9, 9, 9, 8, 8, 9, 11, 13, 13, 10, 5)
GROWTH = 0.8  # how much more the portal is used at the end of the year than at its beginning


class Rhythm:
    """Moments of one year up to `now`, for one procedure. Every moment has the calendar's zone and lies before `now`."""

    def __init__(self, calendar: Calendar, months: Sequence[float], ways: Mapping[str, float], now: datetime, rng: Random) -> None:
        self.calendar, self.now, self.rng = calendar, calendar.local(now), rng
        first = self.now.date() - timedelta(days=YEAR)
        self.days = [first + timedelta(days=n) for n in range(YEAR + 1)]
        self.ways = {way: weight for way, weight in ways.items() if weight}
        base = [months[day.month - 1] * WEEKDAYS[day.weekday()] for day in self.days]
        self.attended = list(accumulate(weight if calendar.works(day) else 0.0 for weight, day in zip(base, self.days, strict=True)))
        self.unattended = list(accumulate(
            weight * (1 if calendar.works(day) or day.weekday() > 4 else FREE_DAY) * (1 + GROWTH * place / YEAR)
            for place, (weight, day) in enumerate(zip(base, self.days, strict=True))
        ))  # fmt: skip

    def arrivals(self, count: int) -> list[tuple[datetime, str]]:
        """Moments with the way each came by, in their order."""
        found: list[tuple[datetime, str]] = []
        while len(found) < count:
            way = self.rng.choices(list(self.ways), list(self.ways.values()))[0]
            moment = self.moment(way)
            if moment < self.now:
                found.append((moment, way))
        return sorted(found)

    def moment(self, way: str) -> datetime:
        weights = self.unattended if way in UNATTENDED else self.attended
        day = self.rng.choices(self.days, cum_weights=weights)[0]
        return self.at_home(day) if way in UNATTENDED else self.at_the_office(day)

    def at_home(self, day: date) -> datetime:
        hour = self.rng.choices(range(24), PORTAL_HOURS)[0]
        return self.calendar.at(day, time(hour, self.rng.randrange(60), self.rng.randrange(60)))

    def at_the_office(self, day: date) -> datetime:
        """Within a shift of the day, rather early in it."""
        opens, closes = self.rng.choices(spans := self.calendar.spans(day), [(b - a).total_seconds() for a, b in spans])[0]
        share = self.rng.triangular(0.02, 0.97, 0.35)
        return self.calendar.local(opens + timedelta(seconds=int((closes - opens).total_seconds() * share)))


def after(calendar: Calendar, moment: datetime, hours: float) -> datetime:
    """The moment after so many hours of work: what arrives when nobody works is taken up at the next opening."""
    left = timedelta(hours=hours)
    day = calendar.local(moment).date()
    while True:
        for opens, closes in calendar.spans(day):
            begins = max(opens, moment)
            if begins < closes:
                if left <= closes - begins:
                    return calendar.local(begins + left)
                left -= closes - begins
        day += timedelta(days=1)


def working_day(calendar: Calendar, today: date, back: int) -> date:
    """The so many-th working day before today; the last one is 1."""
    day = today
    while back:
        day -= timedelta(days=1)
        back -= calendar.works(day)
    return day
