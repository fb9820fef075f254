"""The database's definer functions for people, as Python: the one place of this app that speaks SQL.

What each may do beyond the fence, and how it keeps silent about people one may not see, stands in its migration.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, F, Func, Value

from citizens.identifiers import Guess


@dataclass(frozen=True, slots=True)
class Row:
    """A person found, as far as ranking needs it."""

    pk: int
    kind: str
    name: str
    given: str
    surname: str
    second_surname: str
    birth: date | None


@dataclass(frozen=True, slots=True)
class Confirmed:
    pk: int
    uid: UUID
    name: str
    linked: bool
    sealed: bool = False  # protected, and not this actor's to see: no name then, but whom to call
    officers: list[int] = field(default_factory=list)


COLUMNS = "id, kind, name, given, surname, second_surname, birth"


def identify(kind: str, number: str, birth: date | None, surname_key: str, *, past_sealed: bool = False) -> Confirmed | None:
    """With `past_sealed`, whoever is sealed from the actor is not there."""
    columns = "id, uid, name, linked, sealed, officers"
    arguments = [kind, number, birth, surname_key, past_sealed]
    rows = _all(f"select {columns} from czrm.identify_citizen(%s, %s, %s::date, %s, %s)", arguments)  # noqa: S608
    return Confirmed(*rows[0]) if rows else None


def link(kind: str, number: str, birth: date | None, surname_key: str, basis: str) -> int | None:
    return _one("select czrm.link_citizen(%s, %s, %s::date, %s, %s)", [kind, number, birth, surname_key, basis])


def register(person: Mapping[str, object], tokens: Sequence[str], kind: str, number: str, basis: str, *, apart: bool) -> int:
    arguments: list[Any] = [json.dumps(person), list(tokens), kind, number, basis, apart]
    return int(_one("select czrm.register_citizen(%s::jsonb, %s::text[], %s, %s, %s, %s)", arguments))


def correct(citizen_id: int, person: Mapping[str, object], tokens: Sequence[str] | None) -> dict[str, Any] | None:
    """The row as it was before, or None where the institution does not deal with this person."""
    arguments: list[Any] = [citizen_id, json.dumps(person), None if tokens is None else list(tokens)]
    before = _one("select czrm.correct_citizen(%s, %s::jsonb, %s::text[])", arguments)
    return json.loads(before) if isinstance(before, str) else before


def add_identifier(citizen_id: int, kind: str, number: str, country: str, how: str) -> bool:
    return bool(_one("select czrm.add_identifier(%s, %s, %s, %s, %s)", [citizen_id, kind, number, country, how]))


def protect(citizen_id: int, officers: Sequence[int], reason: str, by: str) -> str | None:
    """The state before: only an active record becomes protected. None where the actor does not attend this person."""
    before: str | None = _one("select czrm.protect_citizen(%s, %s::bigint[], %s, %s)", [citizen_id, list(officers), reason, by])
    return before


def unprotect(citizen_id: int) -> str:
    """ended, elsewhere (another institution protects them too) or refused."""
    return str(_one("select czrm.unprotect_citizen(%s)", [citizen_id]))


def name_officer(citizen_id: int, user_id: int, reason: str, by: str) -> bool:
    return bool(_one("select czrm.name_officer(%s, %s, %s, %s)", [citizen_id, user_id, reason, by]))


def end_clearance(uid: UUID) -> str:
    """ended, last (somebody must stay named) or refused."""
    return str(_one("select czrm.end_clearance(%s::uuid)", [str(uid)]))


@dataclass(frozen=True, slots=True)
class Opened:
    pk: int
    uid: UUID
    linked: bool
    clearance: int
    until: datetime


def break_glass(kind: str, number: str, birth: date | None, key: str, reason: str, minutes: int, by: str) -> Opened | None:
    columns, casts = "id, uid, linked, clearance, until", "%s, %s, %s::date, %s, %s, %s, %s"
    rows = _all(f"select {columns} from czrm.break_glass({casts})", [kind, number, birth, key, reason, minutes, by])  # noqa: S608
    return Opened(*rows[0]) if rows else None


def protected_here() -> tuple[int, int]:
    """How many protected people of ours the actor may not see, and for how many nobody here is named."""
    hidden, unattended = _all("select hidden, unattended from czrm.protected_here()", [])[0]
    return hidden, unattended


def find_by_document(guesses: Iterable[Guess], start: str, most: int) -> list[Row]:
    pairs = [(guess.kind, guess.number) for guess in guesses]
    kinds, numbers = [kind for kind, _number in pairs], [number for _kind, number in pairs]
    return _rows("czrm.find_by_document(%s::text[], %s::text[], %s, %s)", [kinds, numbers, start, most])


def find_by_contact(way: str, typed: str, most: int) -> list[Row]:
    return _rows("czrm.find_by_contact(%s, %s, %s)", [way, typed, most])


def find_by_address(telling: str, typed: str, least: float, most: int) -> list[Row]:
    """By what tells the address from others, with `least` of its letters in threes; among those alike, by all that was typed."""
    return _rows("czrm.find_by_address(%s, %s, %s::real, %s)", [telling, typed, least, most])


def find_by_birth(dates: Sequence[date], most: int) -> list[Row]:
    return _rows("czrm.find_by_birth(%s::date[], %s)", [list(dates), most])


def find_by_name(typed: Sequence[Mapping[str, object]], how: str, born: tuple[date, date] | None, most: int) -> list[Row]:
    """Each word typed with its readings, its sound, and whether it may still be unfinished.

    `how`: all words the `same`; one of them a `slip` away or sounding like it; or all of them `alike` at most, one perhaps missing.
    """
    return _rows("czrm.find_by_name(%s::jsonb, %s, %s::date, %s::date, %s)", [json.dumps(typed), how, *(born or (None, None)), most])


def find_by_fact(typed: Sequence[str], most: int) -> list[tuple[Row, str, str]]:
    """Each with the code of the attribute by which they were found, and its value."""
    rows = _all(f"select {COLUMNS}, code, value from czrm.find_by_fact(%s::text[], %s)", [list(typed), most])  # noqa: S608
    return [(Row(*row[:7]), row[7], row[8]) for row in rows]


PEOPLE = """
select c.id, c.uid, c.kind, c.name, c.given, c.surname, c.second_surname, c.birth, c.state,
       array(select array[i.kind, i.number, coalesce(i.verified_at::text, '')] from citizens_identifier i
              where i.citizen_id = c.id order by i.verified_at, i.id),
       array(select array[p.kind, p.value] from citizens_contactpoint p where p.citizen_id = c.id and p.valid_until is null order by p.id)
  from unnest(%s::bigint[]) with ordinality wanted (id, place) join citizens_citizen c on c.id = wanted.id order by place
"""


def people(keys: Sequence[int]) -> list[tuple[Any, ...]]:
    """Those of them whom the policies of the tables show, in the same order, with documents (kind, number, when verified) and ways to
    reach them (kind, value). The ORM's wall does not stand here: its three fenced queries cost more than all else of a search.
    """
    return _all(PEOPLE, [list(keys)]) if keys else []


def _rows(function: str, arguments: list[Any]) -> list[Row]:
    return [Row(*row) for row in _all(f"select {COLUMNS} from {function}", arguments)]  # noqa: S608 (names from this file only)


def held_mandate(mandate_id: int, agent_id: int, institution_id: int) -> tuple[int, str, list[str]] | None:
    """For whom the agent may act at the portal of this institution now, their name, and by which act codes."""
    rows = _all("select principal, named, allowed from czrm.held_mandate(%s, %s, %s)", [mandate_id, agent_id, institution_id])
    return rows[0] if rows else None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A log-in that an officer decides: what was vouched for, who of ours holds the document, and how many elsewhere do."""

    uid: UUID
    at: datetime
    status: str
    provider: str
    id_kind: str
    id_number: str
    claims: dict[str, str]
    ours: list[int]
    elsewhere: int


def arrive(
    who: Mapping[str, str], birth: date | None, key: str, person: Mapping[str, object], tokens: Sequence[str], said: Mapping[str, str],
    basis: str,
) -> tuple[str, int | None, bool]:  # fmt: skip
    """What became of a log-in (linked, born, waiting, still_waiting, refused), whose it is, and whether the institution knows them."""
    arguments: list[Any] = [
        who["provider"], who["subject"], who["kind"], who["number"], birth, key, json.dumps(person), list(tokens), json.dumps(said),
        who["provider"][:60], basis,
    ]  # fmt: skip
    casts = "%s, %s, %s, %s, %s::date, %s, %s::jsonb, %s::text[], %s::jsonb, %s, %s"
    outcome, citizen, linked = _all(f"select outcome, whom, linked from czrm.arrive({casts})", arguments)[0]  # noqa: S608
    return outcome, citizen, linked


def logins_to_decide() -> list[Waiting]:
    columns = "login, since, state, via, doc_kind, doc, said::text, ours, elsewhere"
    rows = _all(f"select {columns} from czrm.logins_to_decide()", [])  # noqa: S608
    return [
        Waiting(uid, at, status, provider, id_kind, id_number, json.loads(claims), ours, elsewhere)
        for uid, at, status, provider, id_kind, id_number, claims, ours, elsewhere in rows
    ]


def decide_login(uid: UUID, citizen_id: int | None, by: str) -> bool:
    return bool(_one("select czrm.decide_login(%s::uuid, %s::bigint, %s)", [str(uid), citizen_id, by]))


def sole_holder(kind: str, value: str) -> int | None:
    """The verified contact point of ours that is one person's and nobody else's."""
    found: int | None = _one("select czrm.sole_holder(%s, %s)", [kind, value])
    return found


def come_to_portal(basis: str) -> bool:
    """The citizen who acts becomes known to the institution of this portal, for they ask it for something."""
    return bool(_one("select czrm.come_to_portal(%s)", [basis]))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one person. `reach`: ours (both are attended), or across (only the platform sees it, as `match_sides`)."""

    uid: UUID
    one: int
    two: int
    reach: str
    status: str
    found_at: datetime
    later_until: datetime | None
    waiting: bool
    decided_at: datetime | None
    decided_by: str
    decided_why: str
    note: str


def matches(uid: UUID | None = None, *, most: int = 200) -> list[Pair]:
    columns = "match, one, two, reach, verdict, found, later, waiting, decided, who, why, remark"
    rows = _all(f"select {columns} from czrm.matches(%s::uuid, %s)", [str(uid) if uid else None, most])  # noqa: S608
    return [Pair(*row) for row in rows]


def match_sides(pairs: Iterable[UUID]) -> list[tuple[UUID, dict[str, Any]]]:
    """Of pairs that no institution attends both of: what identifies each side."""
    rows = _all("select match, person::text from czrm.match_sides(%s::uuid[])", [[str(uid) for uid in pairs]])
    return [(uid, json.loads(person)) for uid, person in rows]


def suspect_match(one: int, others: Sequence[int], codes: Sequence[str]) -> int:
    """How many pairs are new: of people of ours, and of which nothing was decided yet."""
    return int(_one("select czrm.suspect_match(%s, %s::bigint[], %s::jsonb)", [one, list(others), json.dumps(list(codes))]))


def decide_match(uid: UUID, verdict: str, why: str, note: str, by: str, days: int) -> tuple[int, int] | None:
    """Both people, or None where there is no such pair, or nothing to decide of it."""
    rows = _all("select one, two from czrm.decide_match(%s::uuid, %s, %s, %s, %s, %s)", [str(uid), verdict, why, note, by, days])
    return rows[0] if rows else None


def _one(sql: str, arguments: list[Any]) -> Any:
    return _all(sql, arguments)[0][0]


def _all(sql: str, arguments: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return cursor.fetchall()


class Holders(Func):
    """Keys of the people found by a phone or, in any capitals, an e-mail; by an address of nobody."""

    function = "czrm.find_by_contact"
    template = "(array(select found.id from %(function)s(%(expressions)s) found))"


def reached_by(citizen: str, kind: Any, value: Any) -> Func:
    """A condition on a row: its person is one of the first hundred found by that phone or e-mail."""
    holders = Holders(kind, value, Value(100), output_field=ArrayField(BigIntegerField()))
    return Func(F(citizen), holders, template="(%(expressions)s)", arg_joiner=" = any ", output_field=BooleanField())
