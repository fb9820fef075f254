"""What the dashboard shows, from its figures: cards, charts and tables, each figure with the address of the list behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from reporting import charts
from reporting.charts import Chart, Frame, Point, Series
from reporting.figures import Figures, Flow, Key, Line
from reporting.periods import Days, Step, bands
from reporting.words import duration, less_or_more, number, risen, share

MOST_LINES = 12
TITLES: dict[str, dict[Step, Promise]] = {
    "opened": {Step.DAY: _("Opened by day"), Step.WEEK: _("Opened by week"), Step.MONTH: _("Opened by month")},
    "closed": {Step.DAY: _("Closed by day"), Step.WEEK: _("Closed by week"), Step.MONTH: _("Closed by month")},
    "on_time": {Step.DAY: _("Closed on time, by day"), Step.WEEK: _("Closed on time, by week"), Step.MONTH: _("Closed on time, by month")},
}
HEADS: dict[Step, Promise] = {Step.DAY: _("Day"), Step.WEEK: _("Week from"), Step.MONTH: _("Month")}
DAY_MONTH, MONTH_YEAR = pgettext_lazy("date format", "j M"), pgettext_lazy("date format", "M Y")
FORMATS: dict[Step, Promise] = {Step.DAY: DAY_MONTH, Step.WEEK: DAY_MONTH, Step.MONTH: MONTH_YEAR}
AGES: tuple[Promise, ...] = (
    _("Up to 7 days"), _("8 to 30 days"), _("31 to 90 days"), _("91 to 365 days"), _("More than a year"),
)  # fmt: skip


@dataclass(frozen=True)
class Name:
    """How a channel, team or procedure is called, and what the list of cases calls it."""

    words: str
    value: str


Names = Mapping[str, Mapping[Key, Name]]


@dataclass(frozen=True)
class Card:
    label: str
    value: str
    note: str
    href: str = ""
    tone: str = ""
    spark: SafeString | str = ""


@dataclass(frozen=True)
class Entry:
    """A line of the table of teams, channels or procedures; `share` is None where nothing had been promised a date."""

    name: str
    opened: str
    closed: str
    on_time: str
    share: int | None
    worse: bool
    late: bool
    overdue: str
    open: str
    median: str
    links: Mapping[str, str]
    plain: tuple[Any, ...]


class Board:
    """`address` is that of the list of cases; empty for those who may not see it."""

    def __init__(self, figures: Figures, names: Names, address: str) -> None:
        self.figures, self.names, self.address = figures, names, address
        self.period = figures.period
        self.days = str(figures.period.now)

    def link(self, **filters: str) -> str:
        return f"{self.address}?{urlencode(filters)}" if self.address else ""

    def cards(self) -> list[Card]:
        now, before, stock = self.figures.now, self.figures.before, self.figures.stock
        parts = self.figures.parts
        return [
            Card(gettext("Opened"), number(now.opened), less_or_more(now.opened, before.opened), self.link(opened=self.days),
                 spark=charts.spark([part.opened for part in parts])),
            Card(pgettext("figures", "Closed"), number(now.closed), less_or_more(now.closed, before.closed), self.link(closed=self.days),
                 spark=charts.spark([part.closed for part in parts])),
            self.on_time(now, before),
            Card(gettext("Overdue now"), number(stock.overdue), self.worst(), self.link(state="overdue"), "danger" * bool(stock.overdue)),
            Card(gettext("Open now"), number(stock.open), self.growth(now), self.link(state="open")),
            Card(gettext("Half are closed within"), duration(now.median), self.nine_in_ten(now, before), self.link(closed=self.days),
                 spark=charts.spark([part.median for part in parts])),
        ]  # fmt: skip

    def on_time(self, now: Flow, before: Flow) -> Card:
        words, tone = risen(now.on_time, before.on_time)
        if now.on_time is None:
            words = gettext("Nothing that was closed had a promised date")
        spark = charts.spark([part.on_time for part in self.figures.parts])
        return Card(gettext("Closed on time"), share(now.on_time), words, self.link(closed=self.days, state="in_time"), tone, spark)

    def worst(self) -> str:
        line = max(self.figures.by["team"], key=lambda line: line.stock.overdue, default=None)
        if line is None or not line.stock.overdue:
            return gettext("None is past its date") if not self.figures.stock.overdue else ""
        return gettext("%(n)s in %(team)s") % {"n": number(line.stock.overdue), "team": self.name("team", line.key).words}

    def growth(self, now: Flow) -> str:
        grown = now.opened - now.undated - now.closed
        if grown > 0:
            return gettext("%(n)s more came in than ended in the period") % {"n": number(grown)}
        if grown < 0:
            return gettext("%(n)s more ended than came in in the period") % {"n": number(-grown)}
        return gettext("As many came in as ended in the period")

    def nine_in_ten(self, now: Flow, before: Flow) -> str:
        if now.p90 is None:
            return gettext("Nothing was closed in the period")
        words = gettext("9 of 10 within %(length)s") % {"length": duration(now.p90)}
        if before.median is None:
            return words
        then = gettext("before: %(length)s") % {"length": duration(before.median)}
        return f"{words} · {then}"

    def name(self, dimension: str, key: Key) -> Name:
        known = self.names[dimension].get(key)
        return known or (Name(gettext("No team"), "none") if key is None else Name(str(key), str(key)))

    def over_time(self) -> dict[str, Chart]:
        """Only where there is more than one part to compare, and something to show."""
        parts, step = self.period.now.parts(self.period.step), self.period.step
        if len(parts) < 2:
            return {}
        labels = [date_format(part.first, str(FORMATS[step])) for part in parts]
        found: dict[str, Chart] = {}
        if self.figures.now.opened:
            found["opened"] = charts.bars(self.counted(parts, labels, "opened"), self.frame("opened", step))
        if self.figures.now.closed:
            found["closed"] = charts.bars(self.counted(parts, labels, "closed"), self.frame("closed", step))
        if self.figures.now.promised:
            found["on_time"] = self.shares(parts, labels, self.frame("on_time", step, "%"))
        return found

    def counted(self, parts: Sequence[Days], labels: Sequence[str], what: str) -> list[Point]:
        flows = zip(parts, labels, self.figures.parts, strict=True)
        return [Point(label, getattr(flow, what), self.link(**{what: str(part)})) for part, label, flow in flows]

    def shares(self, parts: Sequence[Days], labels: Sequence[str], frame: Frame) -> Chart:
        now, before = ([flow.on_time and flow.on_time * 100 for flow in flows] for flows in (self.figures.parts, self.figures.parts_before))
        hrefs = [self.link(closed=str(part), state="in_time") for part in parts]
        beside = [before[at] if at < len(before) else None for at in range(len(now))]
        older = Series(gettext("The period before"), beside) if any(value is not None for value in beside) else None
        return charts.lines(labels, Series(gettext("Closed on time"), now, hrefs), frame, before=older)

    def frame(self, key: str, step: Step, unit: str = "") -> Frame:
        title, head = str(TITLES[key][step]), str(HEADS[step])
        return Frame(key=key, title=title, label_head=head, value_head=gettext("Cases"), unit=unit)

    def ages(self, today: Any) -> Chart:
        frame = Frame(key="ages", title=gettext("Open now, by age"), label_head=gettext("Came in"), value_head=gettext("Cases"))
        found = zip(AGES, bands(today), self.figures.ages, strict=True)
        oldest = len(AGES) - 1
        return charts.rows([
            Point(str(label), stock.open, self.link(state="open", opened=f"{'' if at == oldest else days.first}..{days.last}"))
            for at, (label, days, stock) in enumerate(found)
        ], frame)  # fmt: skip

    def table(self, dimension: str) -> list[Entry]:
        return [self.entry(dimension, line) for line in self.figures.by[dimension]]

    def entry(self, dimension: str, line: Line) -> Entry:
        name, flow, stock = self.name(dimension, line.key), line.flow, line.stock
        about = {dimension: name.value}
        usual = self.figures.now.on_time
        links = {
            "opened": self.link(**about, opened=self.days), "closed": self.link(**about, closed=self.days),
            "on_time": self.link(**about, closed=self.days, state="in_time"), "open": self.link(**about, state="open"),
            "overdue": self.link(**about, state="overdue"),
        }  # fmt: skip
        plain = (
            name.words, flow.opened, flow.closed, flow.promised, flow.in_time, stock.open, stock.overdue,
            None if flow.median is None else round(flow.median), None if flow.p90 is None else round(flow.p90),
        )  # fmt: skip
        worse = flow.on_time is not None and usual is not None and flow.on_time < usual - 0.1
        percent = None if flow.on_time is None else round(flow.on_time * 100)
        return Entry(
            name.words, number(flow.opened), number(flow.closed), share(flow.on_time), percent, worse, bool(stock.overdue),
            number(stock.overdue), number(stock.open), duration(flow.median), links, plain,
        )  # fmt: skip
