"""The strokes of a chart as SVG: x in per cent of the width, y in px, colours and type by class."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from reporting.scale import Number, Scale, known, thinned

HEIGHT = 220
BAR_SHARE, WIDEST_BAR = 0.56, 12.0
NOTHING: SafeString = mark_safe("")


def joined(pieces: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def sheet(key: str, title: str, description: str, body: SafeString, *, kind: str, height: int = HEIGHT) -> SafeString:
    """The whole drawing, named and described for those who cannot see it."""
    return format_html(
        '<div class="chart-box"><svg class="chart {kind}" height="{height}" role="img" aria-labelledby="{key}-title {key}-desc">'
        '<title id="{key}-title">{title}</title><desc id="{key}-desc">{description}</desc>{body}</svg></div>',
        kind=kind, height=height, key=key, title=title, description=description, body=body,
    )  # fmt: skip


def words(kind: str, x: str, y: float, text: str, anchor: str = "middle") -> SafeString:
    return format_html('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>', kind, x, _px(y), anchor, text)


def across(kind: str, y: float) -> SafeString:
    return format_html('<line class="{}" x1="0" x2="100%" y1="{y}" y2="{y}"/>', kind, y=_px(y))


def label_axis(labels: Sequence[str]) -> Iterator[SafeString]:
    for at, thin in thinned(labels):
        yield words(f"axis{thin}", percent(middle(at, len(labels))), HEIGHT - 7, labels[at])


def bar(kind: str, at: int, count: int, ends: tuple[float, float], scale: Scale, hint: str) -> SafeString:
    """An upright bar between two values, in the at-th of `count` places; `hint` shows under the pointer."""
    width = min(100 / count * BAR_SHARE, WIDEST_BAR)
    top, bottom = sorted(map(scale.y, ends))
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>',
        kind, percent(middle(at, count) - width / 2), _px(top), percent(width), _px(bottom - top), hint,
    )  # fmt: skip


def dot(kind: str, x: float, y: float, hint: str) -> SafeString:
    return format_html('<circle class="{}" cx="{}" cy="{}" r="3.5"><title>{}</title></circle>', kind, percent(x), _px(y), hint)


def polylines(kind: str, values: Sequence[Number | None], scale: Scale) -> SafeString:
    """A line through the known values, broken where one is missing; a value alone between gaps is a short stroke."""
    return format_html(
        '<svg class="stretch" viewBox="0 0 1000 {height}" width="100%" height="{height}" preserveAspectRatio="none">{}</svg>',
        joined(format_html('<path class="{}" d="{}"/>', kind, _path(run, len(values), scale)) for run in _runs(values)),
        height=HEIGHT,
    )  # fmt: skip


def legend(items: Sequence[tuple[str, str]]) -> SafeString:
    """What each mark means; nothing where there is nothing to tell apart."""
    if not items:
        return NOTHING
    return format_html('<ul class="legend">{}</ul>', format_html_join("", "<li>{}{}</li>", ((_swatch(kind), name) for kind, name in items)))


def middle(at: int, count: int) -> float:
    """The middle of the at-th of `count` places, in per cent."""
    return (at + 0.5) / count * 100


def percent(share: float) -> str:
    return f"{share:.2f}%"


def _swatch(kind: str) -> SafeString:
    shape = '<rect class="{}" x="6" y="2" width="12" height="12"/>' if kind.startswith("part") else '<path class="{}" d="M0 8h24"/>'
    return format_html('<svg class="swatch" viewBox="0 0 24 16" aria-hidden="true">{}</svg>', format_html(shape, kind))


def _runs(values: Sequence[Number | None]) -> Iterator[list[tuple[int, float]]]:
    run: list[tuple[int, float]] = []
    for at, value in enumerate(values):
        if (number := known(value)) is not None:
            run.append((at, number))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _path(run: Sequence[tuple[int, float]], count: int, scale: Scale) -> str:
    places = [(middle(at, count) * 10, scale.y(value)) for at, value in run]
    if len(places) == 1:
        (x, y) = places[0]
        places = [(x - 4, y), (x + 4, y)]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)


def _px(length: float) -> str:
    return f"{length:.1f}"
