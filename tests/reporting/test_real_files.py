"""The real files, where they are: what is loaded and what the dashboard says equal what is counted from the file itself."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.utils.timezone import now

from cases.models import Case, Procedure
from czrm.institutions.models import Team
from czrm.kit.actor import acting
from reporting import queries
from reporting.figures import Figures
from reporting.periods import Choice, Days, period
from tests.world import World

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
BOSTON, MADRID = DATA / "boston311_2015.csv.gz", DATA / "madrid_avisos_2021.csv.gz"
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not BOSTON.exists(), reason="the real files are not here")]


def rows(file: Path) -> Iterator[dict[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8-sig", newline="") as text:
        yield from csv.DictReader(text)


def load(file: Path, mapping: str, folder: Path) -> list[dict[str, str]]:
    report = folder / "report.csv"
    call_command("import_requests", str(file), mapping=mapping, institution="norte", report=report, verbosity=0)
    with report.open(encoding="utf-8", newline="") as told:
        return list(csv.DictReader(told))


def measured(world: World, zone: str, first: date, last: date) -> Figures:
    with acting(world.sofia):
        return queries.measure(world.norte.pk, period(Choice.OWN, last, Days(first, last)), ZoneInfo(zone), now())


def test_boston_to_the_unit(world: World, tmp_path: Path):
    """Its times are local and all of one zone, so that they can be compared as they are written."""
    told = load(BOSTON, "boston", tmp_path)
    every = list(rows(BOSTON))
    wrong = [row for row in every if row["CLOSED_DT"] and row["CLOSED_DT"] < row["OPEN_DT"]]
    good = [row for row in every if not (row["CLOSED_DT"] and row["CLOSED_DT"] < row["OPEN_DT"])]
    assert {row["external_id"] for row in told if row["what"] == "rejected"} == {row["CASE_ENQUIRY_ID"] for row in wrong}
    with acting(world.sofia):
        assert Case.objects.count() + len(wrong) == len(every) == 60_605
        types = dict(Procedure.objects.filter(institution=world.norte).values_list("pk", "name"))
        teams = Team.objects.filter(institution=world.norte).count()
    assert len(types) == len({row["TYPE"] for row in every})
    assert teams == len({row["Department"] for row in every})

    found = measured(world, "America/New_York", date(2015, 1, 1), date(2015, 12, 31))
    year = [row for row in good if row["OPEN_DT"] < "2016"]
    closed = [row for row in good if row["CLOSED_DT"] and row["CLOSED_DT"] < "2016"]
    target = [row for row in closed if row["TARGET_DT"]]
    assert (found.now.opened, found.now.closed, found.now.undated) == (len(year), len(closed), 0)
    assert (found.now.promised, found.now.in_time) == (len(target), sum(row["CLOSED_DT"] <= row["TARGET_DT"] for row in target))
    assert [flow.opened for flow in found.parts] == [sum(row["OPEN_DT"][5:7] == f"{month:02}" for row in year) for month in range(1, 13)]
    assert found.stock.open == sum(row["CASE_STATUS"] == "Open" for row in good)
    assert {types[int(line.key or 0)]: line.flow.opened for line in found.by["procedure"] if line.flow.opened} == Counter(
        row["TYPE"] for row in year
    )
    assert found.now.median == median(map(took, closed))

    whole = measured(world, "America/New_York", date(2015, 1, 1), date(2016, 12, 31))
    assert (whole.now.promised, whole.now.in_time) == (39_603, 29_983)


def took(row: dict[str, str]) -> float:
    zone, written = ZoneInfo("America/New_York"), "%Y-%m-%d %H:%M:%S"
    opened, closed = (datetime.strptime(row[name], written).replace(tzinfo=zone).timestamp() for name in ("OPEN_DT", "CLOSED_DT"))
    return closed - opened


def test_madrid_keeps_unknown_what_nobody_knows(world: World, tmp_path: Path):
    told = load(MADRID, "madrid", tmp_path)
    status = Counter(row["status_node_type"] for row in rows(MADRID))
    assert [row for row in told if row["what"] == "rejected"] == []
    found = measured(world, "Europe/Madrid", date(2021, 6, 1), date(2022, 2, 28))
    assert found.now.opened == status.total() == 106_461
    assert found.now.undated == status["final_ok_node"] + status["final_not_ok_node"] == 37_650
    assert (found.now.closed, found.now.on_time) == (0, None)
    assert found.stock.open == status["middle_node"] == 68_811
    months = Counter(
        datetime.fromisoformat(row["requested_datetime"]).astimezone(ZoneInfo("Europe/Madrid")).strftime("%Y-%m") for row in rows(MADRID)
    )
    assert [flow.opened for flow in found.parts] == [count for _month, count in sorted(months.items())]
