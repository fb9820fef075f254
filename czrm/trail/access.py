"""Write down who looked at what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection

from czrm.kit.actor import Actor, Clerk, Machine

from . import delays
from .say import subject_of
from .seen import kinds

PAGE_VIEW: ContextVar[str | None] = ContextVar("page_view", default=None)
COLUMNS = (
    "institution_id, citizen_id, purpose_id, user_id, contact_id, by, verb, subject, categories, owners, page_view, refused, visible_from"
)
INSERT = f"insert into trail_accessentry ({COLUMNS}) values "  # noqa: S608  our own names
LATER = "statement_timestamp() + %s::int * interval '1 day'"  # see delays.py
ENTRY = f"(%s, %s, %s, %s, %s, %s, %s, %s, %s::varchar[], %s::bigint[], %s, %s, {LATER})"
NAME_EACH = (
    f"insert into trail_accessentry ({COLUMNS}) select i, coalesce(shown, c), p, u, k, b, v, s, g, o, w, r, d"  # noqa: S608
    " from (select %s::bigint i, %s::bigint c, %s::bigint p, %s::bigint u, %s::bigint k,"
    f" %s b, %s v, %s s, %s::varchar[] g, %s::bigint[] o, %s::uuid w, %s::smallint r, {LATER} d) entry, unnest(%s::bigint[]) shown"
)
_gathered: ContextVar[tuple[Actor, list[list[Any]]] | None] = ContextVar("gathered", default=None)


@contextmanager
def together(by: Actor) -> Iterator[None]:
    """What this actor looks at inside is written down in one statement at the end, the whole before its parts; nothing if it fails."""
    entries: list[list[Any]] = []
    token = _gathered.set((by, entries))
    try:
        yield
    finally:
        _gathered.reset(token)
    insert(entries[::-1])


def looked(thing: Any, verb: str, *, by: Actor, categories: tuple[str, ...] = (), owners: tuple[int, ...] = ()) -> None:
    """`owners` are the other institutions whose data an agreement opened; the thing's own is found by itself."""
    owners = tuple(sorted({*owners, *others([thing], by=by)}))
    citizen_id = thing.pk if thing._meta.label_lower == "citizens.citizen" else getattr(thing, "citizen_id", None)
    case_id = thing.pk if thing._meta.label_lower == "cases.case" else getattr(thing, "case_id", None)
    write_down(verb, subject_of(thing), citizen_id, by=by, categories=categories or kinds(thing), owners=owners, case_id=case_id)


def searched(verb: str, citizen_ids: list[int], *, by: Actor, owners: tuple[int, ...] = ()) -> None:
    """A settled search names each of those it showed, in one statement."""
    if not citizen_ids:
        write_down(verb, "search", None, by=by)
        return
    with connection.cursor() as cursor:
        cursor.execute(NAME_EACH, [*values(verb, "search", None, by, ("citizen",), owners), citizen_ids])


def taken(thing: Any, verb: str, citizen_ids: list[int], *, by: Actor, categories: tuple[str, ...]) -> None:
    """A file names each of those it holds, in one statement."""
    if citizen_ids:
        with connection.cursor() as cursor:
            cursor.execute(NAME_EACH, [*values(verb, subject_of(thing), None, by, categories), citizen_ids])


def others(rows: Iterable[Any], *, by: Actor) -> set[int]:
    """The other institutions whose rows an agreement opened to this actor; what an outside client filed itself is not opened to it."""
    if not isinstance(by, Clerk | Machine) or by.purpose_id is None:
        return set()
    client = by.client_id if isinstance(by, Machine) else None
    shared = (row for row in rows if client is None or getattr(row, "filed_by_id", None) != client)
    return {row.institution_id for row in shared if hasattr(row, "institution_id")} - {by.institution_id, None}


def turned_away(path: str, status: int, *, by: Actor) -> None:
    write_down("refused", path[:80], getattr(by, "citizen_id", None), by=by, refused=status)


def write_down(verb: str, subject: str, citizen_id: int | None, *, by: Actor,
               categories: tuple[str, ...] = (), owners: tuple[int, ...] = (), refused: int | None = None,
               case_id: int | None = None) -> None:  # fmt: skip
    entry, gathered = values(verb, subject, citizen_id, by, categories, owners, refused, case_id), _gathered.get()
    if gathered is None or gathered[0] != by:
        insert([entry])
    else:
        gathered[1].append(entry)


def insert(entries: list[list[Any]]) -> None:
    """Plain SQL: the commonest write of all, and a RETURNING would ask the reading policy as well."""
    if not entries:
        return
    with connection.cursor() as cursor:
        cursor.execute(INSERT + ", ".join([ENTRY] * len(entries)), [value for entry in entries for value in entry])


def values(verb: str, subject: str, citizen_id: int | None, by: Actor, categories: tuple[str, ...] = (),
           owners: tuple[int, ...] = (), refused: int | None = None, case_id: int | None = None) -> list[Any]:  # fmt: skip
    institution = getattr(by, "institution_id", None) or getattr(by, "portal_id", None)
    return [
        institution, citizen_id, getattr(by, "purpose_id", None), getattr(by, "user_id", None), getattr(by, "contact_id", None),
        by.name, verb, subject, list(categories), list(owners), PAGE_VIEW.get(), refused,
        delays.days(by, case_id),
    ]  # fmt: skip
