"""Many rows of one model at once, through a temporary table: PostgreSQL lets nobody COPY past row-level security."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection, models

Row = dict[str, Any]  # by the name of the column; "id" always


def next_ids(model: type[models.Model], count: int) -> list[int]:
    """Keys drawn beforehand, ascending, so that rows may point at one another before they are written."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)", [model._meta.db_table, count])
        return sorted(key for (key,) in cursor.fetchall())


def serials(sequence: str, count: int) -> list[int]:
    """Numbers of cases, entries or decisions, ascending."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval(%s::regclass) from generate_series(1, %s)", [f"czrm.{sequence}", count])
        return sorted(number for (number,) in cursor.fetchall())


def pour(model: type[models.Model], rows: Sequence[Row]) -> None:
    """Write the rows, in their order; what a row leaves out has the field's default, or the database's."""
    if not rows:
        return
    fields = [field for field in model._meta.concrete_fields if field.column in rows[0] or not field.has_db_default()]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    temporary = connection.ops.quote_name(f"poured_{model._meta.db_table}")
    with connection.cursor() as cursor:
        cursor.execute(f"create temp table if not exists {temporary} (like {table} including defaults)")
        cursor.execute(f"truncate {temporary}")
        with cursor.copy(f"copy {temporary} ({names}) from stdin") as copy:
            for row in rows:
                copy.write_row([plain(field, row) for field in fields])
        cursor.execute(f"insert into {table} ({names}) select {names} from {temporary} order by id")  # noqa: S608 (names of our own models)


def plain(field: Any, row: Row) -> Any:
    value = row[field.column] if field.column in row else field.get_default() if field.has_default() else None
    return json.dumps(value, ensure_ascii=False) if isinstance(field, models.JSONField) else value
