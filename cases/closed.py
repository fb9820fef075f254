"""What a calendar says, for people: its hours by runs of days, and what is closed in a year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.text import capfirst

from cases import clock
from cases.clock.words import day_words
from cases.models import Calendar, ClosedDay

YEARS = range(1950, 2151)


@dataclass(frozen=True)
class ClosedLine:
    """A day of the list; `mine` may be taken out, `off` is a day on which nobody works anyway."""

    day: date
    name: str
    mine: bool
    off: bool

    @property
    def words(self) -> str:
        return day_words(self.day)


def days_of_year(row: Calendar, own: Iterable[ClosedDay], year: int) -> list[ClosedLine]:
    """Public holidays, those on weekends too, and the institution's own days."""
    works = {int(day) for day, shifts in row.shifts.items() if shifts}
    territory = clock.Calendar(row.time_zone, country=row.country, region=row.region)
    public = [(each.on, each.name, False) for each in territory.holidays(date(year, 1, 1), date(year, 12, 31))]
    mine = [(each.day, each.name, True) for each in own if each.day.year == year]
    return [ClosedLine(day, name, is_mine, day.weekday() not in works) for day, name, is_mine in sorted(public + mine)]


def year_of(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) == 4 and int(text) in YEARS else default


def hours_words(shifts: Mapping[str, Sequence[Sequence[str]]]) -> list[tuple[str, str]]:
    """Runs of days with the same hours: [("Mon to Fri", "09:00–14:00, 15:00–18:00")]."""
    worked = [(day, tuple(map(tuple, shifts[str(day)]))) for day in range(7) if shifts.get(str(day))]
    runs = [list(run) for _key, run in groupby(enumerate(worked), key=lambda pair: (pair[1][0] - pair[0], pair[1][1]))]
    return [(days_words(run[0][1][0], run[-1][1][0]), ", ".join("–".join(pair) for pair in run[0][1][1])) for run in runs]


def days_words(first: int, last: int) -> str:
    names = [capfirst(WEEKDAYS_ABBR[day]) for day in (first, last)]
    return str(names[0]) if first == last else f"{names[0]}–{names[1]}"
