"""The people of people.py into PostgreSQL by COPY: all of them dealt with by one institution, one in a hundred by another too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from citizens import names
from citizens.services.identity import surname_key

from .people import Person

WHOLE, PART = "search-whole", "search-part"
BODIES = """
insert into institutions_institution (kind, name, short_name, slug, code, country, time_zone, language, address_form, color, theme,
    logo_mark, phone, email, street_address, opening_hours, active)
  select 'body', slug, slug, slug, upper(right(slug, 4)), 'CL', 'America/Santiago', 'es', 'usted', '#0f5a6e',
         '', '', '', '', '', '', true
    from unnest(%s::text[]) slug returning id
"""
PERSON = "id, kind, name, given, surname, second_surname, surname_key, tokens, birth, state, language, channel, care"
DOCUMENT = "citizen_id, kind, number, country, verified_how"
POINT = "institution_id, citizen_id, kind, value, purpose, shared, preferred, verified_how, verified_by"
LINK = "citizen_id, institution_id, basis"
SLOW = ("citizens_citizen", "citizens_contactpoint", "citizens_identifier", "citizens_citizenlink", "citizens_nametoken")


def pour(made: Iterable[Person]) -> None:
    """As the owner; indexes that are no constraint are made again at the end, and the tables analysed."""
    with connection.cursor() as cursor:
        cursor.execute(BODIES, [[WHOLE, PART]])
        whole, part = (row[0] for row in cursor.fetchall())
        cursor.execute("select coalesce(max(id), 0) from citizens_citizen")
        start = cursor.fetchone()[0] + 1
        heard: Counter[str] = Counter()
        with without_indexes(cursor):
            last = people(cursor, made, start, heard)
            rest(cursor, start, last, whole, part)
            words = ((word, names.phonetic(word)[:60], seen) for word, seen in heard.items())
            cursor.execute("truncate citizens_nametoken")
            copy(cursor, "citizens_nametoken (token, key, seen)", words)
        cursor.execute("select setval(pg_get_serial_sequence('citizens_citizen', 'id'), %s)", [last])
        cursor.execute("drop table pouring")


def people(cursor: Any, made: Iterable[Person], start: int, heard: Counter[str]) -> int:
    """The people themselves, and beside them what else belongs to each; the key of the last."""
    cursor.execute("create unlogged table pouring (id bigint, document text, phone text, email text, address text)")
    aside: list[tuple[object, ...]] = []
    place = start
    with cursor.copy(f"copy citizens_citizen ({PERSON}) from stdin") as lines:
        for place, person in enumerate(made, start):
            lines.write_row(row_of(place, person, heard))
            aside.append((place, person.document, person.phone, person.email, person.address))
    copy(cursor, "pouring", aside)
    return place


def row_of(place: int, person: Person, heard: Counter[str]) -> tuple[object, ...]:
    name = names.PersonName(person.given, person.surname, person.second).full
    out = (*names.given_tokens(person.given), *names.surname_tokens(person.surname), *names.surname_tokens(person.second))
    tokens = [word[:60] for word in dict.fromkeys((*names.search_tokens(name), *out))]
    heard.update(tokens)
    key = surname_key(person.surname)
    return (place, "person", name, person.given, person.surname, person.second, key, tokens, person.birth, "active", "", "", "")


def rest(cursor: Any, start: int, last: int, whole: int, part: int) -> None:
    into = "insert into {0} ({1}) select {2} from pouring".format
    cursor.execute(into("citizens_identifier", DOCUMENT, "id, 'cl.rut', document, 'CL', ''"))
    for kind in ("phone", "email", "address"):
        cursor.execute(
            into("citizens_contactpoint", POINT, f"%s, id, '{kind}', {kind}, '', false, false, '', ''") + f" where {kind} <> ''", [whole]
        )
    cursor.execute(into("citizens_citizenlink", LINK, "id, %s, 'bench'"), [whole])
    cursor.execute(into("citizens_citizenlink", LINK, "id, %s, 'bench'") + " where id %% 100 = 0", [part])


def copy(cursor: Any, into: str, rows: Iterable[tuple[object, ...]]) -> None:
    with cursor.copy(f"copy {into} from stdin") as lines:
        for row in rows:
            lines.write_row(row)


@contextmanager
def without_indexes(cursor: Any) -> Iterator[None]:
    cursor.execute(
        "select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index where indrelid::regclass::text = any(%s)"
        " and not indisunique",
        [list(SLOW)],
    )
    dropped = cursor.fetchall()
    for index, _definition in dropped:
        cursor.execute(f"drop index {index}")
    yield
    cursor.execute("set constraints all immediate")  # what waits for the end of the transaction forbids an index
    cursor.execute("set maintenance_work_mem = '512MB'")
    for _index, definition in dropped:
        cursor.execute(definition)
