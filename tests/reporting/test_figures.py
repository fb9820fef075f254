"""Figures from the rows of the aggregates, and how they are said."""

from __future__ import annotations

from datetime import date
from statistics import median

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from reporting import words
from reporting.figures import Flow, Row, Stock, assemble, change, points, quantile
from reporting.periods import Choice, Days, period

TWO_DAYS = period(Choice.OWN, date(2026, 11, 21), Days(date(2026, 11, 20), date(2026, 11, 21)))


def test_rows_of_several_aggregates_meet_in_one_figure():
    flows = [
        Row("all", True, 0, None, {"opened": 5, "undated": 1}),
        Row("all", True, 0, None, {"closed": 3, "promised": 2, "in_time": 1}),
        Row("all", False, 0, None, {"opened": 4}),
        Row("part", True, 2, None, {"opened": 2}),
        Row("part", False, 1, None, {"opened": 4}),
        Row("team", True, 0, 7, {"opened": 5}),
        Row("team", False, 0, 8, {"opened": 4}),
        Row("team", True, 0, None, {"closed": 3}),
    ]
    found = assemble(TWO_DAYS, flows, [Row("all", True, 0, None, {"open": 9, "overdue": 4}), Row("team", True, 0, 9, {"open": 9})])
    assert found.now == Flow(opened=5, undated=1, closed=3, promised=2, in_time=1)
    assert (found.now.on_time, found.now.late, found.before) == (0.5, 1, Flow(opened=4))
    assert ([part.opened for part in found.parts_before], [part.opened for part in found.parts]) == ([0, 4], [2, 0])
    assert found.stock == Stock(9, 4)
    assert {line.key: (line.flow.opened, line.flow.closed, line.stock.open) for line in found.by["team"]} == {
        7: (5, 0, 0), None: (0, 3, 0), 9: (0, 0, 9),
    }  # fmt: skip


def test_nothing_promised_is_no_share():
    assert Flow(closed=4).on_time is None
    assert Flow(closed=4, promised=4).on_time == 0


@pytest.mark.parametrize(("now", "before", "grown"), [(3, 2, 0.5), (1, 2, -0.5), (0, 2, -1.0), (5, 0, None), (None, 3, None)])
def test_a_change_is_a_share_of_what_was(now: float | None, before: float | None, grown: float | None):
    assert change(now, before) == grown


def test_points_are_of_a_hundred():
    assert points(0.92, 0.88) == pytest.approx(4)
    assert points(None, 0.88) is None


@given(st.lists(st.floats(0, 1e9), min_size=1))
def test_half_of_all_is_what_statistics_call_the_median(values: list[float]):
    assert quantile(values, 0.5) == pytest.approx(median(values))


@given(st.lists(st.floats(0, 1e9), min_size=1), st.floats(0, 1))
def test_a_quantile_lies_between_the_least_and_the_most(values: list[float], share: float):
    found = quantile(values, share)
    assert found is not None
    assert min(values) <= found <= max(values) * (1 + 1e-12)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"),
        (20, "menos de 1 min"),
        (600, "10 min"),
        (7200, "2 h"),
        (86400, "1 día"),
        (2.5 * 86400, "2,5 días"),
        (30 * 86400, "30 días"),
    ],
)
def test_a_length_is_said_in_its_largest_unit(seconds: float | None, text: str):
    with override("es"):
        assert words.duration(seconds) == text.replace("menos de 1 min", words.gettext("under 1 min"))


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (0, "0 %"), (1, "100 %"), (0.999, "99,9 %"), (0.9999999, "99,9 %"), (0.001, "0,1 %"), (0.5, "50 %")]
)
def test_what_is_not_all_is_not_written_as_all(value: float | None, text: str):
    with override("es"):
        assert words.share(value).replace("\u00a0", " ") == text
