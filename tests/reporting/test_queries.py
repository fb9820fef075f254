"""The aggregates equal what is counted by hand, case by case, to the unit."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.utils.timezone import override

from cases import queue
from cases.lifecycle import FINAL, OPEN
from cases.models import Case
from cases.queue import Filters
from czrm.institutions.models import Team
from czrm.kit.actor import acting
from reporting import queries
from reporting.board import Board, Name
from reporting.figures import Figures, Flow, Stock, quantile
from reporting.periods import Choice, Days, bands, period
from tests import factories
from tests.factories import machine
from tests.world import World

ZONE = ZoneInfo("America/Santiago")
NOW = datetime(2026, 11, 21, 15, tzinfo=ZONE)
PERIOD = period(Choice.OWN, NOW.date(), Days(date(2026, 8, 20), date(2026, 9, 18)))  # over a change of the clocks


@dataclass(frozen=True)
class Row:
    """What is counted of a case, by whoever counts."""

    opened: datetime
    closed: datetime | None
    promised: datetime | None
    due: datetime | None
    status: str
    key: object = None


def counted(rows: Iterable[Row], days: Days) -> Flow:
    """As the rules say it, in plain loops."""
    rows = list(rows)
    opened = [row for row in rows if days.first <= row.opened.astimezone(ZONE).date() <= days.last]
    closed = [row for row in rows if row.closed and days.first <= row.closed.astimezone(ZONE).date() <= days.last]
    promised = [row for row in closed if row.promised]
    took = [(row.closed - row.opened).total_seconds() for row in closed if row.closed]
    return Flow(
        len(opened), sum(row.closed is None and row.status in FINAL for row in opened), len(closed), len(promised),
        sum(row.closed <= row.promised for row in promised if row.closed and row.promised), quantile(took, 0.5), quantile(took, 0.9),
    )  # fmt: skip


def standing(rows: Iterable[Row]) -> Stock:
    unfinished = [row for row in rows if row.status in OPEN and row.closed is None]
    return Stock(len(unfinished), sum(row.due is not None and row.due < NOW and row.status != "decided" for row in unfinished))


def rows_of(world: World, key: Callable[[Case], object] = lambda case: None) -> list[Row]:
    with acting(world.ana):
        return [
            Row(case.opened_at, case.closed_at, case.promised_at, case.due_at, case.status, key(case))
            for case in Case.objects.select_related("team", "procedure")
        ]


@pytest.fixture
def many(world: World) -> World:
    """Eighty days of every kind of case, at hours near midnight too."""
    dice = random.Random(7)
    with acting(machine(world.norte)):
        teams = [None, *(Team.objects.create(institution=world.norte, name=name) for name in ("Vías", "Rentas"))]
    procedures = [world.procedure, factories.procedure(world.norte, "Poda")]
    for number in range(160):
        opened = datetime(2026, 7, 10, 23, 30, tzinfo=ZONE) + timedelta(hours=dice.randrange(0, 80 * 24), minutes=dice.choice((0, 29, 30)))
        closed = opened + timedelta(hours=dice.randrange(0, 600)) if number % 2 else None
        promised = opened + timedelta(hours=dice.randrange(0, 500)) if number % 3 else None
        if number % 20 == 1:
            promised = closed
        status = "closed" if closed or number % 10 == 4 else dice.choice(("received", "in_progress", "waiting_citizen", "decided"))
        factories.case(
            world.norte, None, dice.choice(procedures), opened_at=opened, closed_at=closed, promised_at=promised, due_at=promised,
            status=status, team=dice.choice(teams), channel=dice.choice(("phone", "counter", "app")),
        )  # fmt: skip
    factories.case(world.sur, None, world.procedure_of_sur, opened_at=datetime(2026, 9, 1, 12, tzinfo=ZONE))
    return world


def measured(world: World) -> Figures:
    with acting(world.sofia):
        return queries.measure(world.norte.pk, PERIOD, ZONE, NOW)


def approximately(flow: Flow) -> tuple[object, ...]:
    return (*(flow.opened, flow.undated, flow.closed, flow.promised, flow.in_time), pytest.approx(flow.median), pytest.approx(flow.p90))


def plain(flow: Flow) -> tuple[object, ...]:
    return flow.opened, flow.undated, flow.closed, flow.promised, flow.in_time, flow.median, flow.p90


def test_the_whole_and_its_parts_are_what_one_counts(many: World):
    rows, found = rows_of(many), measured(many)
    assert plain(found.now) == approximately(counted(rows, PERIOD.now))
    assert plain(found.before) == approximately(counted(rows, PERIOD.before))
    for part, flow in zip(PERIOD.now.parts(PERIOD.step), found.parts, strict=True):
        assert plain(flow) == approximately(counted(rows, part))
    assert [flow.opened for flow in found.parts_before] == [counted(rows, part).opened for part in PERIOD.before.parts(PERIOD.step)]
    assert found.now.undated
    assert found.now.in_time
    assert sum(flow.opened for flow in found.parts) == found.now.opened


@pytest.mark.parametrize("dimension", ["channel", "team", "procedure"])
def test_each_channel_team_and_procedure_is_what_one_counts(many: World, dimension: str):
    rows = rows_of(many, lambda case: getattr(case, dimension if dimension == "channel" else f"{dimension}_id"))
    lines = {line.key: line for line in measured(many).by[dimension]}
    assert set(lines) == {row.key for row in rows}
    for key, line in lines.items():
        own = [row for row in rows if row.key == key]
        assert plain(line.flow) == approximately(counted(own, PERIOD.now))
        assert line.stock == standing(own)


def test_what_is_open_and_how_old_is_what_one_counts(many: World):
    rows, found = rows_of(many), measured(many)
    assert found.stock == standing(rows)
    assert found.stock.overdue
    for band, stock in zip(bands(NOW.date()), found.ages, strict=True):
        assert stock == standing(row for row in rows if band.first <= row.opened.astimezone(ZONE).date() <= band.last)
    assert sum(stock.open for stock in found.ages) == found.stock.open


def test_bruno_counts_nothing_of_norte(many: World):
    with acting(many.bruno):
        assert queries.measure(many.norte.pk, PERIOD, ZONE, NOW).stock == Stock()
        assert queries.measure(many.norte.pk, PERIOD, ZONE, NOW).now == Flow()
        assert queries.measure(many.sur.pk, PERIOD, ZONE, NOW).now.opened == 1
        assert queries.newest(many.norte.pk) is None


def test_nobody_counts_nothing(many: World):
    assert queries.measure(many.norte.pk, PERIOD, ZONE, NOW).now == Flow()


def test_a_case_of_the_last_minute_before_midnight_is_of_that_day(world: World):
    for minute in ("2026-09-18 23:59:59", "2026-09-19 00:00:00"):
        factories.case(world.norte, None, world.procedure, opened_at=datetime.fromisoformat(minute).replace(tzinfo=ZONE))
    assert measured(world).now.opened == 1


def listed(world: World, href: str) -> int:
    """How many cases the list behind a figure holds."""
    with acting(world.sofia), override(ZONE):
        return queue.base(world.sofia, Filters.of(QueryDict(href.partition("?")[2]), open_only=False)).count()


def named(value: object) -> Name:
    return Name(str(value), str(value))


def test_each_figure_opens_the_list_behind_it(many: World):
    found = measured(many)
    with acting(many.sofia), override(ZONE):
        names = {
            "channel": {line.key: named(line.key) for line in found.by["channel"]},
            "team": {team.pk: named(team.uid) for team in Team.objects.filter(institution=many.norte)},
            "procedure": {line.key: named(Case.objects.filter(procedure=line.key)[0].procedure.uid) for line in found.by["procedure"]},
        }  # fmt: skip
        board = Board(found, names, "/cases/")
        charts = {**board.over_time(), "ages": board.ages(NOW.date())}
    now = found.now
    opened, closed, on_time, _overdue, standing_now, _median = board.cards()
    assert [listed(many, card.href) for card in (opened, closed, on_time, standing_now)] == [
        now.opened,
        now.closed,
        now.in_time,
        found.stock.open,
    ]
    for key in ("opened", "closed", "ages"):
        for _label, (cell,) in charts[key].table.rows:
            assert listed(many, cell.href) == cell.value
    for dimension in ("channel", "team", "procedure"):
        for line, entry in zip(found.by[dimension], board.table(dimension), strict=True):
            assert listed(many, entry.links["opened"]) == line.flow.opened
            assert listed(many, entry.links["closed"]) == line.flow.closed
            assert listed(many, entry.links["on_time"]) == line.flow.in_time
            assert listed(many, entry.links["open"]) == line.stock.open
    assert listed(many, board.link(opened=board.days, state="undated")) == now.undated


def test_the_list_of_what_is_overdue_is_what_is_counted_now(many: World):
    with acting(many.sofia), override(ZONE):
        moment = datetime.now(tz=ZONE)
        found = queries.measure(many.norte.pk, PERIOD, ZONE, moment)
        assert found.stock.overdue
    assert listed(many, "?state=overdue") == found.stock.overdue
