"""What must hold for every term, calendar, pause and extension."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cases.clock import Calendar, Day, Effect, Ends, Extension, Late, Length, Pause, Start, Term, Unit, due, weekly
from czrm.kit.refused import Refused

WEEKS = (
    weekly(),
    weekly("08:30-17:00"),
    weekly("09:00-14:00", "15:00-18:00"),
    weekly("09:00-13:00", days=range(6)),
    (*weekly("08:00-17:00")[:4], weekly("08:00-12:00")[4], (), ()),
)
PLACES = (
    ("America/Santiago", "CL", ""),
    ("Europe/Madrid", "ES", "MD"),
    ("America/Mexico_City", "MX", ""),
    ("America/New_York", "US", "MA"),
)
SECOND = timedelta(seconds=1)
FIRST = datetime(2025, 1, 1, tzinfo=UTC)

calendars = st.builds(
    lambda place, week, days: Calendar(
        place[0], week, place[1], place[2], days=tuple(Day(date(2025, 1, 1) + timedelta(day), "local") for day in days)
    ),
    st.sampled_from(PLACES),
    st.sampled_from(WEEKS),
    st.sets(st.integers(0, 500), max_size=8),
)
moments = st.integers(0, 500 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
terms = st.builds(
    Term,
    amount=st.integers(1, 40),
    unit=st.sampled_from(Unit).filter(lambda unit: unit is not Unit.YEAR),
    start=st.sampled_from(Start),
    late=st.sampled_from(Late),
    ends=st.sampled_from(Ends),
    rolls=st.booleans(),
)
caps = st.none() | st.builds(Length, st.integers(1, 20), st.sampled_from([Unit.CALENDAR_DAY, Unit.WORKING_DAY, Unit.HOUR, Unit.MONTH]))


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Term, datetime, Calendar, list[Pause]]:
    """A term under way with up to three pauses, most of them within it."""
    start, pauses = draw(moments), []
    for _index in range(draw(st.integers(0, 3))):
        since = start + timedelta(minutes=draw(st.integers(-3 * 1440, 40 * 1440)))
        pauses.append(Pause(since, since + timedelta(minutes=draw(st.integers(0, 20 * 1440))), cap=draw(caps)))
    return draw(terms), start, draw(calendars), pauses


def end(
    term: Term, start: datetime, calendar: Calendar, pauses: list[Pause] | None = None, extensions: list[Extension] | None = None
) -> datetime:
    at = due(term, start, calendar, pauses=pauses or [], extensions=extensions or []).at
    assert at is not None
    return at


@settings(deadline=None)
@given(scenes())
def test_it_never_ends_on_a_non_working_day_when_the_rule_says_so(scene: tuple[Term, datetime, Calendar, list[Pause]]) -> None:
    term, start, calendar, pauses = scene
    ends = end(replace(term, rolls=True), start, calendar, pauses)
    assert calendar.works(ends.date())


@settings(deadline=None)
@given(scenes())
def test_pause_then_resume_never_shortens(scene: tuple[Term, datetime, Calendar, list[Pause]]) -> None:
    term, start, calendar, pauses = scene
    pauses.sort(key=lambda pause: pause.since)
    ends = [end(term, start, calendar, pauses[:count]) for count in range(len(pauses) + 1)]
    assert all(before <= after for before, after in pairwise(ends))


@settings(deadline=None)
@given(scenes())
def test_it_never_ends_inside_a_pause(scene: tuple[Term, datetime, Calendar, list[Pause]]) -> None:
    term, start, calendar, pauses = scene
    ends = end(term, start, calendar, pauses)
    assert not any(pause.cap is None and pause.until and start <= pause.since <= ends < pause.until - SECOND for pause in pauses)


@settings(deadline=None)
@given(scenes(), st.integers(0, 560))
def test_a_new_holiday_never_brings_it_forward(scene: tuple[Term, datetime, Calendar, list[Pause]], day: int) -> None:
    term, start, calendar, pauses = scene
    more = calendar.with_days(Day(date(2025, 1, 1) + timedelta(day), "new"))
    assert end(term, start, more, pauses) >= end(term, start, calendar, pauses)


@settings(deadline=None)
@given(scenes(), st.sampled_from(PLACES))
def test_a_second_seat_never_brings_it_forward(scene: tuple[Term, datetime, Calendar, list[Pause]], place: tuple[str, str, str]) -> None:
    term, start, calendar, pauses = scene
    two = calendar.joined(Calendar(place[0], country=place[1], region=place[2]))
    assert end(term, start, two, pauses) >= end(term, start, calendar, pauses)


@settings(deadline=None)
@given(terms, moments, calendars, st.integers(1, 20 * 1440), st.integers(1, 20 * 1440))
def test_a_restart_equals_a_new_start(term: Term, start: datetime, calendar: Calendar, before: int, length: int) -> None:
    since = start + timedelta(minutes=before)
    assume(since <= end(term, start, calendar))
    until = since + timedelta(minutes=length)
    assert end(term, start, calendar, [Pause(since, until, effect=Effect.RESTART)]) == end(term, until, calendar)


@settings(deadline=None)
@given(scenes(), st.integers(0, 90 * 1440), st.one_of(st.integers(1, 10), st.fractions(Fraction(1, 2), 2)))
def test_an_extension_only_before_expiry_and_then_never_shortens(
    scene: tuple[Term, datetime, Calendar, list[Pause]], minutes: int, by: int | Fraction
) -> None:
    term, start, calendar, pauses = scene
    granted = start + timedelta(minutes=minutes)
    known = [pause for pause in pauses if pause.since <= granted]
    before, extension = end(term, start, calendar, known), Extension(granted, by)
    if granted <= before:
        if isinstance(by, int) or term.length.times(by, up=False):
            assert end(term, start, calendar, known, [extension]) >= before
            with pytest.raises(Refused) as refusal:
                end(term, start, calendar, known, [extension, extension])
            assert refusal.value.code == "extension_twice"
    else:
        with pytest.raises(Refused) as refusal:
            end(term, start, calendar, known, [extension])
        assert refusal.value.code == "extension_after_expiry"


@settings(deadline=None)
@given(scenes())
def test_a_longer_term_never_ends_sooner(scene: tuple[Term, datetime, Calendar, list[Pause]]) -> None:
    term, start, calendar, pauses = scene
    assert end(replace(term, amount=term.amount + 1), start, calendar, pauses) >= end(term, start, calendar, pauses)


@settings(deadline=None)
@given(scenes())
def test_what_is_left_while_paused_is_what_it_takes_to_end(scene: tuple[Term, datetime, Calendar, list[Pause]]) -> None:
    """Working hours of an open pause: what ran before it and what is left are the whole term."""
    _term, start, calendar, pauses = scene
    assume(pauses)
    term = Term(30, Unit.WORKING_HOUR, Start.MOMENT, Late.NEXT_OPENING)
    since = max(pauses[0].since, start)
    answer = due(term, start, calendar, pauses=[Pause(since)])
    if answer.at is None:
        ran = calendar.worked(answer.begins, since) if since > answer.begins else timedelta()
        assert timedelta(minutes=answer.left) <= timedelta(hours=30) - ran < timedelta(minutes=answer.left + 1)


@settings(deadline=None)
@given(terms, moments, calendars)
def test_the_same_instant_in_another_zone_has_the_same_end(term: Term, start: datetime, calendar: Calendar) -> None:
    assert end(term, start, calendar) == end(term, start.astimezone(calendar.tz), calendar)


@settings(deadline=None)
@given(scenes())
def test_every_sentence_can_be_said(scene: tuple[Term, datetime, Calendar, list[Pause]]) -> None:
    term, start, calendar, pauses = scene
    answer = due(term, start, calendar, pauses=pauses)
    assert len(answer.texts()) == len(answer.data()) >= 3
    assert not any("%(" in text or "None" in text for text in answer.texts())
