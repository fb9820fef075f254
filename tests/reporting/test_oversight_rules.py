"""Each rule finds what its sentence says, and nothing on the quiet side of its threshold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.oversight.rules import RULES, Found, Known, Look, Person, Setting, related, team_usual
from reporting.oversight.shapes import SENTENCES, SHAPES, sentence

MORNING = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
ANA, EVA = 1, 2


def look(pk: int, user: int = ANA, citizen: int | None = 100, minutes: int = 0, **more: Any) -> Look:
    return Look(pk, MORNING + timedelta(minutes=minutes), user, citizen, **more)


def found(rule: str, looks: list[Look], known: Known | None = None, limit: int = 1, second: int = 0) -> list[Found]:
    return list(RULES[rule](looks, known or Known(), Setting(limit, second)))


def of(count: int, user: int = ANA) -> list[Look]:
    return [look(n, user, 1000 + n) for n in range(count)]


@pytest.mark.parametrize(
    ("people", "own", "team", "finds"),
    [(31, 10, 5, True), (30, 10, 5, False), (31, 5, 10.4, False), (29, 1, 1, False), (30, 0, 0, True), (100, 40, 0, False)],
)
def test_volume_is_measured_against_ones_own_usual_and_the_teams(people: int, own: float, team: float, finds: bool) -> None:
    seen = found("volume", of(people), Known(usual={ANA: own}, team={ANA: team}), limit=3, second=30)
    assert [each.data["people"] for each in seen] == ([people] if finds else [])


def test_a_person_opened_many_times_counts_once() -> None:
    assert found("volume", [look(n) for n in range(100)], limit=3, second=30) == []


def test_a_surname_is_found_where_few_bear_it() -> None:
    known = Known(
        officers={ANA: Person(frozenset({"quiroga"}))}, citizens={100: Person(frozenset({"paz", "quiroga"}))}, bearers={"quiroga": 7}
    )
    [one] = found("surname", [look(1), look(2)], known, limit=50)
    assert (one.citizen_id, one.data, one.entries) == (100, {"surname": "quiroga", "bearers": 7}, (1, 2))
    assert found("surname", [look(1)], known, limit=6) == []
    assert found("surname", [look(1, citizen=101)], known, limit=50) == []


@pytest.mark.parametrize(
    ("officer", "citizen", "how"),
    [
        (Person(emails=frozenset({"a@x.cl"})), Person(emails=frozenset({"a@x.cl", "b@x.cl"})), "email"),
        (Person(name="ana paz"), Person(name="ana paz"), "name"),
        (Person(citizen_id=100), Person(), "login"),
        (Person(name=""), Person(name=""), ""),
        (Person(name="ana paz", emails=frozenset()), Person(name="eva paz"), ""),
    ],
)
def test_an_officer_is_known_by_log_in_address_or_name(officer: Person, citizen: Person, how: str) -> None:
    assert related(officer, citizen, 100) == how


def test_oneself_and_a_colleague_are_told_apart() -> None:
    known = Known(officers={ANA: Person(name="ana paz"), EVA: Person(name="eva sol")}, citizens={100: Person(name="ana paz")})
    [own] = found("colleague", [look(1, ANA)], known)
    [other] = found("colleague", [look(2, EVA)], known)
    assert (own.data["who_it_is"], other.data["who_it_is"]) == ("own", "colleague")
    assert found("surname", [look(1, ANA)], known, limit=50) == []


def test_a_watched_person_and_a_crowd() -> None:
    [one] = found("famous", [look(1)], Known(watched={100: "mayor"}), limit=8)
    assert (one.user_id, one.data) == (ANA, {"reason": "mayor"})
    crowd = [look(n, user=n) for n in range(1, 9)]
    [all_of_them] = found("famous", crowd, limit=8)
    assert (all_of_them.user_id, all_of_them.data, len(all_of_them.entries)) == (None, {"officers": 8}, 8)
    assert found("famous", crowd[:7], limit=8) == []


def test_hours_have_a_grace_before_and_after() -> None:
    known = Known(open=lambda moment: moment.hour < 17)
    assert found("hours", [look(1, minutes=4 * 60 + 59)], known, second=60) == []
    [one] = found("hours", [look(1, minutes=5 * 60), look(2, citizen=101, minutes=6 * 60)], known, second=60)
    assert (one.data["people"], one.data["first"]) == (2, "2026-11-20T18:00:00+00:00")
    assert found("hours", [look(1, minutes=9 * 60)], known, limit=2, second=60) == []


def test_looks_without_a_purpose_are_counted_where_it_is_a_person_that_was_opened() -> None:
    silent = [look(n, explained=False) for n in range(20)]
    [one] = found("purpose", silent, limit=20)
    assert one.data == {"looks": 20, "people": 1}
    assert found("purpose", silent[:19], limit=20) == []
    assert found("purpose", [look(n, explained=False, verb="case.see") for n in range(50)], limit=20) == []


def test_refusals_in_a_row_are_one_finding_and_those_far_apart_none() -> None:
    row = [look(n, citizen=None, minutes=n, refused=True) for n in range(6)]
    [one] = found("refused", row, limit=5, second=10)
    assert (one.data, one.entries) == ({"times": 6, "minutes": 5}, (0, 1, 2, 3, 4, 5))
    assert found("refused", [look(n, citizen=None, minutes=20 * n, refused=True) for n in range(9)], limit=5, second=10) == []
    twice = row + [look(10 + n, citizen=None, minutes=60 + n, refused=True) for n in range(5)]
    assert len({each.key for each in found("refused", twice, limit=5, second=10)}) == 2


def test_what_was_refused_was_not_seen() -> None:
    known = Known(watched={100: "mayor"}, open=lambda moment: False)
    refused = [look(n, refused=True) for n in range(50)]
    assert [found(rule, refused, known) for rule in ("volume", "famous", "hours", "purpose", "surname", "colleague")] == [[]] * 6


def test_a_team_is_compared_with_its_own_and_without_one_with_all() -> None:
    usual = {1: 10.0, 2: 20.0, 3: 90.0}
    teams = {1: frozenset({7}), 2: frozenset({7}), 3: frozenset[int]()}
    assert team_usual(usual, teams) == {1: 20.0, 2: 10.0, 3: 15.0}


@given(
    st.lists(
        st.builds(
            Look, st.integers(1, 999), st.integers(0, 1440).map(lambda minutes: MORNING + timedelta(minutes=minutes)), st.integers(1, 4),
            st.none() | st.integers(1, 5), st.sampled_from(["citizen.see", "case.see", "refused"]), st.booleans(), st.booleans(),
        ), max_size=40,
    ),
    st.sampled_from(sorted(RULES)), st.integers(1, 10), st.integers(0, 60),
)  # fmt: skip
def test_whatever_is_found_names_entries_that_are_there_and_is_found_alike_again(
    looks: list[Look], rule: str, limit: int, second: int
) -> None:
    looks.sort(key=lambda each: each.at)
    once = found(rule, looks, Known(watched={1: "w"}, open=lambda moment: moment.hour > 8), limit, second)
    assert once == found(rule, looks, Known(watched={1: "w"}, open=lambda moment: moment.hour > 8), limit, second)
    assert {pk for each in once for pk in each.entries} <= {each.pk for each in looks}
    assert all(each.entries for each in once)
    assert len({(each.user_id, each.key) for each in once}) == len(once)


def test_every_rule_has_its_words() -> None:
    assert set(RULES) == set(SHAPES) == set(SENTENCES)


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize(
    ("rule", "data"),
    [
        ("volume", {"people": 31, "own": 4.0, "team": 6.5}), ("surname", {"surname": "quiroga", "bearers": 1}),
        ("colleague", {"who_it_is": "own", "how": "name"}), ("colleague", {"who_it_is": "colleague", "how": "email"}),
        ("famous", {"reason": "mayor"}), ("famous", {"officers": 9}),
        ("hours", {"people": 1, "first": "2026-11-20T23:00:00-03:00", "last": "2026-11-20T23:10:00-03:00"}),
        ("purpose", {"looks": 30, "people": 2}), ("refused", {"times": 6, "minutes": 3}),
    ],
)  # fmt: skip
def test_every_finding_is_a_sentence(rule: str, data: dict[str, Any], language: str) -> None:
    from django.utils.translation import override

    with override(language):
        words = sentence(rule, data, "Ana Paz", "Eva Sol")
    assert "%" not in words
    assert words.endswith(".")
