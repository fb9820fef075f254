"""May X do this act for Y, now, by this channel? Worked examples, then what holds for every mandate."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizens import mandates
from citizens.mandates import covers, decide, for_procedures, is_minor

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
OPEN_RESIDENCE, SEE_RESIDENCE = "cases.open:residence-certificate", "cases.see:residence-certificate"


@dataclass
class Paper:
    """A mandate as the rule sees it."""

    acts: list[str]
    channels: list[str] = field(default_factory=list)
    valid_from: datetime = NOW - 30 * DAY
    valid_until: datetime | None = None
    revoked_at: datetime | None = None


@pytest.mark.parametrize(
    ("granted", "act", "yes"),
    [
        ("*", "cases.open:anything", True),
        ("*", "consents.give", True),
        ("cases.*", OPEN_RESIDENCE, True),
        ("cases.*", "cases.see", True),
        ("cases.*", "documents.answer:residence-certificate", False),
        ("cases.*", "casesettings.open", False),
        ("cases.open", OPEN_RESIDENCE, True),
        ("cases.open", "cases.open", True),
        ("cases.open", "cases.opened:x", False),
        (OPEN_RESIDENCE, OPEN_RESIDENCE, True),
        (OPEN_RESIDENCE, "cases.open:residence-certificate-2", False),
        (OPEN_RESIDENCE, "cases.open", False),
        (OPEN_RESIDENCE, SEE_RESIDENCE, False),
    ],
)
def test_what_a_code_covers(granted: str, act: str, yes: bool) -> None:
    assert covers(granted, act) is yes


CHILD = date(2015, 6, 1)
GUARDIAN = Paper(["*"], valid_until=datetime(2033, 6, 1, tzinfo=UTC))
COMPANY_AGENT = Paper(["cases.*", "documents.*"], channels=["portal", "counter"])
DAUGHTER = Paper(for_procedures(["residence-certificate"]), valid_until=NOW + 300 * DAY)
COURT = Paper(["*"])


@pytest.mark.parametrize(
    ("paper", "act", "channel", "at", "reason"),
    [
        # a minor and their guardian, by law, until majority
        (GUARDIAN, "cases.open:school-meals", "counter", NOW, ""),
        (GUARDIAN, "consents.give", "portal", datetime(2033, 5, 31, 23, 59, tzinfo=UTC), ""),
        (GUARDIAN, "cases.open:school-meals", "counter", datetime(2033, 6, 1, tzinfo=UTC), "ended"),
        # the agent of a company
        (COMPANY_AGENT, "cases.open:shop-licence", "portal", NOW, ""),
        (COMPANY_AGENT, "documents.answer:shop-licence", "counter", NOW, ""),
        (COMPANY_AGENT, "cases.open:shop-licence", "phone", NOW, "channel"),
        (COMPANY_AGENT, "consents.give", "portal", NOW, "other_act"),
        # a daughter who helps with one procedure
        (DAUGHTER, OPEN_RESIDENCE, "portal", NOW, ""),
        (DAUGHTER, "documents.answer:residence-certificate", "portal", NOW, ""),
        (DAUGHTER, "cases.open:shop-licence", "portal", NOW, "other_act"),
        (DAUGHTER, "cases.see", "portal", NOW, "other_act"),
        (DAUGHTER, OPEN_RESIDENCE, "portal", NOW + 300 * DAY, "ended"),
        # a guardian whom a court named
        (COURT, "consents.give", "phone", NOW + 4000 * DAY, ""),
        # revoked, and not yet valid
        (Paper(["*"], revoked_at=NOW), OPEN_RESIDENCE, "portal", NOW, "revoked"),
        (Paper(["*"], revoked_at=NOW + DAY), OPEN_RESIDENCE, "portal", NOW, ""),
        (Paper(["*"], valid_from=NOW + DAY), OPEN_RESIDENCE, "portal", NOW, "not_yet"),
        (Paper(["*"], valid_from=NOW), OPEN_RESIDENCE, "portal", NOW, ""),
    ],
)
def test_worked_examples(paper: Paper, act: str, channel: str, at: datetime, reason: str) -> None:
    verdict = decide([paper], act, channel=channel, at=at, names={"agent": "Ana", "principal": "Luis"})
    assert (verdict.allowed, verdict.reason) == (not reason, reason)
    assert (verdict.mandate is paper) is not bool(reason)
    assert not reason or "Luis" in verdict.words


def test_without_a_mandate_nobody_acts_for_another() -> None:
    verdict = decide([], OPEN_RESIDENCE, channel="portal", at=NOW, names={"agent": "Ana", "principal": "Luis"})
    assert (verdict.allowed, verdict.reason) == (False, "none")
    assert "Ana" in verdict.words


@pytest.mark.parametrize("state", mandates.ENDED_STATES)
def test_with_the_death_of_either_every_mandate_ends(state: str) -> None:
    assert decide([COURT], OPEN_RESIDENCE, channel="portal", at=NOW, principal=state).reason == "principal_gone"
    assert decide([COURT], OPEN_RESIDENCE, channel="portal", at=NOW, agent=state).reason == "agent_gone"


def test_of_several_reasons_the_nearest_to_a_yes_is_told() -> None:
    revoked, elsewhere = Paper(["*"], revoked_at=NOW - DAY), Paper(["*"], channels=["counter"])
    assert decide([elsewhere, revoked, DAUGHTER], "cases.open:x", channel="portal", at=NOW).reason == "channel"
    assert decide([DAUGHTER, revoked], "cases.open:x", channel="portal", at=NOW).reason == "revoked"


@pytest.mark.parametrize(
    ("birth", "on", "minor"),
    [
        (date(2008, 11, 23), NOW.date(), True),
        (date(2008, 11, 22), NOW.date(), False),
        (date(2008, 2, 29), date(2026, 2, 28), True),
        (date(2008, 2, 29), date(2026, 3, 1), False),
        (None, NOW.date(), False),
    ],
)
def test_who_is_a_minor(birth: date | None, on: date, minor: bool) -> None:
    assert is_minor(birth, on) is minor


@pytest.mark.parametrize(
    ("acts", "fine"),
    [
        (["*"], True), (["cases.*"], True), (["cases.open:a-b_2", "documents.answer"], True),
        ([""], False), (["cases"], False), (["cases.open:"], False), (["*.open"], False), (["cases.*:x"], False), (["cases.open:x y"], False),
    ],
)  # fmt: skip
def test_what_is_an_act_code(acts: list[str], fine: bool) -> None:
    assert mandates.are_codes(acts) is fine


def test_the_procedures_that_codes_name() -> None:
    assert mandates.about([*for_procedures(["b", "a"]), "cases.*"]) == ["b", "a"]


words = st.from_regex(r"[a-z]{1,8}", fullmatch=True)
acts = st.one_of(st.builds("{}.{}".format, words, words), st.builds("{}.{}:{}".format, words, words, words))
granted = st.one_of(st.just("*"), st.builds("{}.*".format, words), acts)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
channels = st.lists(st.sampled_from(["portal", "counter", "phone", "api"]), max_size=3)
papers = st.builds(
    Paper, st.lists(granted, min_size=1, max_size=3), channels, moments, st.none() | moments, st.none() | moments
)  # fmt: skip


@given(act=acts)
def test_an_act_covers_itself_and_everything_covers_it(act: str) -> None:
    area, deed = act.partition(".")[0], act.partition(":")[0]
    assert all(covers(code, act) for code in (act, deed, f"{area}.*", "*"))


@given(code=granted, act=acts)
def test_a_narrower_code_never_covers_more(code: str, act: str) -> None:
    if covers(code, act):
        assert covers(code, f"{act}:x") or ":" in act
        assert code == "*" or code.partition(".")[0] == act.partition(".")[0]


@given(held=st.lists(papers, max_size=4), act=acts, channel=st.sampled_from(["portal", "counter"]), at=moments)
def test_it_is_allowed_exactly_if_one_mandate_allows_it_by_itself(held: list[Any], act: str, channel: str, at: datetime) -> None:
    verdict = decide(held, act, channel=channel, at=at)
    alone = [
        any(covers(code, act) for code in one.acts) and one.valid_from <= at and (one.valid_until is None or at < one.valid_until)
        and (one.revoked_at is None or at < one.revoked_at) and (not one.channels or channel in one.channels)
        for one in held
    ]  # fmt: skip
    assert verdict.allowed is any(alone)
    assert bool(verdict.reason) is not verdict.allowed
    if verdict.allowed:
        assert alone[held.index(verdict.mandate)]


@given(paper=papers, act=acts, channel=st.sampled_from(["portal", "counter"]), at=moments, later=st.timedeltas(timedelta(0), 900 * DAY))
def test_revocation_is_for_good(paper: Paper, act: str, channel: str, at: datetime, later: timedelta) -> None:
    paper.revoked_at = at
    assert not decide([paper], act, channel=channel, at=at + later).allowed


@given(birth=st.dates(date(1990, 1, 1), date(2026, 1, 1)))
def test_one_is_a_minor_until_a_day_and_never_again(birth: date) -> None:
    of_age = mandates.birthday(birth, 18)
    assert is_minor(birth, of_age - DAY)
    assert not is_minor(birth, of_age)
