"""Charts drawn on the server: SVG with classes only, its legend, and its data as a table. Text keeps its size at any width.

Values may be None or not finite: not known, drawn as a gap. Numbers are written as the active language does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext

from reporting import drawing
from reporting.drawing import NOTHING, joined, middle, percent
from reporting.scale import Number, Scale, known

ROW = 46
ROW_LABEL_LENGTH = 34
WIDEST_GUTTER = 10
UNKNOWN = "–"


@dataclass(frozen=True)
class Point:
    """A label, its value, and the page that lists what was counted."""

    label: str
    value: Number | None
    href: str = ""


@dataclass(frozen=True)
class Series:
    """Values under a chart's labels, in their order; `hrefs`, if any, are as many."""

    name: str
    values: Sequence[Number | None]
    hrefs: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What is said around a drawing. `key` is unique in its page; an empty `description` is made from the data."""

    key: str
    title: str
    label_head: str
    value_head: str
    description: str = ""
    decimals: int = 0
    unit: str = ""

    def show(self, value: Number | None) -> str:
        """The value as the reader's language writes it, with its unit."""
        number = known(value)
        if number is None:
            return UNKNOWN
        text = str(number_format(round(number, self.decimals), decimal_pos=self.decimals, force_grouping=True))
        return f"{text}\u00a0{self.unit}" if self.unit else text


@dataclass(frozen=True)
class Cell:
    """A figure in a table: as shown, as it is (for CSV), and the page that lists what was counted."""

    text: str
    value: float | None
    href: str = ""


@dataclass(frozen=True)
class Table:
    """The data of a chart: `head` names the columns; a row is its label and its cells."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


@dataclass(frozen=True)
class Chart:
    """The drawing (or the words that say there is nothing to draw), its legend (may be empty) and its data."""

    svg: SafeString
    legend: SafeString
    table: Table


def bars(points: Sequence[Point], frame: Frame, *, target: Number | None = None) -> Chart:
    """Upright bars in time, the last one stressed and labelled; `target` is a dashed line across them."""
    labels, series = _taken_apart(points, frame)
    scale = Scale.over([*series.values, target], decimals=frame.decimals)
    body = [
        drawing.bar(
            "bar bar-last" if at == len(points) - 1 else "bar", at, len(points), (0, value), scale, f"{labels[at]}: {frame.show(value)}"
        )
        for at, given in enumerate(series.values)
        if (value := known(given)) is not None
    ]
    legend = NOTHING
    if target is not None:
        body.append(drawing.across("target", scale.y(target)))
        legend = drawing.legend([("target", gettext("Target: %(value)s") % {"value": frame.show(target)})])
    body.append(_last_value(series, frame, scale))
    return _chart(labels, [series], frame, scale, body, legend)


def stacked(labels: Sequence[str], parts: Sequence[Series], frame: Frame) -> Chart:
    """Upright bars of at most five parts, the first at the bottom. ValueError for a negative value or a sixth part."""
    if len(parts) > 5 or any((known(value) or 0) < 0 for part in parts for value in part.values):
        raise ValueError("a stacked bar has at most five parts, none negative")
    columns = [[known(part.values[at]) or 0.0 for part in parts] for at in range(len(labels))]
    scale = Scale.over([sum(column) for column in columns], decimals=frame.decimals)
    body = [
        drawing.bar(
            f"part part-{nth + 1}", at, len(labels), (sum(column[:nth]), sum(column[: nth + 1])), scale,
            f"{labels[at]}, {parts[nth].name}: {frame.show(value)}",
        )
        for at, column in enumerate(columns)
        for nth, value in enumerate(column)
        if value
    ]  # fmt: skip
    legend = drawing.legend([(f"part part-{nth}", part.name) for nth, part in enumerate(parts, start=1)])
    return _chart(labels, parts, frame, scale, body, legend)


def lines(labels: Sequence[str], now: Series, frame: Frame, *, before: Series | None = None) -> Chart:
    """A line over time and, dashed and quiet under it, the same in the period before."""
    both = [now, before] if before else [now]
    scale = Scale.over([value for series in both for value in series.values], decimals=frame.decimals)
    body = [drawing.polylines("line-before", before.values, scale)] if before else []
    body += [drawing.polylines("line", now.values, scale), _last_value(now, frame, scale, dot=True)]
    kinds = ["line", "line-before"]
    legend = drawing.legend([(kind, series.name) for kind, series in zip(kinds, both, strict=False)]) if before else NOTHING
    return _chart(labels, both, frame, scale, body, legend)


def rows(points: Sequence[Point], frame: Frame) -> Chart:
    """Lying bars, each under its name and figure: for teams, channels, procedures. ValueError for a negative value."""
    labels, series = _taken_apart(points, frame)
    values = [known(value) for value in series.values]
    longest = max((value for value in values if value is not None), default=0) or 1
    if any((value or 0) < 0 for value in values):
        raise ValueError("a lying bar cannot be negative")
    table = _table(labels, [series], frame)
    if not _any_known([series]):
        return Chart(_nothing_to_show(), NOTHING, table)
    body = joined(_row(at, labels[at], value, longest, frame) for at, value in enumerate(values))
    description = frame.description or _described(labels, series, frame)
    return Chart(drawing.sheet(frame.key, frame.title, description, body, kind="rows", height=ROW * len(points)), NOTHING, table)


def spark(values: Sequence[Number | None]) -> SafeString:
    """A word-sized line without words: the figure beside it says what it is. Nothing for fewer than two known values."""
    numbers = [number for value in values if (number := known(value)) is not None]
    if len(numbers) < 2:
        return NOTHING
    low, span = min(numbers), (max(numbers) - min(numbers)) or 1
    places = [(f"{3 + at * 90 / (len(numbers) - 1):.1f}", f"{24 - 20 * (number - low) / span:.1f}") for at, number in enumerate(numbers)]
    path, (x, y) = " ".join(map(",".join, places)), places[-1]
    svg = '<svg class="spark" viewBox="0 0 96 28" aria-hidden="true"><polyline points="{}"/><circle cx="{}" cy="{}" r="3"/></svg>'
    return format_html(svg, path, x, y)


def _taken_apart(points: Sequence[Point], frame: Frame) -> tuple[list[str], Series]:
    values, hrefs = [point.value for point in points], [point.href for point in points]
    return [point.label for point in points], Series(frame.value_head, values, hrefs)


def _chart(
    labels: Sequence[str], all_series: Sequence[Series], frame: Frame, scale: Scale, body: Iterable[SafeString], legend: SafeString
) -> Chart:
    table = _table(labels, all_series, frame)
    if not _any_known(all_series):
        return Chart(_nothing_to_show(), NOTHING, table)
    shown = [(scale.y(tick), frame.show(tick)) for tick in scale.ticks]
    grid = [drawing.across("grid", y) for y, _ in shown] + [drawing.words("axis", "-8", y + 4, text, "end") for y, text in shown]
    gutter = min(WIDEST_GUTTER, max(len(text) for _, text in shown))
    description = frame.description or _described(labels, all_series[0], frame)
    whole = joined([*grid, *body, *drawing.label_axis(labels)])
    return Chart(drawing.sheet(frame.key, frame.title, description, whole, kind=f"gutter-{gutter}"), legend, table)


def _row(at: int, label: str, value: float | None, longest: float, frame: Frame) -> SafeString:
    top = at * ROW
    return format_html(
        '<g><title>{}</title>{}{}<rect class="track" y="{y}" width="100%" height="10"/>'
        '<rect class="bar-last" y="{y}" width="{}" height="10"/></g>',
        f"{label}: {frame.show(value)}",
        drawing.words("name", "0", top + 15, Truncator(label).chars(ROW_LABEL_LENGTH), "start"),
        drawing.words("value", "100%", top + 15, frame.show(value), "end"),
        percent((value or 0) / longest * 100),
        y=top + 24,
    )  # fmt: skip


def _last_value(series: Series, frame: Frame, scale: Scale, *, dot: bool = False) -> SafeString:
    """The newest figure, written over its bar or beside its end of the line; nothing if it is not known."""
    value = known(series.values[-1]) if series.values else None
    if value is None:
        return NOTHING
    x, y = middle(len(series.values) - 1, len(series.values)), scale.y(value)
    mark = drawing.dot("dot", x, y, f"{series.name}: {frame.show(value)}") if dot else NOTHING
    near_edge = 100 - x < 4
    text = drawing.words(
        "value", "100%" if near_edge else percent(x), min(y, scale.y(0)) - 8, frame.show(value), "end" if near_edge else "middle"
    )
    return joined([mark, text])


def _table(labels: Sequence[str], all_series: Sequence[Series], frame: Frame) -> Table:
    def cell(series: Series, at: int) -> Cell:
        value = known(series.values[at])
        return Cell(frame.show(value), value, series.hrefs[at] if series.hrefs else "")

    body = tuple((label, tuple(cell(series, at) for series in all_series)) for at, label in enumerate(labels))
    return Table(frame.title, (frame.label_head, *(series.name for series in all_series)), body)


def _any_known(all_series: Iterable[Series]) -> bool:
    return any(known(value) is not None for series in all_series for value in series.values)


def _nothing_to_show() -> SafeString:
    return format_html('<p class="chart-empty">{}</p>', gettext("There is nothing to show in this period."))


def _described(labels: Sequence[str], series: Series, frame: Frame) -> str:
    pairs = [(label, number) for label, value in zip(labels, series.values, strict=True) if (number := known(value)) is not None]
    if not pairs:
        return ""
    (first, first_value), (last, last_value), (top, top_value) = pairs[0], pairs[-1], max(pairs, key=lambda pair: pair[1])
    return gettext("%(series)s: %(first)s, %(first_value)s; %(last)s, %(last_value)s. Highest: %(top)s, %(top_value)s.") % {
        "series": series.name, "first": first, "first_value": frame.show(first_value), "last": last,
        "last_value": frame.show(last_value), "top": top, "top_value": frame.show(top_value),
    }  # fmt: skip
