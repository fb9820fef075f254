"""The figures of a dashboard as data: what was opened and ended in a period, what is open now, and how each compares. Pure.

A case ended on time if it was promised for a date and was closed at or before it; what was promised no date counts on neither side.
A case that ended on a date nobody knows counts as opened, not as closed, and is not open. Durations are in seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from reporting.periods import AGES, Period

DIMENSIONS = ("channel", "team", "procedure")
Key = int | str | None


@dataclass(frozen=True)
class Flow:
    """What came in and what ended in some days."""

    opened: int = 0
    undated: int = 0  # of those opened, the ones that ended nobody knows when
    closed: int = 0
    promised: int = 0  # of those closed, the ones that had been promised a date
    in_time: int = 0
    median: float | None = None
    p90: float | None = None

    @property
    def on_time(self) -> float | None:
        """From 0 to 1; None where nothing that ended had been promised a date."""
        return self.in_time / self.promised if self.promised else None

    @property
    def late(self) -> int:
        return self.promised - self.in_time


@dataclass(frozen=True)
class Stock:
    """What is open at this moment; what is decided and only waits to be closed is not overdue."""

    open: int = 0
    overdue: int = 0


@dataclass(frozen=True)
class Line:
    """One channel, team or procedure; its key is None where the case has none."""

    key: Key
    flow: Flow
    stock: Stock


@dataclass(frozen=True)
class Figures:
    """`parts` and `parts_before` follow the parts of the period; `ages` the bands of `periods.bands`."""

    period: Period
    now: Flow
    before: Flow
    stock: Stock
    parts: tuple[Flow, ...]
    parts_before: tuple[Flow, ...]
    ages: tuple[Stock, ...]
    by: Mapping[str, tuple[Line, ...]] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not (self.now.opened or self.now.closed)


@dataclass(frozen=True)
class Row:
    """A line of an aggregate: what it sums over, and what was counted.

    `part` counts from the first one of the period before, or is a band of age.
    """

    set: str  # "all", "part", or one of DIMENSIONS
    now: bool
    part: int
    key: Key
    counts: Mapping[str, Any]


C = TypeVar("C", Flow, Stock)


def assemble(period: Period, flows: Iterable[Row], stocks: Iterable[Row]) -> Figures:
    """From the rows of the aggregates, in any order: what a row counts is added to what is there."""
    step = period.step
    older, newer = len(period.before.parts(step)), len(period.now.parts(step))
    whole = {True: Flow(), False: Flow()}
    parts = [Flow()] * (older + newer)
    flow_by: dict[str, dict[Key, Flow]] = {name: {} for name in DIMENSIONS}
    for row in flows:
        if row.set == "all":
            whole[row.now] = replace(whole[row.now], **row.counts)
        elif row.set == "part":
            parts[row.part] = replace(parts[row.part], **row.counts)
        elif row.now:
            put(flow_by[row.set], row, Flow())
    stock, ages = Stock(), [Stock()] * (len(AGES) + 1)
    stock_by: dict[str, dict[Key, Stock]] = {name: {} for name in DIMENSIONS}
    for row in stocks:
        if row.set == "all":
            stock = Stock(**row.counts)
        elif row.set == "part":
            ages[row.part] = Stock(**row.counts)
        else:
            put(stock_by[row.set], row, Stock())
    by = {name: lines(flow_by[name], stock_by[name]) for name in DIMENSIONS}
    return Figures(period, whole[True], whole[False], stock, tuple(parts[older:]), tuple(parts[:older]), tuple(ages), by)


def put(into: dict[Key, C], row: Row, nothing: C) -> None:
    into[row.key] = replace(into.get(row.key, nothing), **row.counts)


def lines(flows: Mapping[Key, Flow], stocks: Mapping[Key, Stock]) -> tuple[Line, ...]:
    """All that came in, ended or is open, what came in most first."""
    found = [Line(key, flows.get(key, Flow()), stocks.get(key, Stock())) for key in {**flows, **stocks}]
    return tuple(sorted(found, key=lambda line: (-line.flow.opened, -line.stock.open, str(line.key))))


def change(now: float | None, before: float | None) -> float | None:
    """By how much of itself a figure grew; None where there is nothing to compare."""
    if now is None or not before:
        return None
    return now / before - 1


def points(now: float | None, before: float | None) -> float | None:
    """By how many percentage points a share rose."""
    return None if now is None or before is None else (now - before) * 100


def quantile(values: Sequence[float], share: float) -> float | None:
    """As the database's percentile_cont: between the two nearest values, in proportion. For tests and small samples."""
    if not values:
        return None
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)
