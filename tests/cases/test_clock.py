"""The legal clock, rule by rule."""

import csv
import gzip
import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from cases.clock import (
    Calendar,
    Day,
    DayKind,
    Ends,
    Extension,
    Late,
    Length,
    Season,
    Shift,
    Start,
    Term,
    Unit,
    due,
    week_of,
    weekly,
)
from tests.cases.clockwork import BOSTON, CHILE, FIVE_DAYS, MADRID, MEXICO, falls, on, pause

BOSTON_FILE = Path(__file__).parents[3] / "shared" / "data" / "boston_clock.csv.gz"


@pytest.mark.skipif(not BOSTON_FILE.exists(), reason="the city's file is not here")
def test_boston_is_reproduced_to_the_minute() -> None:
    """N working days from the next opening; the city writes some targets without their seconds, or rounded to the minute."""
    with gzip.open(BOSTON_FILE, "rt") as lines:
        rows = list(csv.DictReader(lines))
    same = 0
    for row in rows:
        term = Term(int(row["amount"]), Unit(row["unit"]), Start.MOMENT, Late.NEXT_OPENING)
        at = due(term, on(BOSTON, row["opened"]), BOSTON).at
        assert at is not None
        same += abs(at - on(BOSTON, row["expected"])) < timedelta(minutes=1)
    assert same / len(rows) >= 0.996


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-03-02T11:30", "2026-03-05T11:30"),
        ("2026-03-02T06:00", "2026-03-05T09:00"),
        ("2026-03-02T14:20", "2026-03-05T15:00"),
        ("2026-03-02T19:00", "2026-03-06T09:00"),
        ("2026-03-07T11:00", "2026-03-12T09:00"),
        ("2026-04-02T18:00", "2026-04-09T09:00"),
    ],
    ids=["in hours", "before opening", "at lunch", "after closing", "on a Saturday", "before Good Friday"],
)
def test_filed_outside_hours_counts_from_the_next_opening(start: str, end: str) -> None:
    assert falls(Term(3, Unit.WORKING_DAY, Start.MOMENT, Late.NEXT_OPENING), start) == end


@pytest.mark.parametrize(
    ("amount", "start", "end"),
    [
        (2, "2026-03-02T09:00", "2026-03-02T11:00"),
        (2, "2026-03-02T13:00", "2026-03-02T16:00"),
        (5, "2026-03-02T09:00", "2026-03-02T14:00"),
        (8, "2026-03-06T10:00", "2026-03-09T10:00"),
        (8, "2026-03-07T10:00", "2026-03-09T18:00"),
    ],
    ids=["in the morning", "over lunch", "until lunch", "over the weekend", "filed on a Saturday"],
)
def test_working_hours_pass_only_in_the_shifts(amount: int, start: str, end: str) -> None:
    assert falls(Term(amount, Unit.WORKING_HOUR, Start.MOMENT), start) == end


def test_hours_from_the_next_day_begin_with_it() -> None:
    assert falls(Term(3, Unit.WORKING_HOUR), "2026-03-06T10:00") == "2026-03-09T12:00"
    assert falls(Term(3, Unit.HOUR, rolls=False), "2026-03-04T10:00") == "2026-03-05T03:00"


def test_hours_that_end_before_anybody_works_move_to_the_first_hour() -> None:
    assert falls(Term(20, Unit.HOUR, Start.MOMENT), "2026-03-04T10:00") == "2026-03-05T09:00"
    assert falls(Term(24, Unit.HOUR, Start.MOMENT), "2026-03-06T15:00") == "2026-03-09T09:00"
    assert falls(Term(24, Unit.HOUR, Start.MOMENT, rolls=False), "2026-03-06T15:00") == "2026-03-07T15:00"


def test_hours_that_end_at_midnight_end_on_the_day_that_was_worked() -> None:
    assert falls(Term(14, Unit.WORKING_HOUR, Start.MOMENT), "2026-03-06T10:00", MADRID) == "2026-03-06T23:59"
    assert falls(Term(2, Unit.WORKING_DAY, ends=Ends.CLOSING), "2026-03-04T10:00", MADRID) == "2026-03-06T23:59"


def test_the_last_day_ends_at_midnight_or_at_closing_time() -> None:
    assert falls(FIVE_DAYS, "2026-03-02T10:00") == "2026-03-09T23:59"
    assert falls(Term(5, Unit.WORKING_DAY, ends=Ends.CLOSING), "2026-03-02T10:00") == "2026-03-09T18:00"


@pytest.mark.parametrize(
    ("term", "start", "end"),
    [
        (Term(1, Unit.MONTH, rolls=False), "2026-01-31T10:00", "2026-02-28T23:59"),
        (Term(1, Unit.MONTH, rolls=False), "2028-01-31T10:00", "2028-02-29T23:59"),
        (Term(1, Unit.YEAR, rolls=False), "2028-02-29T10:00", "2029-02-28T23:59"),
        (Term(13, Unit.MONTH, rolls=False), "2026-12-31T10:00", "2028-01-31T23:59"),
        (Term(1, Unit.MONTH, rolls=False, days=15), "2026-01-31T10:00", "2026-03-15T23:59"),
    ],
)
def test_a_month_without_that_day_ends_on_its_last(term: Term, start: str, end: str) -> None:
    assert falls(Term(term.amount, term.unit, late=Late.AS_IS, rolls=False, days=term.days), start) == end


def test_days_of_different_length_keep_their_share() -> None:
    """Nine hours from Monday to Thursday, six on Friday: a third of the day has passed at 11:00, and on Friday at 10:00."""
    uneven = Calendar("America/Santiago", (*weekly("08:00-17:00")[:4], *weekly("08:00-14:00")[4:]), "CL")
    assert falls(Term(3, Unit.WORKING_DAY, Start.MOMENT), "2026-03-03T11:00", uneven) == "2026-03-06T10:00"


def test_calendar_days_from_a_moment_do_not_end_before_anybody_works() -> None:
    assert falls(Term(5, Unit.CALENDAR_DAY, Start.MOMENT), "2026-03-02T11:00") == "2026-03-09T09:00"
    assert falls(Term(5, Unit.CALENDAR_DAY, Start.MOMENT, rolls=False), "2026-03-02T11:00") == "2026-03-07T11:00"


class TestZones:
    @pytest.mark.parametrize(
        ("calendar", "start", "end"),
        [
            (CHILE, "2026-04-04T12:00", "2026-04-05T11:00"),
            (CHILE, "2026-09-05T12:00", "2026-09-06T13:00"),
            (MADRID, "2026-03-28T12:00", "2026-03-29T13:00"),
            (MADRID, "2026-10-24T12:00", "2026-10-25T11:00"),
            (BOSTON, "2026-03-07T12:00", "2026-03-08T13:00"),
            (BOSTON, "2026-10-31T12:00", "2026-11-01T11:00"),
            (MEXICO, "2021-04-03T12:00", "2021-04-04T13:00"),
            (MEXICO, "2026-04-04T12:00", "2026-04-05T12:00"),
        ],
    )
    def test_hours_are_real_hours_when_the_clocks_change(self, calendar: Calendar, start: str, end: str) -> None:
        assert falls(Term(24, Unit.HOUR, Start.MOMENT, Late.AS_IS, rolls=False), start, calendar) == end

    @pytest.mark.parametrize("calendar", [CHILE, MADRID, BOSTON, MEXICO], ids=lambda calendar: calendar.zone)
    def test_days_keep_their_hour_when_the_clocks_change(self, calendar: Calendar) -> None:
        assert (
            falls(Term(365, Unit.CALENDAR_DAY, Start.MOMENT, Late.AS_IS, rolls=False), "2025-11-05T12:34", calendar) == "2026-11-05T12:34"
        )

    def test_an_hour_that_does_not_exist_becomes_the_one_after(self) -> None:
        assert falls(Term(1, Unit.CALENDAR_DAY, Start.MOMENT, Late.AS_IS, rolls=False), "2026-09-05T00:30") == "2026-09-06T01:30"

    def test_a_day_ends_at_its_second_midnight_where_the_hour_goes_back(self) -> None:
        assert CHILE.last_second(date(2026, 4, 4)).astimezone(UTC) == datetime(2026, 4, 5, 3, 59, 59, tzinfo=UTC)

    def test_the_day_is_that_of_the_office_wherever_the_server_stands(self) -> None:
        there = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
        assert due(FIVE_DAYS, there, CHILE).at == due(FIVE_DAYS, on(CHILE, "2026-03-02T23:00"), CHILE).at

    def test_a_moment_without_a_zone_is_a_mistake(self) -> None:
        with pytest.raises(ValueError, match="no time zone"):
            due(FIVE_DAYS, datetime(2026, 3, 2), CHILE)  # noqa: DTZ001


class TestCalendars:
    def test_saturdays_are_worked_where_the_week_says_so(self) -> None:
        six = Calendar("America/Santiago", weekly("09:00-14:00", days=range(6)), "CL")
        assert falls(FIVE_DAYS, "2026-03-02T10:00", six) == "2026-03-07T23:59"

    def test_local_days_closures_and_days_worked_after_all(self) -> None:
        feast, closure = Day(date(2026, 3, 4), "Aniversario"), Day(date(2026, 3, 5), "Cierre", DayKind.CLOSURE)
        worked = Day(date(2026, 3, 7), "", DayKind.WORKED)
        assert falls(FIVE_DAYS, "2026-03-02T10:00", CHILE.with_days(feast, closure)) == "2026-03-11T23:59"
        assert falls(FIVE_DAYS, "2026-03-02T10:00", CHILE.with_days(feast, closure, worked)) == "2026-03-10T23:59"

    def test_a_public_holiday_may_be_worked_after_all(self) -> None:
        worked = CHILE.with_days(Day(date(2026, 4, 3), "", DayKind.WORKED))
        assert CHILE.works(date(2026, 4, 3)) is False
        assert worked.works(date(2026, 4, 3)) is True

    def test_summer_hours(self) -> None:
        summer = Season(date(2026, 1, 1), date(2026, 2, 28), weekly("08:00-14:00"))
        calendar = Calendar("America/Santiago", weekly("09:00-18:00"), "CL", seasons=(summer,))
        term = Term(6, Unit.WORKING_HOUR, Start.MOMENT, Late.NEXT_OPENING)
        assert falls(term, "2026-02-27T07:00", calendar) == "2026-02-27T14:00"
        assert falls(term, "2026-03-02T07:00", calendar) == "2026-03-02T15:00"

    def test_a_holiday_at_one_of_two_seats_does_not_count(self) -> None:
        """Ley 39/2015 art. 30.6."""
        barcelona = Calendar("Europe/Madrid", country="ES", region="CT", name="Barcelona")
        closed = MADRID.joined(barcelona).closed(date(2026, 6, 24))
        assert closed is not None
        assert (closed.seat, closed.name) == ("Barcelona", "San Juan")
        assert MADRID.works(date(2026, 6, 24))

    def test_holidays_have_names_and_no_last_year(self) -> None:
        closed = CHILE.closed(date(2044, 12, 8))
        assert closed is not None
        assert closed.name == "La Inmaculada Concepción"

    def test_a_week_from_plain_values(self) -> None:
        assert week_of({str(day): [["08:30", "17:00"]] for day in range(5)}) == weekly("08:30-17:00")
        assert week_of({"0": [["15:00", "18:00"], ["09:00", "14:00"]]})[0] == (Shift(time(9), time(14)), Shift(time(15), time(18)))

    @pytest.mark.parametrize(
        "build",
        [
            lambda: Shift(time(17), time(9)),
            lambda: Shift(time(9), time(9)),
            lambda: Calendar("America/Santiago", weekly("09:00-14:00", "13:00-18:00")),
            lambda: Calendar("America/Santiago", week_of({})),
            lambda: Calendar("America/Santiago", weekly(days=[0])).joined(Calendar("America/Santiago", weekly(days=[1]))),
            lambda: Length(0, Unit.WORKING_DAY),
            lambda: Length(1, Unit.WORKING_DAY, days=3),
            lambda: Term(0, Unit.HOUR),
            lambda: Extension(datetime(2026, 1, 1, tzinfo=UTC), 0),
        ],
    )
    def test_what_makes_no_sense_is_refused_when_it_is_built(self, build) -> None:
        with pytest.raises(ValueError, match=r"\w"):
            build()


def test_the_steps_are_data_that_json_can_keep() -> None:
    capped = pause("2026-04-06T10:00", None, cause="informe", article="art. 22.1.d", cap=Length(1, Unit.MONTH))
    answer = due(Term(20, Unit.WORKING_DAY, article="art. 24"), on(CHILE, "2026-03-28T11:00"), CHILE, pauses=[capped], urgent=True)
    data = json.loads(json.dumps(answer.data()))
    assert [step["kind"] for step in data] == ["received", "deferred", "halved", "counted", "skipped", "paused", "falls"]
    assert data[3]["length"] == {"amount": 10, "unit": "working_day", "days": 0}
    assert [day["on"] for day in data[4]["days"]] == ["2026-04-03"]
    assert data[5]["capped"] == {"amount": 1, "unit": "month", "days": 0}
    assert answer.at is not None
    assert data[6]["at"] == answer.at.isoformat()
