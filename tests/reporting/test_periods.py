"""Which days are looked at and compared, and how they are cut."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.forms import chosen
from reporting.periods import AGES, LABELS, Choice, Days, Step, bands, edges, period, usual

TODAY = date(2026, 11, 21)  # a Saturday
SANTIAGO = ZoneInfo("America/Santiago")
days = st.builds(
    lambda first, length: Days(first, first + timedelta(days=length)), st.dates(date(2015, 1, 1), date(2030, 1, 1)), st.integers(0, 1500)
)


def between(first: str, last: str) -> Days:
    return Days(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("choice", "now", "before"),
    [
        (Choice.WEEK, ("2026-11-16", "2026-11-21"), ("2026-11-09", "2026-11-14")),
        (Choice.MONTH, ("2026-11-01", "2026-11-21"), ("2026-10-01", "2026-10-21")),
        (Choice.QUARTER, ("2026-10-01", "2026-11-21"), ("2026-07-01", "2026-08-21")),
        (Choice.YEAR, ("2026-01-01", "2026-11-21"), ("2025-01-01", "2025-11-21")),
        (Choice.LAST_7, ("2026-11-15", "2026-11-21"), ("2026-11-08", "2026-11-14")),
        (Choice.LAST_30, ("2026-10-23", "2026-11-21"), ("2026-09-23", "2026-10-22")),
    ],
)
def test_what_is_chosen_and_what_it_is_compared_with(choice: Choice, now: tuple[str, str], before: tuple[str, str]):
    found = period(choice, TODAY)
    assert (found.now, found.before) == (between(*now), between(*before))


def test_the_end_of_a_long_month_is_compared_with_all_of_a_short_one():
    found = period(Choice.MONTH, date(2026, 3, 31))
    assert found.before == between("2026-02-01", "2026-02-28")


def test_the_29th_of_february_is_compared_with_the_28th():
    assert period(Choice.YEAR, date(2028, 2, 29)).before == between("2027-01-01", "2027-02-28")


def test_days_of_ones_own_are_compared_with_as_many_before():
    found = period(Choice.OWN, TODAY, between("2026-03-10", "2026-03-19"))
    assert found.before == between("2026-02-28", "2026-03-09")


@pytest.mark.parametrize(
    ("newest", "now"),
    [
        (None, ("2026-10-23", "2026-11-21")),
        ("2026-11-20", ("2026-10-23", "2026-11-21")),
        ("2015-12-31", ("2015-12-02", "2015-12-31")),
    ],
)
def test_the_usual_days_are_where_the_newest_data_are(newest: str | None, now: tuple[str, str]):
    assert usual(TODAY, date.fromisoformat(newest) if newest else None).now == between(*now)


@pytest.mark.parametrize(
    ("span", "step", "first_parts"),
    [
        (("2026-11-01", "2026-11-21"), Step.DAY, ["2026-11-01..2026-11-01", "2026-11-02..2026-11-02"]),
        (("2026-10-01", "2026-11-21"), Step.WEEK, ["2026-10-01..2026-10-04", "2026-10-05..2026-10-11"]),
        (("2026-01-15", "2026-11-21"), Step.MONTH, ["2026-01-15..2026-01-31", "2026-02-01..2026-02-28"]),
    ],
)
def test_the_longer_the_period_the_longer_its_parts(span: tuple[str, str], step: Step, first_parts: list[str]):
    found = between(*span)
    assert found.step is step
    assert [str(part) for part in found.parts(step)[:2]] == first_parts


@given(days, st.sampled_from(Step))
def test_parts_are_the_period_no_day_more_or_less(span: Days, step: Step):
    parts = span.parts(step)
    assert (parts[0].first, parts[-1].last) == (span.first, span.last)
    assert sum(map(len, parts)) == len(span)
    assert all(after.first - part.last == timedelta(days=1) for part, after in pairwise(parts))


@given(st.sampled_from([*LABELS]), st.dates(date(2001, 1, 1), date(2100, 1, 1)))
def test_a_period_and_the_one_before_do_not_touch(choice: Choice, today: date):
    found = period(choice, today)
    assert found.now.last == today
    assert found.before.last < found.now.first
    assert len(found.before) <= len(found.now) + 1  # a leap year's


@given(days)
def test_moments_rise_and_each_stands_once(span: Days):
    marks = edges(span.parts(span.step), SANTIAGO)
    assert len(marks) == len(span.parts(span.step)) + 1
    assert marks == sorted(set(marks))


def test_a_day_of_25_hours_is_one_part():
    marks = edges(between("2026-04-04", "2026-04-05").parts(Step.DAY), SANTIAGO)
    assert [later.timestamp() - mark.timestamp() for mark, later in pairwise(marks)] == [25 * 3600, 24 * 3600]


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_bands_of_age_hold_every_day_up_to_today_once(today: date):
    found = bands(today)
    assert len(found) == len(AGES) + 1
    assert found[0].last == today
    assert all(older.last + timedelta(days=1) == younger.first for younger, older in pairwise(found))


@pytest.mark.parametrize(
    "query",
    [
        {"period": "own", "first": "2026-11-21", "last": "2026-11-01"},
        {"period": "own", "first": "2026-11-21"},
        {"period": "own", "first": "x", "last": "y"},
        {"period": "own", "first": "1900-01-01", "last": "2026-11-01"},
        {"period": "own", "first": "1970-01-01", "last": "1970-01-05"},
        {"period": "own", "first": "9999-12-01", "last": "9999-12-31"},
    ],
)
def test_days_that_cannot_be_are_said_and_the_usual_ones_shown(query: dict[str, str]):
    found, form = chosen(query, TODAY, None)
    assert found == period(Choice.LAST_30, TODAY)
    assert form.errors


def test_a_period_nobody_knows_is_the_usual_one():
    found, form = chosen({"period": "century"}, TODAY, None)
    assert found == period(Choice.LAST_30, TODAY)
    assert not form.errors
