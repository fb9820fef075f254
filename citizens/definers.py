"""The database's definer functions for people, as Python: the one place of this app that speaks SQL.

What each may do beyond the fence, and how it keeps silent about people one may not see, stands in its migration.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
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


def _one(sql: str, arguments: list[Any]) -> Any:
    return _all(sql, arguments)[0][0]


def _all(sql: str, arguments: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return cursor.fetchall()
