"""The rules of the review: each takes the looks of one day and says what it found, with the figures of its sentence.

No score and no model: a threshold, two at most, which the data-protection officer sets. Looks are those of officers, in the order of time;
moments are aware; `limit` and `second` are described in shapes.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Look:
    """One entry of the access log; `citizen_id` is None where nobody's data were shown."""

    pk: int
    at: datetime
    user_id: int
    citizen_id: int | None
    verb: str = "citizen.see"
    explained: bool = True
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as the rules compare them: folded names and addresses."""

    surnames: frozenset[str] = frozenset()
    name: str = ""
    emails: frozenset[str] = frozenset()
    citizen_id: int | None = None  # of an officer: their own record, where it is known


@dataclass(frozen=True)
class Known:
    """What the rules know besides the looks."""

    officers: Mapping[int, Person] = field(default_factory=dict)
    citizens: Mapping[int, Person] = field(default_factory=dict)
    bearers: Mapping[str, int] = field(default_factory=dict)  # how many people have a surname
    usual: Mapping[int, float] = field(default_factory=dict)  # people a day, of an officer
    team: Mapping[int, float] = field(default_factory=dict)  # of the others in the officer's teams
    watched: Mapping[int, str] = field(default_factory=dict)  # citizen -> reason
    open: Callable[[datetime], bool] = lambda moment: True


@dataclass(frozen=True, slots=True)
class Found:
    rule: str
    user_id: int | None
    data: dict[str, Any]
    entries: tuple[int, ...]
    citizen_id: int | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    limit: int
    second: int = 0


Rule = Callable[[Sequence[Look], Known, Setting], Iterator[Found]]


def volume(looks: Sequence[Look], known: Known, setting: Setting) -> Iterator[Found]:
    for user_id, theirs in by_officer(looks):
        people = {look.citizen_id for look in theirs}
        own, team = known.usual.get(user_id, 0), known.team.get(user_id, 0)
        if len(people) >= setting.second and len(people) > setting.limit * max(own, team, 1):
            yield Found("volume", user_id, {"people": len(people), "own": round(own, 1), "team": round(team, 1)}, keys(theirs))


def surname(looks: Sequence[Look], known: Known, setting: Setting) -> Iterator[Found]:
    for (user_id, citizen_id), theirs in by_pair(looks):
        officer, citizen = known.officers.get(user_id, Person()), known.citizens.get(citizen_id, Person())
        rare = {name for name in officer.surnames & citizen.surnames if known.bearers.get(name, 0) <= setting.limit}
        if rare and not related(officer, citizen, citizen_id):
            name = min(rare)
            yield Found(
                "surname", user_id, {"surname": name, "bearers": known.bearers.get(name, 0)}, keys(theirs), citizen_id, str(citizen_id)
            )


def colleague(looks: Sequence[Look], known: Known, setting: Setting) -> Iterator[Found]:
    for (user_id, citizen_id), theirs in by_pair(looks):
        citizen = known.citizens.get(citizen_id, Person())
        how = {other: related(officer, citizen, citizen_id) for other, officer in known.officers.items()}
        if how.get(user_id):
            yield Found("colleague", user_id, {"who_it_is": "own", "how": how[user_id]}, keys(theirs), citizen_id, str(citizen_id))
        elif works_here := next((words for words in how.values() if words), ""):
            yield Found("colleague", user_id, {"who_it_is": "colleague", "how": works_here}, keys(theirs), citizen_id, str(citizen_id))


def famous(looks: Sequence[Look], known: Known, setting: Setting) -> Iterator[Found]:
    for (user_id, citizen_id), theirs in by_pair(looks):
        if citizen_id in known.watched:
            yield Found("famous", user_id, {"reason": known.watched[citizen_id]}, keys(theirs), citizen_id, str(citizen_id))
    of_one: dict[int, list[Look]] = defaultdict(list)
    for look in seen(looks):
        of_one[look.citizen_id or 0].append(look)
    for citizen_id, all_looks in of_one.items():
        if (officers := len({look.user_id for look in all_looks})) >= setting.limit:
            yield Found("famous", None, {"officers": officers}, keys(all_looks), citizen_id, str(citizen_id))


def hours(looks: Sequence[Look], known: Known, setting: Setting) -> Iterator[Found]:
    """`second` is the grace in minutes: open then or that long before or after is not out of hours."""
    grace = timedelta(minutes=setting.second)

    def late(look: Look) -> bool:
        return not any(known.open(look.at + shift) for shift in (timedelta(0), grace, -grace))

    for user_id, theirs in by_officer(looks):
        out = [look for look in theirs if late(look)]
        if len({look.citizen_id for look in out}) >= max(setting.limit, 1):
            people = len({look.citizen_id for look in out})
            yield Found("hours", user_id, {"people": people, "first": moment(out[0]), "last": moment(out[-1])}, keys(out))


def purpose(looks: Sequence[Look], known: Known, setting: Setting) -> Iterator[Found]:
    for user_id, theirs in by_officer(looks):
        silent = [look for look in theirs if not look.explained and look.verb.startswith("citizen.")]
        if len(silent) >= max(setting.limit, 1):
            yield Found("purpose", user_id, {"looks": len(silent), "people": len({look.citizen_id for look in silent})}, keys(silent))


def refused(looks: Sequence[Look], known: Known, setting: Setting) -> Iterator[Found]:
    """As many refusals as `limit` within `second` minutes; what follows them at once is of the same row."""
    span, least = timedelta(minutes=setting.second), max(setting.limit, 2)
    theirs: dict[int, list[Look]] = defaultdict(list)
    for look in looks:
        if look.refused:
            theirs[look.user_id].append(look)
    for user_id, tries in theirs.items():
        start = 0
        while start + least <= len(tries):
            row = [look for look in tries[start:] if look.at - tries[start].at <= span]
            if len(row) < least:
                start += 1
                continue
            minutes = max(1, round((row[-1].at - row[0].at).total_seconds() / 60))
            yield Found("refused", user_id, {"times": len(row), "minutes": minutes}, keys(row), key=moment(row[0]))
            start += len(row)


RULES: dict[str, Rule] = {
    "volume": volume, "surname": surname, "colleague": colleague, "famous": famous, "hours": hours, "purpose": purpose, "refused": refused,
}  # fmt: skip


def related(officer: Person, citizen: Person, citizen_id: int) -> str:
    """How we know that this officer is this citizen: by the log-in, the e-mail address or the full name; else nothing."""
    if officer.citizen_id is not None and officer.citizen_id == citizen_id:
        return "login"
    if officer.emails & citizen.emails:
        return "email"
    return "name" if officer.name and officer.name == citizen.name else ""


def team_usual(usual: Mapping[int, float], teams: Mapping[int, frozenset[int]]) -> dict[int, float]:
    """The middle of what the others in an officer's teams usually open; of everybody else where there is no team or nobody else in it."""
    found = {}
    for user_id, own_teams in teams.items():
        near = [usual[other] for other in usual if other != user_id and teams.get(other, frozenset()) & own_teams]
        rest = near or [usual[other] for other in usual if other != user_id]
        found[user_id] = median(rest) if rest else 0.0
    return found


def by_officer(looks: Sequence[Look]) -> Iterator[tuple[int, list[Look]]]:
    theirs: dict[int, list[Look]] = defaultdict(list)
    for look in seen(looks):
        theirs[look.user_id].append(look)
    yield from theirs.items()


def by_pair(looks: Sequence[Look]) -> Iterator[tuple[tuple[int, int], list[Look]]]:
    theirs: dict[tuple[int, int], list[Look]] = defaultdict(list)
    for look in seen(looks):
        theirs[look.user_id, look.citizen_id or 0].append(look)
    yield from theirs.items()


def seen(looks: Sequence[Look]) -> Iterator[Look]:
    """Those by which somebody's data were really opened."""
    return (look for look in looks if look.citizen_id is not None and not look.refused)


def keys(looks: Sequence[Look]) -> tuple[int, ...]:
    return tuple(look.pk for look in looks)


def moment(look: Look) -> str:
    return look.at.isoformat(timespec="seconds")
