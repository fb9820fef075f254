"""The database's definer functions for people, as Python: the one place of this app that speaks SQL.

What each may do beyond the fence, and how it keeps silent about people one may not see, stands in its migration.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

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


COLUMNS = "id, kind, name, given, surname, second_surname, birth"


def identify(kind: str, number: str, birth: date | None, surname_key: str) -> Confirmed | None:
    rows = _all("select id, uid, name, linked from czrm.identify_citizen(%s, %s, %s::date, %s)", [kind, number, birth, surname_key])
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


def find_by_document(guesses: Iterable[Guess], start: str, most: int) -> list[Row]:
    pairs = [(guess.kind, guess.number) for guess in guesses]
    kinds, numbers = [kind for kind, _number in pairs], [number for _kind, number in pairs]
    return _rows("czrm.find_by_document(%s::text[], %s::text[], %s, %s)", [kinds, numbers, start, most])


def find_by_contact(way: str, typed: str, most: int) -> list[Row]:
    return _rows("czrm.find_by_contact(%s, %s, %s)", [way, typed, most])


def find_by_birth(dates: Sequence[date], most: int) -> list[Row]:
    return _rows("czrm.find_by_birth(%s::date[], %s)", [list(dates), most])


def find_by_name(typed: Sequence[Mapping[str, object]], born: tuple[date, date] | None, most: int) -> list[Row]:
    """Each word typed with its readings, its sound, and whether it may still be unfinished."""
    return _rows("czrm.find_by_name(%s::jsonb, %s::date, %s::date, %s)", [json.dumps(typed), *(born or (None, None)), most])


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


def _one(sql: str, arguments: list[Any]) -> Any:
    return _all(sql, arguments)[0][0]


def _all(sql: str, arguments: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return cursor.fetchall()
