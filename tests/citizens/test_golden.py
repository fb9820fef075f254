"""The value shown of what several sources say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from citizens import golden
from citizens.golden import Said

START = date(2026, 1, 1)


def said(key: int, value: str, day: int, *, verified: bool = False, institution: int = 1) -> Said:
    return Said(key, value, institution, START + timedelta(days=day), datetime(2026, 6, 1, tzinfo=UTC), verified)


sources = st.lists(
    st.builds(said, st.integers(1, 99), st.sampled_from("abc"), st.integers(0, 5), verified=st.booleans(), institution=st.integers(1, 4)),
    max_size=8, unique_by=lambda each: each.key,
)  # fmt: skip


def test_the_most_recent_verified_one_is_shown_before_a_more_recent_one_that_is_not():
    found = golden.shown([said(1, "old", 0, verified=True), said(2, "proved", 3, verified=True), said(3, "said", 9)])
    assert found is not None
    assert (found.value, found.conflict) == ("proved", True)
    assert [each.key for each in found.sources] == [2, 1, 3]
    assert [each.value for each in found.others] == ["old", "said"]


def test_without_a_verified_one_it_is_the_most_recent():
    found = golden.shown([said(1, "old", 0), said(2, "new", 1)])
    assert found is not None
    assert found.value == "new"


def test_of_two_alike_the_viewer_s_own_stands_first():
    alike = [said(1, "mine", 1, institution=1), said(2, "theirs", 1, institution=2)]
    assert [found.value for viewer in (1, 2) if (found := golden.shown(alike, viewer=viewer))] == ["mine", "theirs"]


def test_sources_that_agree_are_no_conflict():
    found = golden.shown([said(1, "a", 1), said(2, "a", 2, institution=2)])
    assert found is not None
    assert (found.conflict, len(found.sources)) == (False, 2)


@given(sources)
def test_nothing_is_lost_and_nothing_made_up(given_sources):
    found = golden.shown(given_sources)
    if found is None:
        assert given_sources == []
        return
    assert sorted(each.key for each in found.sources) == sorted(each.key for each in given_sources)
    assert found.best == found.sources[0]


@given(sources, st.randoms())
def test_the_order_in_which_sources_come_does_not_matter(given_sources, rng):
    shuffled = list(given_sources)
    rng.shuffle(shuffled)
    assert golden.shown(shuffled, viewer=1) == golden.shown(given_sources, viewer=1)


@given(sources)
def test_no_source_is_better_than_the_one_shown(given_sources):
    found = golden.shown(given_sources)
    for each in given_sources:
        assert found is not None
        assert (found.best.verified, found.best.on) >= (each.verified, each.on)


@given(sources, st.sets(st.integers(1, 4)))
def test_who_sees_fewer_sources_sees_what_those_alone_say(given_sources, hidden):
    seen = [each for each in given_sources if each.institution_id not in hidden]
    found = golden.shown(seen)
    assert (found.value if found else None) in {each.value for each in seen} | {None}
    assert all(each.institution_id not in hidden for each in (found.sources if found else ()))
