"""Pauses and extensions, rule by rule."""

from datetime import timedelta
from fractions import Fraction

import pytest

from cases.clock import Effect, Ends, Extension, Length, Pause, Start, Term, Unit, due
from czrm.kit.refused import Refused
from tests.cases.clockwork import CHILE, FIVE_DAYS, falls, on, pause


class TestPauses:
    def test_the_day_of_the_request_counts_and_the_day_of_the_answer_does_not(self) -> None:
        assert falls(FIVE_DAYS, "2026-03-02T10:00", pauses=(pause("2026-03-04T10:00", "2026-03-06T10:00"),)) == "2026-03-11T23:59"

    def test_a_term_from_a_moment_gets_back_the_working_time_that_was_paused(self) -> None:
        """A day has eight hours of work: paused for six of them, then for a day and two hours."""
        term = Term(3, Unit.WORKING_DAY, Start.MOMENT)
        assert falls(term, "2026-03-02T11:00", pauses=(pause("2026-03-03T10:00", "2026-03-03T17:00"),)) == "2026-03-06T09:00"
        assert falls(term, "2026-03-02T11:00", pauses=(pause("2026-03-03T11:00", "2026-03-04T13:00"),)) == "2026-03-06T13:00"

    def test_calendar_days_from_a_moment_get_back_the_time_on_the_clock(self) -> None:
        term = Term(2, Unit.CALENDAR_DAY, Start.MOMENT)
        assert falls(term, "2026-03-02T12:00", pauses=(pause("2026-03-03T13:00", "2026-03-03T15:30"),)) == "2026-03-04T14:30"

    def test_working_hours_paused_are_added_to_the_minute(self) -> None:
        term = Term(4, Unit.WORKING_HOUR, Start.MOMENT)
        assert falls(term, "2026-03-02T09:00", pauses=(pause("2026-03-02T10:00", "2026-03-02T15:20"),)) == "2026-03-03T09:20"

    def test_an_answer_on_a_saturday_counts_as_monday(self) -> None:
        assert falls(FIVE_DAYS, "2026-03-02T10:00", pauses=(pause("2026-03-04T10:00", "2026-03-07T10:00"),)) == "2026-03-12T23:59"

    def test_pauses_that_overlap_count_once(self) -> None:
        one, other = pause("2026-03-03T10:00", "2026-03-05T10:00"), pause("2026-03-04T10:00", "2026-03-06T10:00")
        whole = pause("2026-03-03T10:00", "2026-03-06T10:00")
        assert falls(FIVE_DAYS, "2026-03-02T10:00", pauses=(one, other)) == falls(FIVE_DAYS, "2026-03-02T10:00", pauses=(whole,))

    def test_a_pause_after_expiry_or_before_the_start_changes_nothing(self) -> None:
        late, early = pause("2026-03-10T10:00", "2026-03-20T10:00"), pause("2026-02-10T10:00", "2026-02-20T10:00")
        assert falls(FIVE_DAYS, "2026-03-02T10:00", pauses=(late, early)) == "2026-03-09T23:59"

    def test_a_pause_on_the_last_day_leaves_the_day_of_the_answer(self) -> None:
        assert falls(FIVE_DAYS, "2026-03-02T10:00", pauses=(pause("2026-03-09T10:00", "2026-03-12T10:00"),)) == "2026-03-12T23:59"

    def test_an_answer_after_closing_leaves_the_next_day(self) -> None:
        term = Term(5, Unit.WORKING_DAY, ends=Ends.CLOSING)
        assert falls(term, "2026-03-02T10:00", pauses=(pause("2026-03-09T10:00", "2026-03-12T19:00"),)) == "2026-03-13T18:00"

    def test_a_pause_over_a_holiday_does_not_count_it_twice(self) -> None:
        """3 April is Good Friday: of the pause from the 1st to the 7th, three working days are lost, not four."""
        assert falls(FIVE_DAYS, "2026-03-31T10:00", pauses=(pause("2026-04-01T10:00", "2026-04-07T10:00"),)) == "2026-04-13T23:59"

    def test_a_capped_pause_ends_by_itself(self) -> None:
        """The tenth day after 3 March is a Friday: the term runs again from Monday 16, whether or not somebody answers later."""
        cap = Length(10, Unit.CALENDAR_DAY)
        ends = {
            falls(FIVE_DAYS, "2026-03-02T10:00", pauses=(pause("2026-03-03T10:00", until, cap=cap),))
            for until in (None, "2026-03-30T10:00")
        }
        assert ends == {"2026-03-19T23:59"}

    def test_an_answer_before_the_cap_resumes_at_once(self) -> None:
        capped = pause("2026-03-03T10:00", "2026-03-04T10:00", cap=Length(10, Unit.CALENDAR_DAY))
        assert falls(FIVE_DAYS, "2026-03-02T10:00", pauses=(capped,)) == "2026-03-10T23:59"

    def test_while_a_pause_is_open_there_is_no_date_but_what_is_left(self) -> None:
        answer = due(FIVE_DAYS, on(CHILE, "2026-03-02T10:00"), CHILE, pauses=[pause("2026-03-04T10:00", None)])
        assert (answer.at, answer.left) == (None, 3)
        hours = due(
            Term(8, Unit.WORKING_HOUR, Start.MOMENT), on(CHILE, "2026-03-02T09:00"), CHILE, pauses=[pause("2026-03-02T10:30", None)]
        )
        assert (hours.at, hours.left) == (None, 390)

    def test_completion_starts_the_whole_term_again(self) -> None:
        """Ley 1755 de 2015 art. 17 (Colombia)."""
        again = pause("2026-03-04T10:00", "2026-03-06T10:00", effect=Effect.RESTART)
        assert falls(FIVE_DAYS, "2026-03-02T10:00", pauses=(again,)) == falls(FIVE_DAYS, "2026-03-06T10:00")

    def test_a_pause_cannot_end_before_it_begins(self) -> None:
        with pytest.raises(ValueError, match="before it begins"):
            pause("2026-03-04T10:00", "2026-03-03T10:00")


class TestExtensions:
    @pytest.mark.parametrize(
        ("by", "end"), [(Fraction(1, 2), "2026-03-11T23:59"), (Fraction(1), "2026-03-16T23:59"), (3, "2026-03-12T23:59")]
    )
    def test_it_adds_a_share_rounded_down_or_a_number(self, by: Fraction | int, end: str) -> None:
        assert falls(FIVE_DAYS, "2026-03-02T10:00", extensions=(Extension(on(CHILE, "2026-03-05T10:00"), by),)) == end

    def test_half_of_three_months_is_a_month_and_fifteen_days(self) -> None:
        extension = Extension(on(CHILE, "2026-02-05T10:00"), Fraction(1, 2))
        assert falls(Term(3, Unit.MONTH), "2026-01-15T10:00", extensions=(extension,)) == "2026-06-01T23:59"

    @pytest.mark.parametrize(
        ("code", "term", "granted"),
        [
            ("extension_after_expiry", FIVE_DAYS, [("2026-03-10T00:00", 1)]),
            ("extension_twice", FIVE_DAYS, [("2026-03-04T10:00", 1), ("2026-03-05T10:00", 1)]),
            ("extension_too_long", Term(5, Unit.WORKING_DAY, may_extend=Fraction(1, 2)), [("2026-03-04T10:00", 3)]),
            ("extension_too_long", Term(1, Unit.WORKING_DAY), [("2026-03-03T10:00", Fraction(1, 2))]),
        ],
    )
    def test_the_law_refuses_it(self, code: str, term: Term, granted: list[tuple[str, Fraction | int]]) -> None:
        extensions = tuple(Extension(on(CHILE, moment), by) for moment, by in granted)
        with pytest.raises(Refused) as refusal:
            falls(term, "2026-03-02T10:00", extensions=extensions)
        assert refusal.value.code == code

    def test_a_pause_before_it_keeps_the_term_alive(self) -> None:
        extension = Extension(on(CHILE, "2026-03-11T10:00"), 1)
        assert (
            falls(FIVE_DAYS, "2026-03-02T10:00", pauses=(pause("2026-03-04T10:00", "2026-03-06T10:00"),), extensions=(extension,))
            == "2026-03-12T23:59"
        )

    def test_a_term_that_began_again_may_be_extended_again(self) -> None:
        again = pause("2026-03-05T10:00", "2026-03-06T10:00", effect=Effect.RESTART)
        twice = tuple(Extension(on(CHILE, moment), 1) for moment in ("2026-03-04T10:00", "2026-03-10T10:00"))
        assert falls(FIVE_DAYS, "2026-03-02T10:00", pauses=(again,), extensions=twice) == "2026-03-16T23:59"


def test_holidays_inside_a_pause_are_not_told_twice() -> None:
    over_easter = pause("2026-04-01T10:00", "2026-04-07T10:00")
    answer = due(FIVE_DAYS, on(CHILE, "2026-03-31T10:00"), CHILE, pauses=[over_easter])
    assert "skipped" not in {step.kind for step in answer.explain()}


def test_two_years_and_ten_pauses_have_one_answer_whatever_their_order() -> None:
    start = on(CHILE, "2024-01-02T10:00")
    ten = [Pause(start + timedelta(days=60 * n + 20), start + timedelta(days=60 * n + 50)) for n in range(10)]
    term = Term(250, Unit.WORKING_DAY)
    assert due(term, start, CHILE, pauses=ten) == due(term, start, CHILE, pauses=reversed(ten))
