"""The parts of a calendar: shifts, weeks, seasons, and the days that differ from their week."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from itertools import pairwise
from typing import Final

MIDNIGHT: Final = time()


class DayKind(StrEnum):
    """Why a day differs from its week. WORKED: people work although the week or the public holidays say otherwise."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    CLOSURE = "closure"
    WORKED = "worked"


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch of work in local time; closing at 00:00 means the end of that day."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.closes not in {MIDNIGHT, max(self.opens, self.closes)} or self.opens == self.closes != MIDNIGHT:
            raise ValueError(f"a shift cannot close at {self.closes} if it opens at {self.opens}")


Week = tuple[tuple[Shift, ...], ...]


def weekly(*shifts: str, days: Iterable[int] = range(5)) -> Week:
    """A week with the same shifts ("08:30-14:00", "15:00-17:30") on the given weekdays (0 is Monday); none named: round the clock."""
    parsed = tuple(Shift(*map(time.fromisoformat, shift.split("-"))) for shift in shifts) or (Shift(MIDNIGHT, MIDNIGHT),)
    working = frozenset(days)
    return tuple(parsed if weekday in working else () for weekday in range(7))


def week_of(plain: Mapping[str, Sequence[Sequence[str]]]) -> Week:
    """A week from plain values, as JSON keeps it: {"0": [["09:00", "14:00"], ["15:00", "17:00"]]}, a weekday left out is not worked."""
    days = ([Shift(*map(time.fromisoformat, pair)) for pair in plain.get(str(weekday), ())] for weekday in range(7))
    return tuple(tuple(sorted(shifts, key=lambda shift: shift.opens)) for shifts in days)


def check(week: Week) -> None:
    """A ValueError unless the week has seven days and each day's shifts are in order, apart from each other."""
    if len(week) != 7:
        raise ValueError("a week has seven days, Monday first")
    for shifts in week:
        if any(one.closes == MIDNIGHT or one.closes > other.opens for one, other in pairwise(shifts)):
            raise ValueError("the shifts of a day are in order and do not overlap")


ROUND_THE_CLOCK: Final = weekly()


@dataclass(frozen=True, slots=True)
class Day:
    """A day the administrator named: a local holiday, a closure, or a day that is worked after all."""

    on: date
    name: str = ""
    kind: DayKind = DayKind.HOLIDAY


@dataclass(frozen=True, slots=True)
class Season:
    """Other shifts from one day to another, both included (summer hours)."""

    first: date
    last: date
    week: Week


@dataclass(frozen=True, slots=True)
class Closed:
    """A day on which nobody works, why, and at which seat; `name` is empty for a weekend."""

    on: date
    kind: DayKind
    name: str
    seat: str
