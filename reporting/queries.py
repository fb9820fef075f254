"""The few aggregates behind the dashboard: one over what was opened, two over what ended, one over what is open.

They are SQL because GROUPING SETS, width_bucket and percentile_cont are not in the ORM; row-level security stands behind them, and each
names the institution. Each case is put in its part once, by the moments at which parts begin, and counted once; only the few
hundred counts are then summed by channel, team and procedure. The indexes case_opened and case_closed hold all that is read here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Max

from cases.lifecycle import FINAL, OPEN, Status
from cases.models import Case
from reporting.figures import DIMENSIONS, Figures, Row, assemble
from reporting.periods import DAY, Period, bands, edges, midnight

COLUMNS = "channel, team_id, procedure_id"
SETS = "(channel), (team_id), (procedure_id)"
NAMES = {0b0111: "part", 0b1011: "channel", 0b1101: "team", 0b1110: "procedure", 0b1111: "all"}  # by what grouping() says is summed over
WITHIN = """ from cases_case where institution_id = %(mine)s and {at} >= %(from)s and {at} < %(to)s
   and ({at} < %(gap)s or {at} >= %(since)s)"""
SUMMED = f""" select grouping(part, {COLUMNS}), part >= %(first)s as now, part, {COLUMNS}, {{sums}} from few
 group by part >= %(first)s, grouping sets ((), (part), {SETS})"""  # noqa: S608
OPENED = f"""with few as materialized (
 select width_bucket(opened_at, %(edges)s::timestamptz[]) as part, {COLUMNS}, count(*) as opened,
   count(*) filter (where closed_at is null and status = any(%(final)s::text[])) as undated
{WITHIN.format(at="opened_at")} group by 1, 2, 3, 4)
{SUMMED.format(sums="sum(opened)::int, sum(undated)::int")}"""
CLOSED = f"""with few as materialized (
 select width_bucket(closed_at, %(edges)s::timestamptz[]) as part, {COLUMNS}, count(*) as closed, count(promised_at) as promised,
   count(*) filter (where closed_at <= promised_at) as in_time
{WITHIN.format(at="closed_at")} group by 1, 2, 3, 4)
{SUMMED.format(sums="sum(closed)::int, sum(promised)::int, sum(in_time)::int")}"""
TOOK = f"""with few as (
 select width_bucket(closed_at, %(edges)s::timestamptz[]) as part, {COLUMNS}, extract(epoch from closed_at - opened_at)::float8 as took
{WITHIN.format(at="closed_at")})
{SUMMED.format(sums="percentile_cont(0.5) within group (order by took), percentile_cont(0.9) within group (order by took)")}"""  # noqa: S608
STANDING = f"""with few as materialized (
 select width_bucket(opened_at, %(ages)s::timestamptz[]) as part, {COLUMNS}, count(*) as open,
   count(*) filter (where due_at < %(moment)s and status <> %(decided)s) as overdue
 from cases_case where institution_id = %(mine)s and closed_at is null and status = any(%(unfinished)s::text[]) group by 1, 2, 3, 4)
select grouping(part, {COLUMNS}), true, part, {COLUMNS}, sum(open)::int, sum(overdue)::int from few
 group by grouping sets ((), (part), {SETS})"""  # noqa: S608


def measure(institution_id: int, period: Period, zone: ZoneInfo, moment: datetime) -> Figures:
    """All the figures of one institution; days are those of `zone`, and what is open or overdue is so at `moment`."""
    parts = [*period.before.parts(period.step), *period.now.parts(period.step)]
    marks, begins = edges(parts, zone), midnight(period.now.first, zone)
    places = [midnight(part.first, zone) for part in parts]
    values = {
        "mine": institution_id, "edges": marks, "from": marks[0], "to": marks[-1], "gap": midnight(period.before.last + DAY, zone),
        "since": begins, "first": marks.index(begins) + 1, "final": [str(status) for status in FINAL],
    }  # fmt: skip
    known = {number: places.index(mark) for number, mark in enumerate(marks, start=1) if mark in places}
    flows = [
        *rows(OPENED, values, known, ("opened", "undated")),
        *rows(CLOSED, values, known, ("closed", "promised", "in_time")),
        *rows(TOOK, values, known, ("median", "p90")),
    ]
    return assemble(period, flows, standing(institution_id, zone, moment))


def standing(institution_id: int, zone: ZoneInfo, moment: datetime) -> list[Row]:
    """What is open, by the band of its age: a case stands in the youngest whose first day it did not come in before."""
    marks = sorted(midnight(band.first, zone) for band in bands(moment.astimezone(zone).date())[:-1])
    unfinished = [str(status) for status in OPEN]
    values = {"mine": institution_id, "ages": marks, "moment": moment, "unfinished": unfinished, "decided": str(Status.DECIDED)}
    return rows(STANDING, values, {number: len(marks) - number for number in range(len(marks) + 1)}, ("open", "overdue"))


def rows(sql: str, values: dict[str, Any], places: dict[int, int], names: tuple[str, ...]) -> list[Row]:
    """`places` says which part each number of width_bucket stands for."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        for mask, now, part, channel, team, procedure, *counts in cursor.fetchall():
            name = NAMES[mask]
            key = dict(zip(DIMENSIONS, (channel, team, procedure), strict=True)).get(name)
            known = {counted: count for counted, count in zip(names, counts, strict=True) if count is not None}  # none at all: no sum
            found.append(Row(name, now, places[part] if name == "part" else 0, key, known))
    return found


def newest(institution_id: int) -> datetime | None:
    """When the newest case came in: one step of an index."""
    return Case.objects.filter(institution=institution_id).aggregate(newest=Max("opened_at"))["newest"]
