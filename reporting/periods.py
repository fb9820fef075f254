"""Which days a dashboard looks at, which days it compares them with, and how they are cut into parts. Pure: days are local."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DAY = timedelta(days=1)
LONGEST_BY_DAY, LONGEST_BY_WEEK = 31, 26 * 7
AGES = (7, 30, 90, 365)  # days: how old a case of each band may be; the last band is open
EARLIEST, LATEST = date(1970, 1, 1), date(2200, 1, 1)


class Choice(StrEnum):
    """What one may choose; the calendar ones run from their first day until today."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    LAST_7 = "7"
    LAST_30 = "30"
    LAST_90 = "90"
    LAST_365 = "365"
    OWN = "own"


LABELS: dict[Choice, Promise] = {
    Choice.WEEK: _("This week"), Choice.MONTH: _("This month"), Choice.QUARTER: _("This quarter"), Choice.YEAR: _("This year"),
    Choice.LAST_7: _("Last 7 days"), Choice.LAST_30: _("Last 30 days"), Choice.LAST_90: _("Last 90 days"),
    Choice.LAST_365: _("Last 365 days"),
}  # fmt: skip
MONTHS = {Choice.MONTH: 1, Choice.QUARTER: 3, Choice.YEAR: 12}
USUAL = Choice.LAST_30


class Step(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Days:
    """Whole days, the last one included. ValueError if they run backwards, or out of the years we can reckon with."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if not EARLIEST <= self.first <= self.last < LATEST:
            raise ValueError(f"no period from {self.first} to {self.last}")

    def __len__(self) -> int:
        return (self.last - self.first).days + 1

    def __str__(self) -> str:
        """As the lists of cases take it."""
        return f"{self.first}..{self.last}"

    @property
    def step(self) -> Step:
        if len(self) <= LONGEST_BY_DAY:
            return Step.DAY
        return Step.WEEK if len(self) <= LONGEST_BY_WEEK else Step.MONTH

    def parts(self, step: Step) -> list[Days]:
        """Days, weeks from Monday or months, cut where the period begins and ends."""
        starts = [self.first, *_boundaries(self, step), self.last + DAY]
        return [Days(first, after - DAY) for first, after in pairwise(starts)]


@dataclass(frozen=True)
class Period:
    """What is looked at, and what it is compared with; `choice` is how one chose it."""

    choice: Choice
    now: Days
    before: Days

    @property
    def step(self) -> Step:
        return self.now.step


def period(choice: Choice, today: date, own: Days | None = None) -> Period:
    """`own` are the days of `Choice.OWN`; ValueError if they are missing."""
    if choice is Choice.OWN:
        if own is None:
            raise ValueError("which days?")
        return Period(choice, own, just_before(own))
    if choice in MONTHS:
        return _calendar(choice, today)
    days = Days(today - DAY * today.weekday(), today) if choice is Choice.WEEK else Days(today - DAY * (int(choice) - 1), today)
    before = Days(days.first - 7 * DAY, days.last - 7 * DAY) if choice is Choice.WEEK else just_before(days)
    return Period(choice, days, before)


def usual(today: date, newest: date | None) -> Period:
    """Where the newest data are: the last 30 days, or the 30 days that end with them."""
    if newest is None or newest > today - 30 * DAY:
        return period(USUAL, today)
    return period(Choice.OWN, today, Days(newest - 29 * DAY, newest))


def just_before(days: Days) -> Days:
    """As many days, ending where these begin."""
    return Days(days.first - DAY * len(days), days.first - DAY)


def bands(today: date) -> list[Days]:
    """The days on which the cases of each band of age came in, the youngest first."""
    ends = [today, *(today - DAY * (age + 1) for age in AGES)]
    return [Days(today - DAY * age, last) for age, last in zip(AGES, ends, strict=False)] + [Days(EARLIEST, ends[-1])]


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def edges(parts: list[Days], zone: ZoneInfo) -> list[datetime]:
    """The moments at which parts begin and end, in order, each once: parts that do not touch leave a piece between them."""
    found: list[datetime] = []
    for part in parts:
        for day in (part.first, part.last + DAY):
            moment = midnight(day, zone)
            if not found or moment > found[-1]:
                found.append(moment)
    return found


def _calendar(choice: Choice, today: date) -> Period:
    """From the first day of the month, quarter or year; compared with as many days of the one before, or all it has."""
    months = MONTHS[choice]
    first = date(today.year, (today.month - 1) // months * months + 1, 1)
    before = _months_later(first, -months)
    last = min(before + (today - first), first - DAY)
    if choice is Choice.YEAR:
        last = date(today.year - 1, today.month, min(today.day, monthrange(today.year - 1, today.month)[1]))
    return Period(choice, Days(first, today), Days(before, last))


def _boundaries(days: Days, step: Step) -> Iterator[date]:
    """Where a new part begins after the first day."""
    if step is Step.MONTH:
        day = _months_later(days.first.replace(day=1), 1)
        while day <= days.last:
            yield day
            day = _months_later(day, 1)
        return
    stride = DAY if step is Step.DAY else 7 * DAY
    day = days.first + (DAY if step is Step.DAY else DAY * (7 - days.first.weekday()))
    while day <= days.last:
        yield day
        day += stride


def _months_later(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)
