"""Write down who looked at what."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

from django.db import connection

from czrm.kit.actor import Actor

from .say import subject_of

PAGE_VIEW: ContextVar[str | None] = ContextVar("page_view", default=None)
COLUMNS = "institution_id, citizen_id, purpose_id, user_id, contact_id, by, verb, subject, categories, page_view, refused"
INSERT = f"insert into trail_accessentry ({COLUMNS}) values (%s, %s, %s, %s, %s, %s, %s, %s, %s::varchar[], %s, %s)"  # noqa: S608  our own names
NAME_EACH = (
    f"insert into trail_accessentry ({COLUMNS}) select i, coalesce(shown, c), p, u, k, b, v, s, g, w, r"  # noqa: S608
    " from (select %s::bigint i, %s::bigint c, %s::bigint p, %s::bigint u, %s::bigint k,"
    " %s b, %s v, %s s, %s::varchar[] g, %s::uuid w, %s::smallint r) entry, unnest(%s::bigint[]) shown"
)


def looked(thing: Any, verb: str, *, by: Actor, categories: tuple[str, ...] = ()) -> None:
    citizen_id = thing.pk if thing._meta.label_lower == "citizens.citizen" else getattr(thing, "citizen_id", None)
    write_down(verb, subject_of(thing), citizen_id, by=by, categories=categories)


def searched(verb: str, citizen_ids: list[int], *, by: Actor) -> None:
    """A settled search names each of those it showed, in one statement."""
    if not citizen_ids:
        write_down(verb, "search", None, by=by)
        return
    with connection.cursor() as cursor:
        cursor.execute(NAME_EACH, [*values(verb, "search", None, by, (), None), citizen_ids])


def turned_away(path: str, status: int, *, by: Actor) -> None:
    write_down("refused", path[:80], getattr(by, "citizen_id", None), by=by, refused=status)


def write_down(verb: str, subject: str, citizen_id: int | None, *, by: Actor,
               categories: tuple[str, ...] = (), refused: int | None = None) -> None:  # fmt: skip
    """Plain SQL: the commonest write of all, and a RETURNING would ask the reading policy as well."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT, values(verb, subject, citizen_id, by, categories, refused))


def values(verb: str, subject: str, citizen_id: int | None, by: Actor, categories: tuple[str, ...], refused: int | None) -> list[Any]:
    institution = getattr(by, "institution_id", None) or getattr(by, "portal_id", None)
    return [
        institution, citizen_id, getattr(by, "purpose_id", None), getattr(by, "user_id", None), getattr(by, "contact_id", None),
        by.name, verb, subject, list(categories), PAGE_VIEW.get(), refused,
    ]  # fmt: skip
