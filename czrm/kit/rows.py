"""A new row by a statement made once, for what every deed writes. It sends no signal, and reads back only what the caller needs."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault
from psycopg.types.json import Jsonb

M = TypeVar("M", bound=models.Model)
Prepare = Callable[[models.Model], Any]
AS_IT_IS = (models.CharField, models.TextField, models.BooleanField, models.IntegerField, models.ForeignKey)


def put(row: M, *, back: tuple[str, ...] = ()) -> M:
    """Insert it and set the fields named in `back` as the database made them; reading them back asks the reading policy too.

    What is None is left to the column.
    """
    given: list[tuple[str, Any]] = []
    values = row.__dict__
    for name, column, prepare in plan(type(row)):
        value = values[name]
        if value is not None and not isinstance(value, DatabaseDefault):
            given.append((column, value if prepare is None else prepare(row)))
    sql = statement(type(row), tuple(column for column, _value in given), back)
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for _column, value in given])
        for name, value in zip(back, cursor.fetchone() if back else (), strict=True):
            setattr(row, name, value)
    row._state.adding, row._state.db = False, connection.alias
    return row


def write(model: type[models.Model], **columns: Any) -> None:
    """Insert a row that nobody needs back, from the values of its columns; a dictionary goes as JSON."""
    sql = statement(model, tuple(columns), ())
    with connection.cursor() as cursor:
        values: list[Any] = [Jsonb(value) if isinstance(value, dict) else value for value in columns.values()]
        cursor.execute(sql, values)


@lru_cache(maxsize=128)
def plan(model: type[models.Model]) -> tuple[tuple[str, str, Prepare | None], ...]:
    """The attribute, the column, and what makes the one fit for the other: nothing where the driver takes it as it is."""
    return tuple((field.attname, str(field.column), prepared(field)) for field in model._meta.concrete_fields)


def prepared(field: Any) -> Prepare | None:
    """Text, numbers, yes or no and keys go as they are: who puts a row in gives values of the column's type, and no words to translate."""
    if isinstance(field, AS_IT_IS):
        return None
    return lambda row: field.get_db_prep_save(field.pre_save(row, True), connection)


@lru_cache(maxsize=256)
def statement(model: type[models.Model], columns: tuple[str, ...], back: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    marks = ", ".join(["%s"] * len(columns))
    returning = ", ".join(quote(str(model._meta.get_field(name).column)) for name in back)  # type: ignore[union-attr]
    sql = f"insert into {quote(model._meta.db_table)} ({names}) values ({marks})"  # noqa: S608  our own names
    return f"{sql} returning {returning}" if back else sql
