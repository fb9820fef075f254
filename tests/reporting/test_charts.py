import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from reporting.charts import Chart, Frame, Point, Series, bars, lines, rows, spark, stacked
from reporting.scale import MOST_STEPS, Number, Scale, thinned

SVG = "{http://www.w3.org/2000/svg}"
WEEKS = ["27 sep", "4 oct", "11 oct", "18 oct"]
POINTS = [
    Point(label, value, f"/desk/cases/?week={at}") for at, (label, value) in enumerate(zip(WEEKS, (412, 388, 1431, 318), strict=True))
]
HOSTILE = "\"><script>alert('x')</script>&amp;<b>{0}%s"
NUMBERS: st.SearchStrategy[Number | None] = st.one_of(
    st.none(), st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9), st.just(math.nan), st.just(math.inf), st.decimals(-1000, 1000, places=2)
)


@pytest.fixture(autouse=True, scope="module")
def english() -> Iterator[None]:
    with override("en"):
        yield


def frame(key: str = "opened", title: str = "Cases opened", decimals: int = 0, unit: str = "", value_head: str = "Cases") -> Frame:
    return Frame(key=key, title=title, label_head="Week", value_head=value_head, decimals=decimals, unit=unit)


def parsed(markup: str) -> ET.Element:
    return ET.fromstring(markup.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"')).find(f".//{SVG}svg") or pytest.fail("no svg")


def texts(chart: Chart, kind: str) -> list[str]:
    return [element.text or "" for element in parsed(chart.svg).iter(f"{SVG}text") if kind in (element.get("class") or "").split()]


def every_chart() -> list[Chart]:
    series = Series("This year", [4, None, 2.5, 8])
    return [
        bars(POINTS, frame(), target=320),
        lines(WEEKS, series, frame("answered"), before=Series("Last year", [1, 2, 3, None])),
        stacked(WEEKS, [series, Series("Late", [1, 1, 0, 2])], frame("closed")),
        rows(POINTS, frame("teams")),
    ]


def test_a_drawing_is_named_and_described_and_its_ids_follow_the_key() -> None:
    for chart, key in zip(every_chart(), ("opened", "answered", "closed", "teams"), strict=True):
        svg = parsed(chart.svg)
        assert svg.get("role") == "img"
        assert svg.get("aria-labelledby") == f"{key}-title {key}-desc"
        ids = [element.get("id") for element in svg.iter() if element.get("id")]
        assert ids == [f"{key}-title", f"{key}-desc"]
        assert svg.findtext(f"{SVG}title") == "Cases opened"
        assert "Highest" in (svg.findtext(f"{SVG}desc") or "")


def test_no_chart_holds_a_style_a_script_or_a_handler() -> None:
    for chart in every_chart():
        for markup in (chart.svg, chart.legend, spark([1, 2])):
            assert not re.search(r"<script|<style|\bstyle=|\son\w+=|href=|(fill|stroke|font\S*)=\"", markup)


def test_the_last_bar_is_stressed_and_tells_its_figure() -> None:
    chart = bars(POINTS, frame())
    assert chart.svg.count('class="bar bar-last"') == 1
    assert chart.svg.count('class="bar"') == 3
    assert texts(chart, "value") == ["318"]


def test_bars_are_as_high_as_their_values() -> None:
    heights = [float(rect.get("height", "")) for rect in parsed(bars(POINTS, frame()).svg).iter(f"{SVG}rect")]
    assert heights[0] / heights[3] == pytest.approx(412 / 318, rel=0.02)
    assert heights[2] == max(heights)


def test_a_target_is_drawn_and_explained() -> None:
    chart = bars(POINTS, frame(), target=320)
    assert 'class="target"' in chart.svg
    assert "Target: 320" in chart.legend
    assert bars(POINTS, frame()).legend == ""
    assert 'class="target"' not in bars(POINTS, frame()).svg


def test_a_target_above_all_bars_is_inside_the_drawing() -> None:
    ys = [float(y) for y in re.findall(r'class="target"[^>]* y1="([\d.]+)"', bars([Point("a", 1)], frame(), target=90).svg)]
    assert ys
    assert 24 <= ys[0] < 194


def test_a_missing_value_breaks_the_line_and_shows_as_unknown() -> None:
    chart = lines(WEEKS, Series("Now", [1, None, 3, 4]), frame())
    assert len(re.findall(r'<path class="line"', chart.svg)) == 2
    assert chart.table.rows[1][1][0].text == "–"
    assert chart.table.rows[1][1][0].value is None


def test_the_period_before_is_drawn_quietly_and_named_in_the_legend() -> None:
    chart = lines(WEEKS, Series("This year", [1, 2, 3, 4]), frame(), before=Series("Last year", [4, 3, 2, 1]))
    assert chart.svg.index("line-before") < chart.svg.index('class="line"')
    assert "This year" in chart.legend
    assert "Last year" in chart.legend
    assert chart.table.head == ("Week", "This year", "Last year")
    assert [cell.value for cell in chart.table.rows[0][1]] == [1, 4]


def test_parts_stand_on_one_another() -> None:
    chart = stacked(["a"], [Series("x", [30]), Series("y", [70])], frame())
    low, high = list(parsed(chart.svg).iter(f"{SVG}rect"))
    assert float(low.get("y", "")) == pytest.approx(float(high.get("y", "")) + float(high.get("height", "")), abs=0.11)
    assert float(high.get("y", "")) == pytest.approx(24, abs=0.1)


def test_negative_parts_and_a_sixth_part_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        stacked(["a"], [Series("x", [-1])], frame())
    with pytest.raises(ValueError, match="five"):
        stacked(["a"], [Series("x", [1])] * 6, frame())
    with pytest.raises(ValueError, match="negative"):
        rows([Point("a", -1)], frame())


def test_lying_bars_are_shares_of_the_longest_and_long_names_are_cut_only_in_the_drawing() -> None:
    name = "Building permits and everything that has to do with them in the north"
    chart = rows([Point(name, 200), Point("Taxes", 50)], frame())
    widths = [rect.get("width") for rect in parsed(chart.svg).iter(f"{SVG}rect") if rect.get("class") == "bar-last"]
    assert widths == ["100.00%", "25.00%"]
    assert all(len(text) <= 40 for text in texts(chart, "name"))
    assert chart.table.rows[0][0] == name
    assert name in chart.svg


def test_each_figure_of_the_table_opens_the_list_behind_it() -> None:
    for chart in (bars(POINTS, frame()), rows(POINTS, frame())):
        assert chart.table.caption == "Cases opened"
        assert [(label, cells[0].value, cells[0].href) for label, cells in chart.table.rows] == [(p.label, p.value, p.href) for p in POINTS]


@pytest.mark.parametrize("values", [[], [None], [math.nan, None]])
def test_nothing_known_says_so_in_words(values: list[float | None]) -> None:
    labels = [str(at) for at in range(len(values))]
    points = [Point(label, value) for label, value in zip(labels, values, strict=True)]
    series = Series("Now", values)
    for chart in (
        bars(points, frame(), target=3),
        rows(points, frame()),
        lines(labels, series, frame()),
        stacked(labels, [series], frame()),
    ):
        assert "There is nothing to show in this period." in chart.svg
        assert "<svg" not in chart.svg
        assert chart.legend == ""
        assert len(chart.table.rows) == len(values)


def test_all_zeros_is_a_chart() -> None:
    assert texts(bars([Point("a", 0), Point("b", 0)], frame()), "axis")[:2] == ["0", "1"]


def test_numbers_are_written_as_the_language_does() -> None:
    with override("es"):
        assert frame(decimals=1).show(1234.56) == "1\u00a0234,6"
        assert "1\u00a0431" in bars(POINTS, frame()).svg
        assert frame(unit="h", decimals=1).show(2.25) == "2,2\u00a0h"
    with override("en"):
        assert frame(decimals=1).show(Decimal("1234.56")) == "1,234.6"
        assert not re.search(r'="\d+,\d', bars(POINTS, frame()).svg)


def test_names_are_words_never_markup() -> None:
    hostile = Frame(key="k", title=HOSTILE, label_head=HOSTILE, value_head=HOSTILE, unit=HOSTILE)
    series = Series(HOSTILE, [1, 2])
    labels = [HOSTILE, HOSTILE]
    points = [Point(HOSTILE, 1), Point(HOSTILE, 2)]
    charts = [
        bars(points, hostile, target=1),
        rows(points, hostile),
        lines(labels, series, hostile, before=series),
        stacked(labels, [series], hostile),
    ]
    for chart in charts:
        assert "<script" not in chart.svg + chart.legend
        assert "<b>" not in chart.svg + chart.legend
        assert parsed(chart.svg).findtext(f"{SVG}title") == HOSTILE


def test_labels_are_thinned_from_the_last_one() -> None:
    labels = [f"{day} Nov" for day in range(1, 31)]
    kept = dict(thinned(labels))
    assert kept[29] == ""
    assert len(kept) * (6 * 6.6 + 10) <= 500 + 60
    narrow = [at for at, thin in kept.items() if not thin]
    assert 2 <= len(narrow) <= 6
    assert dict(thinned(["Mon", "Tue"])) == {0: "", 1: ""}


def test_a_spark_needs_two_values_and_is_silent() -> None:
    assert spark([]) == spark([1, None]) == ""
    assert 'aria-hidden="true"' in spark([3, 3])
    assert spark([1, 2, 4]).count(",") == 3


@pytest.mark.parametrize(
    ("values", "decimals", "ticks"),
    [
        ([412, 318], 0, [0, 100, 200, 300, 400, 500]),
        ([3], 0, [0, 1, 2, 3]),
        ([7], 0, [0, 2, 4, 6, 8]),
        ([12], 0, [0, 5, 10, 15]),
        ([120], 0, [0, 25, 50, 75, 100, 125]),
        ([1.1], 1, [0, 0.5, 1, 1.5]),
        ([0.9], 0, [0, 1]),
        ([-3, 8], 0, [-5, 0, 5, 10]),
        ([-40], 0, [-40, -30, -20, -10, 0]),
        ([], 0, [0, 1]),
    ],
)
def test_ticks_are_round(values: list[float], decimals: int, ticks: list[float]) -> None:
    assert list(Scale.over(values, decimals=decimals).ticks) == pytest.approx(ticks)


@given(st.lists(NUMBERS), st.integers(0, 2))
def test_a_scale_covers_its_values_with_few_ticks_that_show_exactly(values: list[Number | None], decimals: int) -> None:
    scale = Scale.over(values, decimals=decimals)
    numbers = [float(value) for value in values if value is not None and math.isfinite(value)]
    assert 2 <= len(scale.ticks) <= MOST_STEPS + 3
    assert scale.ticks[0] <= min([0.0, *numbers]) + 1e-6
    assert scale.ticks[-1] >= max([0.0, *numbers]) - 1e-6
    assert 0.0 in scale.ticks
    assert all(round(tick, decimals) == pytest.approx(tick) for tick in scale.ticks)


@given(st.lists(NUMBERS, min_size=1, max_size=60))
def test_any_figures_give_a_sound_drawing_inside_its_sheet(values: list[Number | None]) -> None:
    labels = [str(at) for at in range(len(values))]
    for chart in (
        bars([Point(label, value) for label, value in zip(labels, values, strict=True)], frame(decimals=1)),
        lines(labels, Series("Now", values), frame(decimals=1), before=Series("Before", values[::-1])),
    ):
        if chart.svg.startswith("<p"):
            continue
        for element in parsed(chart.svg).iter():
            for name in ("y", "y1", "cy", "height"):
                assert -0.1 <= float((element.get(name) or "0").rstrip("%")) <= 220.1
        assert "nan" not in chart.svg.lower()
