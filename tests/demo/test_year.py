"""A year of work: when it comes, what becomes of it, and that it repeats."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.clock import Calendar, weekly
from reporting.demo.cast import BODY, Cast, cast_people, moment
from reporting.demo.course import status_of
from reporting.demo.declared import bodies
from reporting.demo.people import invented
from reporting.demo.rhythm import after, working_day
from reporting.demo.year import Year

CALENDAR = Calendar("America/Santiago", weekly("08:30-14:00", "15:00-17:30"), "CL", "RM")
FRIDAY, SATURDAY = datetime(2026, 11, 20, 14, 0, tzinfo=UTC), datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
SPEAKING = {"counter", "phone"}
moments = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


def year(seed: int = 1, now: datetime = FRIDAY, body: str = BODY) -> Year:
    facts = next(row for row in bodies() if row["slug"] == body)
    return Year(facts, invented(seed, 120, now.date()), CALENDAR, seed, now)


YEAR = year()
STORIES = YEAR.cases(800)


def test_the_same_seed_tells_the_same_year_and_another_seed_another():
    assert [vars(story) for story in year(3).cases(60)] == [vars(story) for story in year(3).cases(60)]
    assert [story.title for story in year(3).cases(60)] != [story.title for story in year(4).cases(60)]


def test_nothing_happens_after_now_or_before_its_request():
    for story in STORIES:
        moments = [story.opened_at, *(step.at for step in story.steps)]
        assert moments == sorted(moments)
        assert moments[-1] < FRIDAY
        assert story.opened_at > FRIDAY - timedelta(days=367)


def test_spoken_requests_come_when_the_office_is_open_and_those_of_the_portal_at_any_hour():
    for story in STORIES:
        if story.way in SPEAKING:
            assert CALENDAR.works(story.opened_at.date())
            assert any(opens <= story.opened_at <= closes for opens, closes in CALENDAR.spans(story.opened_at.date()))
    assert any(not CALENDAR.works(story.opened_at.date()) for story in STORIES if story.way == "portal")


def test_mondays_are_busier_than_fridays_and_weekends_quiet():
    days = Counter(story.opened_at.weekday() for story in STORIES)
    assert days[0] > days[4] > days[5] + days[6]


def test_some_are_open_some_wait_and_most_are_done():
    states = Counter(status_of(story.steps) for story in STORIES)
    assert states["closed"] > 0.85 * len(STORIES)
    assert states["in_progress"]


def test_whoever_is_not_registered_left_a_way_to_answer_or_chose_to_stay_nameless():
    unknown = [story for story in STORIES if story.person is None]
    assert unknown
    assert all(story.nameless != bool(story.reply_email or story.reply_phone) for story in unknown)


def test_a_case_opened_in_a_contact_lies_inside_it():
    opening = [talk for talk in YEAR.talks(STORIES) if talk.opens]
    assert opening
    assert all(talk.started < talk.story.opened_at < talk.ended for talk in opening)


@pytest.mark.parametrize("now", [FRIDAY, SATURDAY, datetime(2026, 9, 18, 15, 0, tzinfo=UTC), datetime(2026, 11, 23, 5, 0, tzinfo=UTC)])
def test_the_scenes_lie_in_the_past_on_any_day(now):
    told = year(now=now)
    stories = Cast(told, cast_people()).stories()
    assert all(step.at < now for story in stories for step in story.steps)
    assert all(story.opened_at < now for story in stories)
    mine = [story for story in stories if story.person and story.person.key == "elena"]
    assert sum(story.status != "closed" for story in mine) == 3


def test_a_scene_of_three_working_days_before_a_monday_is_of_the_wednesday():
    assert moment(CALENDAR, datetime(2026, 11, 23, 15, 0, tzinfo=UTC), "-3 16:20").isoformat() == "2026-11-18T16:20:00-03:00"


@given(moments, st.floats(0, 100))
def test_work_ends_in_working_time_and_not_before_it_began(start, hours):
    end = after(CALENDAR, start, hours)
    assert end >= start
    assert CALENDAR.works(end.date())
    assert sum((min(b, end) - max(a, start) for a, b in spans(start, end) if min(b, end) > max(a, start)), timedelta()) == pytest.approx(
        timedelta(hours=hours), abs=timedelta(seconds=1)
    )


@given(moments, st.integers(1, 60))
def test_the_nth_working_day_back_has_as_many_working_days_after_it(now, back):
    today = now.date()
    day = working_day(CALENDAR, today, back)
    assert CALENDAR.works(day)
    assert sum(CALENDAR.works(day + timedelta(days=n)) for n in range((today - day).days)) == back


def spans(start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    first = CALENDAR.local(start).date()
    return [span for n in range((CALENDAR.local(end).date() - first).days + 1) for span in CALENDAR.spans(first + timedelta(days=n))]
