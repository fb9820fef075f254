"""The database's definer functions for agreements, as Python: the one place of this floor that changes one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class Deed:
    """What one of the two sides did with an agreement."""

    at: datetime
    institution_id: int
    kind: str
    by: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Use:
    """What was read by an agreement in one month; the officer is told to their own side only."""

    agreement_id: int
    month: date
    officer: str
    categories: list[str]
    looks: int
    people: int


USES = (
    "select a.id, u.month, u.officer, u.categories, u.looks, u.people from unnest(%s::bigint[]) a (id), lateral czrm.agreement_usage(a.id"
)


def edit(agreement_id: int, seen: int, facts: dict[str, Any]) -> int | None:
    """The draft's new edition; None if it is no draft, or another edition than was seen."""
    edition: int | None = one("select czrm.edit_agreement(%s, %s, %s)", [agreement_id, seen, json.dumps(facts, default=str)])
    return edition


def approve(agreement_id: int, seen: int) -> None:
    one("select czrm.approve_agreement(%s, %s)", [agreement_id, seen])


def end(agreement_id: int, wanted: str, reason: str) -> None:
    one("select czrm.end_agreement(%s, %s, %s)", [agreement_id, wanted, reason])


def resume(agreement_id: int) -> None:
    one("select czrm.resume_agreement(%s)", [agreement_id])


def history(agreement_id: int) -> list[Deed]:
    rows = every("select at, institution_id, kind, by, data::text from czrm.agreement_history(%s)", [agreement_id])
    return [Deed(at, side, kind, by, json.loads(data)) for at, side, kind, by, data in rows]


def usage(*agreement_ids: int, since: datetime | None = None, until: datetime | None = None) -> list[Use]:
    """The newest month first; of agreements of other institutions, nothing."""
    when = [since or "-infinity", until or "infinity"]
    return [Use(*row) for row in every(f"{USES}, %s, %s) u order by u.month desc, u.officer", [list(agreement_ids), *when])]


def one(sql: str, args: list[Any]) -> Any:
    return every(sql, args)[0][0]


def every(sql: str, args: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, args)
        return cursor.fetchall()
