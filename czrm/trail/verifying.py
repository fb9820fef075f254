"""Verifying the seals: every row is what it was when its segment was signed, none is missing and none came later.

It reads every institution's rows, so it runs on a connection that no policy binds, and recomputes each digest from the row's values: the
digest kept with it alone proves nothing, since whoever owns a table can rewrite both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from . import sealing
from .digests import TABLES, digest, emptied
from .models import Segment

LEAF = 8  # bytes
SPAN = re.compile(r"\[(\d+),(\d+)\)")
SUMMARY = """
select count(*), sha256(string_agg({fresh}, '' order by id)), count(*) filter (where kept is not null and not ({emptied})),
       count(*) filter (where digest is distinct from {fresh})
  from {table} where id between %s and %s and %s::int8multirange @> id"""
ROWS = """
select id, {fresh}, digest is not distinct from {fresh}, kept is null or ({emptied})
  from {table} where id between %s and %s and %s::int8multirange @> id order by id"""
INTRUDER = """
with covered as (select coalesce(range_agg(ids::int8multirange), '{{}}') ids from trail_segment where of_table = '{table}')
select min(t.id) filter (where t.id <= %s and not (covered.ids @> t.id)), count(*) filter (where t.id > %s and not (covered.ids @> t.id))
  from {table} t, covered"""
ERASED = "select count(*) from {table} where kept is not null"


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was sealed; without `row` it is the segment itself."""

    table: str
    segment: int | None
    row: int | None
    what: str

    def __str__(self) -> str:
        where = f"{self.table} row {self.row}" if self.row is not None else f"segment {self.segment}"
        inside = f" (segment {self.segment})" if self.row is not None and self.segment is not None else ""
        return f"{where}{inside}: {self.what}"


@dataclass
class Verdict:
    segments: int = 0
    rows: int = 0
    unsealed: int = 0
    erased: int = 0
    head: str = ""
    faults: list[Fault] = field(default_factory=list)


def verify(keys: set[bytes] | None = None) -> Verdict:
    verdict = Verdict()
    floors: dict[str, int] = {}
    previous, expected = sealing.GENESIS, 1
    accepted = sealing.public_keys() if keys is None else keys
    for segment in Segment.objects.order_by("number").iterator(chunk_size=20):
        verdict.faults += chain_faults(segment, previous, expected, accepted, floors)
        verdict.faults += row_faults(segment)
        verdict.segments, verdict.rows = verdict.segments + 1, verdict.rows + segment.amount
        previous, expected = bytes(segment.chain), segment.number + 1
        floors[segment.of_table] = max(segment.floor_id, floors.get(segment.of_table, 0))
    verdict.head = f"{expected - 1}:{previous.hex()}"
    for table in TABLES:
        beyond(table, floors.get(table, 0), verdict)
    return verdict


def chain_faults(segment: Segment, previous: bytes, expected: int, keys: set[bytes], floors: dict[str, int]) -> Iterator[Fault]:
    def fault(what: str) -> Fault:
        return Fault(segment.of_table, segment.number, None, what)

    if segment.number != expected:
        yield fault(f"segment {expected} is missing before it")
    if bytes(segment.previous) != previous:
        yield fault("it is not chained to the one before")
    if bytes(segment.chain) != sealing.link(segment):
        yield fault("it was changed after it was signed")
    elif not sealing.is_signed(segment, keys):
        yield fault("its signature is not by a known key")
    if segment.floor_id < floors.get(segment.of_table, 0) or listed(segment.ids)[0][0] <= segment.floor_id:
        yield fault("it seals rows where every transaction had ended before")


def row_faults(segment: Segment) -> list[Fault]:
    """Nothing where the whole agrees; else row by row, up to the first that differs."""
    spans = listed(segment.ids)
    where = [spans[0][0], spans[-1][1], segment.ids]
    count, total, disguised, stale = one(SUMMARY, segment.of_table, where)
    if (count, bytes(total or b""), disguised, stale) == (segment.amount, bytes(segment.total), 0, 0):
        return []
    leaves = bytes(segment.leaves)
    sealed = zip((key for low, high in spans for key in range(low, high + 1)), range(0, len(leaves), LEAF), strict=False)
    present = every(ROWS, segment.of_table, where)
    for (key, at), row in zip(sealed, padded(present), strict=False):
        if (what := difference(key, leaves[at : at + LEAF], row)) is not None:
            return [Fault(segment.of_table, segment.number, key, what)]
    return [Fault(segment.of_table, segment.number, None, "its rows do not add up to what was signed")]


def difference(key: int, leaf: bytes, row: tuple[int, bytes | None, bool, bool] | None) -> str | None:
    if row is None or row[0] != key:
        return "it was removed after it was sealed"
    _key, fresh, agrees, honest = row
    if fresh is None or bytes(fresh)[:LEAF] != leaf:
        return "it was changed after it was sealed"
    if not honest:
        return "it says that it was erased and is not empty"
    return None if agrees else "its kept digest is not that of its values"


def beyond(table: str, floor: int, verdict: Verdict) -> None:
    intruder, waiting = one(INTRUDER, table, [floor, floor])
    if intruder is not None:
        verdict.faults.append(Fault(table, None, intruder, "it was put in among rows that were sealed without it"))
    verdict.unsealed += waiting
    verdict.erased += one(ERASED, table, [])[0]


def listed(ids: str) -> list[tuple[int, int]]:
    """`{[1,4),[6,7)}` as first and last keys."""
    return [(int(low), int(top) - 1) for low, top in SPAN.findall(ids)]


def padded(rows: Iterable[Any]) -> Iterator[Any]:
    yield from rows
    while True:
        yield None


def one(query: str, table: str, values: list[Any]) -> Any:
    return next(iter(every(query, table, values)))


def every(query: str, table: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query.format(table=table, fresh=f"({digest(table)})", emptied=emptied(table)), values)
        return cursor.fetchall()
