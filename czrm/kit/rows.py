"""A new row by a statement made once, for what every deed writes. It sends no signal, and reads back only what the caller needs."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

M = TypeVar("M", bound=models.Model)


def put(row: M, *, back: tuple[str, ...] = ()) -> M:
    """Insert it and set the fields named in `back` as the database made them; reading them back asks the reading policy too."""
    fields = [field for field in row._meta.concrete_fields if made_here(row, field)]
    sql = statement(type(row), tuple(field.column for field in fields), back)
    with connection.cursor() as cursor:
        cursor.execute(sql, [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields])
        for name, value in zip(back, cursor.fetchone() if back else (), strict=True):
            setattr(row, name, value)
    row._state.adding, row._state.db = False, connection.alias
    return row


def made_here(row: models.Model, field: Any) -> bool:
    """Not what the database fills in."""
    value = getattr(row, field.attname)
    return not isinstance(value, DatabaseDefault) and not (field.primary_key and value is None)


@lru_cache(maxsize=128)
def statement(model: type[models.Model], columns: tuple[str, ...], back: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    marks = ", ".join(["%s"] * len(columns))
    returning = ", ".join(quote(str(model._meta.get_field(name).column)) for name in back)  # type: ignore[union-attr]
    sql = f"insert into {quote(model._meta.db_table)} ({names}) values ({marks})"  # noqa: S608  our own names
    return f"{sql} returning {returning}" if back else sql
