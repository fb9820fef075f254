"""Another system's requests become cases: every kind of dirt, with rows invented for it."""

from __future__ import annotations

import csv
import gzip
import os
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse

from cases.importing.loading import Loader
from cases.importing.mapping import FOLDER, Column, Mapping, MappingError, declare, load
from cases.importing.reading import Rejected, Request, one
from cases.models import Case, Procedure
from cases.services import open_case
from channels.models import Channel, Notice
from czrm.institutions.models import Institution, Team
from czrm.kit import near
from czrm.kit.actor import acting
from czrm.kit.refused import Refused
from czrm.trail import outbox
from czrm.trail.models import Event
from tests import factories
from tests.factories import machine
from tests.world import World

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
DECLARED: dict[str, Any] = {
    "source": "old", "name": "Old system", "zone": "Europe/Madrid", "external_id": ["ID"],
    "opened": {"column": "IN", "format": "%Y-%m-%d %H:%M"},
    "promised": {"column": "BY", "format": "%Y-%m-%d %H:%M"}, "closed": {"column": "OUT", "format": "%Y-%m-%d %H:%M"},
    "status": {"column": "ST", "map": {"O": "in_progress", "C": "closed"}, "default": "in_progress"}, "procedure": "KIND",
    "team": "DEPT", "channel": {"column": "WAY", "map": {"tel": "phone", "app": "app"}, "default": "other"},
    "channels": {"phone": "Phone", "app": "The app", "other": "Other"}, "description": "TEXT", "latitude": "LAT", "longitude": "LON",
    "outcome": {"column": "ST", "map": {"C": "answered"}}, "outcome_text": "WHY",
}  # fmt: skip
HEAD = ("ID", "IN", "BY", "OUT", "ST", "KIND", "DEPT", "WAY", "TEXT", "LAT", "LON", "WHY")
CLEAN = {
    "ID": "1", "IN": "2021-03-01 09:00", "BY": "2021-03-05 09:00", "OUT": "2021-03-04 10:00", "ST": "C", "KIND": "Farola",
    "DEPT": "Alumbrado", "WAY": "tel", "TEXT": "No luce", "LAT": "40.4", "LON": "-3.7", "WHY": "Cambiada la lámpara",
}  # fmt: skip
OPEN = {"OUT": "", "ST": "O", "WHY": ""}


def mapping(**changes: Any) -> Mapping:
    return declare("old.yaml", DECLARED | changes)


def read(**cells: str) -> Request | Rejected:
    return one(2, CLEAN | cells, mapping())


# The declaration


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.yaml")))
def test_every_mapping_that_ships_is_right(name: str):
    found = load(name)
    assert found.source == name
    assert found.channel.results <= set(found.channels)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"zone": "Mars/North"}, "no time zone Mars/North"),
        ({"colour": "X"}, "unknown field colour"),
        ({"external_id": "ID"}, "external_id is a list of columns"),
        ({"external_id": []}, "external_id is a list of columns"),
        ({"opened": ["IN"]}, "opened is the name of a column"),
        ({"opened": {"colum": "IN"}}, "opened has an unknown part colum"),
        ({"opened": {"column": "IN", "format": "%H:%M"}}, "opened has a format that writes no whole date"),
        ({"status": "ST"}, "status needs a map"),
        ({"status": {"column": "ST", "map": {"C": "done"}}}, "status cannot become done"),
        ({"status": {"column": "ST", "map": ["C"]}}, "the map of status"),
        ({"priority": {"column": "P", "map": {"SI": "9"}}}, "priority cannot become 9"),
        ({"channel": {"column": "WAY", "default": "by_carrier_pigeon"}}, "longer than 12"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(changes: dict[str, Any], words: str):
    with pytest.raises(MappingError, match=words):
        mapping(**changes)


def test_a_mapping_names_what_it_lacks():
    with pytest.raises(MappingError, match="missing opened, zone"):
        declare("old.yaml", {name: value for name, value in DECLARED.items() if name not in ("opened", "zone")})


@pytest.mark.parametrize(("text", "words"), [("- a\n- b\n", "a mapping is a list of"), ("a: [", "is not YAML")])
def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path, text: str, words: str):
    (tmp_path / "m.yaml").write_text(text)
    with pytest.raises(MappingError, match=words):
        load(str(tmp_path / "m.yaml"))


def test_an_unknown_mapping_is_told_the_known_ones():
    with pytest.raises(MappingError, match="boston, madrid, pamplona"):
        load("london")


def test_the_default_of_a_column_stands_where_there_is_no_value():
    column = Column("A", map={"x": "1"}, default="9")
    assert [column.text({"A": value}) for value in ("x", "y", " ", "")] == ["1", "9", "9", "9"]


# One row


def test_a_clean_row_is_read_whole_in_the_zone_of_its_source():
    row = read()
    assert isinstance(row, Request)
    assert row.opened_at == datetime(2021, 3, 1, 8, tzinfo=UTC)
    assert row.closed_at == datetime(2021, 3, 4, 9, tzinfo=UTC)
    assert (row.status, row.channel, row.team, row.outcome, row.title) == ("closed", "phone", "Alumbrado", "answered", "Farola")
    assert (row.latitude, row.longitude, row.notes) == (40.4, -3.7, ())


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"OUT": "2021-03-01 08:59"}, "negative duration"),
        ({"IN": ""}, "unreadable opening"),
        ({"IN": "yesterday"}, "unreadable opening"),
        ({"IN": "0001-01-01 00:00"}, "unreadable opening"),
    ],
)
def test_only_a_negative_duration_or_an_unreadable_opening_keeps_a_row_out(cells: dict[str, str], reason: str):
    row = read(**cells)
    assert isinstance(row, Rejected)
    assert row.reason == reason


@pytest.mark.parametrize(
    ("cells", "note", "field", "value"),
    [
        ({"KIND": ""}, "no type", "procedure", "Unclassified"),
        ({"BY": "soon"}, "unreadable date: promised", "promised_at", None),
        ({"BY": "9999-12-31 00:00"}, "unreadable date: promised", "promised_at", None),
        ({"OUT": "31/12/2021"}, "unreadable date: closed", "closed_at", None),
        ({"OUT": ""}, "ended without a date", "closed_at", None),
        ({"ST": "O"}, "open with a closing date, which is left out", "closed_at", None),
        ({"ST": "Z"} | {"OUT": ""}, "unknown status: Z", "status", "in_progress"),
        ({"WAY": "fax"}, "unknown channel: fax", "channel", "other"),
        ({"LAT": "north"}, "unreadable coordinates", "latitude", None),
        ({"LAT": "nan"}, "unreadable coordinates", "longitude", None),
        ({"LON": "400"}, "unreadable coordinates", "latitude", None),
        ({"ID": ""}, "no identifier: it is known by its contents", "title", "Farola"),
        ({"ID": "x" * 90}, "identifier too long: it is known by its contents", "title", "Farola"),
    ],
)
def test_other_dirt_goes_in_and_is_noted(cells: dict[str, str], note: str, field: str, value: Any):
    row = read(**cells)
    assert isinstance(row, Request)
    assert row.notes == (note,)
    assert getattr(row, field) == value


def test_a_row_without_an_identifier_has_the_same_one_every_time():
    first, again, other = read(ID=""), read(ID=""), read(ID="", KIND="Acera")
    assert first.external_id == again.external_id != other.external_id


def test_closed_the_very_moment_it_was_opened_is_no_negative_duration():
    assert isinstance(read(OUT=CLEAN["IN"]), Request)


def test_a_time_that_says_its_zone_keeps_it():
    row = one(2, CLEAN | {"IN": "2021-03-01T09:00:00Z"}, mapping(opened={"column": "IN"}))
    assert isinstance(row, Request)
    assert row.opened_at == datetime(2021, 3, 1, 9, tzinfo=UTC)


def test_a_priority_that_is_none_is_the_usual_one():
    row = one(2, CLEAN | {"P": "alta"}, mapping(priority="P"))
    assert isinstance(row, Request)
    assert (row.priority, row.notes) == (3, ("unknown priority: alta",))


# A file


def write(folder: Path, *rows: dict[str, str], name: str = "old.csv") -> Path:
    (folder / "old.yaml").write_text(yaml.safe_dump(DECLARED))
    with (folder / name).open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.DictWriter(file, HEAD)
        writer.writeheader()
        writer.writerows(CLEAN | row for row in rows)
    return folder / name


def run(folder: Path, file: Path, slug: str = "norte", mapping: str = "") -> list[dict[str, str]]:
    """The rows of the report."""
    report = folder / "report.csv"
    call_command("import_requests", str(file), mapping=mapping or str(folder / "old.yaml"), institution=slug, report=report, stdout=Quiet())
    with report.open(encoding="utf-8", newline="") as told:
        return list(csv.DictReader(told))


class Quiet:
    def write(self, text: str) -> None: ...


def test_a_file_becomes_cases_procedures_and_teams(world: World, tmp_path: Path):
    assert run(tmp_path, write(tmp_path, {"ID": "1"}, {"ID": "2", "KIND": "Acera", "DEPT": "Vías", **OPEN})) == []
    with acting(world.ana):
        done, waiting = Case.objects.select_related("procedure", "team").order_by("external_id")
        assert (done.status, done.closed_at, done.outcome_text) == ("closed", datetime(2021, 3, 4, 9, tzinfo=UTC), "Cambiada la lámpara")
        assert (done.procedure.name, done.team.name, done.citizen, done.due_at) == ("Farola", "Alumbrado", None, None)
        assert done.number.startswith("NO-2021-")
        assert waiting.due_at == waiting.promised_at == datetime(2021, 3, 5, 8, tzinfo=UTC)
        assert (waiting.procedure.name, waiting.team.name, waiting.closed_at) == ("Acera", "Vías", None)
        assert not Procedure.objects.filter(portal=True, name="Acera").exists()
    with acting(world.bruno):
        assert Case.objects.count() == 0


def test_imported_types_take_no_new_cases_until_somebody_publishes_them(world: World, tmp_path: Path):
    run(tmp_path, write(tmp_path, {"ID": "1"}, {"ID": "2", **OPEN}))
    with acting(world.ana):
        lamp = Procedure.objects.get()
    browser, new, portal = world.browser(world.ana), reverse("cases:new"), f"/portal/norte/procedures/{lamp.slug}/"

    def offered() -> tuple[bool, ...]:
        with pytest.raises(Refused) if lamp.status != "published" else nullcontext():
            open_case(procedure=lamp, citizen=world.carla, title="x", channel="counter", by=world.ana)
        chosen = browser.get(f"{new}?procedure={lamp.uid}&citizen={world.carla.uid}").status_code == 200
        return "Farola" in browser.get(new).text, chosen, Browser().get(portal).status_code == 200

    assert offered() == (False, False, False)
    of_lamp = {"procedure": str(lamp.uid)}
    with acting(world.ana):
        numbers = {case.status: case.number for case in Case.objects.all()}
    for address, there in (("cases:queue", {"in_progress"}), ("cases:list", {"in_progress", "closed"})):
        page = browser.get(reverse(address), of_lamp).text
        assert "Farola</option>" in page
        assert {status for status, number in numbers.items() if number in page} == there
    assert "Farola" in browser.get(reverse("cases:show", args=[numbers["closed"]])).text
    sums = world.browser(world.sofia).get(reverse("reporting:table", args=["by-procedure"]), {"first": "2021-01-01", "last": "2021-12-31"})
    assert "Farola" in sums.text
    run(tmp_path, write(tmp_path, {"ID": "3"}))
    with acting(machine(world.norte)):
        Procedure.objects.update(status="published", portal=True)
        lamp.refresh_from_db()
    near.forget_all()
    assert offered() == (True, True, True)


def test_history_is_told_in_events_and_sends_nothing(world: World, tmp_path: Path):
    run(tmp_path, write(tmp_path, {"ID": "1"}, {"ID": "2", "OUT": ""}, {"ID": "3", **OPEN}))
    with acting(world.ana):
        cases = {case.external_id: case for case in Case.objects.all()}
        told = {(event.case_id, event.kind): event for event in Event.objects.filter(case_id__isnull=False)}
        assert len(told) == 5
        assert all(event.dispatched_at and event.public for event in told.values())
        assert told[cases["1"].pk, "case.opened"].at == cases["1"].opened_at
        closing = told[cases["1"].pk, "case.closed"]
        assert (closing.at, closing.data["outcome"], closing.data["reason"]) == (cases["1"].closed_at, "answered", "Cambiada la lámpara")
        assert told[cases["2"].pk, "case.closed"].data["date"] == "unknown"
    while outbox.dispatch():
        pass
    with acting(world.ana):
        assert Notice.objects.count() == 0


def test_the_channels_of_the_source_are_named_and_not_offered(world: World, tmp_path: Path):
    run(tmp_path, write(tmp_path, {"ID": "1", "WAY": "app"}))
    outbox.dispatch()
    with acting(world.ana):
        rows = {channel.code: (channel.name, channel.active) for channel in Channel.objects.filter(institution=world.norte)}
    assert rows["app"] == ("The app", False)
    assert rows["counter"][1]
    assert rows["phone"][1]


def test_an_ended_row_without_a_date_keeps_its_end_unknown(world: World, tmp_path: Path):
    [told] = run(tmp_path, write(tmp_path, {"OUT": ""}))
    assert (told["what"], told["why"]) == ("noted", "ended without a date")
    with acting(world.ana):
        case = Case.objects.get()
    assert (case.status, case.closed_at, case.due_at) == ("closed", None, None)


def test_a_file_may_be_loaded_again_and_again(world: World, tmp_path: Path):
    run(tmp_path, write(tmp_path, {"ID": "1"}, {"ID": "2"}))
    run(tmp_path, write(tmp_path, {"ID": "2"}, {"ID": "3"}, {"ID": ""}, {"ID": ""}))
    run(tmp_path, tmp_path / "old.csv")
    with acting(world.ana):
        assert sorted(Case.objects.exclude(external_id__startswith="row-").values_list("external_id", flat=True)) == ["1", "2", "3"]
        assert Case.objects.count() == 4
        assert Event.objects.filter(kind="case.opened").count() == 4


def test_a_second_import_of_one_source_is_refused_while_the_first_goes_on(world: World, tmp_path: Path):
    file, report = write(tmp_path, {"ID": "1"}), tmp_path / "report.csv"
    report.write_text("the other's")
    with Loader(world.norte, mapping()).alone():
        with pytest.raises(CommandError, match=r"^old is being imported into norte already: wait until that has ended$"):
            run(tmp_path, file)
        assert report.read_text() == "the other's"
        run(tmp_path, file, slug="sur")
        with Loader(world.norte, mapping(source="another")).alone():
            pass
    with acting(world.ana):
        assert not Case.objects.exists()
    run(tmp_path, file)
    with acting(world.ana):
        assert Case.objects.count() == 1


def test_an_import_that_failed_leaves_the_way_free(world: World, tmp_path: Path):
    bad = tmp_path / "bad.csv"
    bad.write_text("ID\n1\n")
    write(tmp_path, {"ID": "1"})
    for _again in range(2):
        with pytest.raises(CommandError, match="lacks the columns"):
            run(tmp_path, bad)


def test_the_report_names_the_line_of_the_file_and_the_reason(world: World, tmp_path: Path):
    file = write(tmp_path, {"ID": "1", "TEXT": "dos\nlíneas"}, {"ID": "2", "IN": "?"}, {"ID": "3", "OUT": "2020-01-01 00:00"}, {"ID": "1"})
    told = [(row["line"], row["external_id"], row["what"], row["why"]) for row in run(tmp_path, file)]
    assert told == [
        ("4", "2", "rejected", "unreadable opening"), ("5", "3", "rejected", "negative duration"),
        ("6", "1", "repeated", "the same request as line 2"),
    ]  # fmt: skip
    with acting(world.ana):
        assert Case.objects.get().description == "dos\nlíneas"


def test_a_nul_a_wrong_byte_and_a_short_row_go_in(world: World, tmp_path: Path):
    file = write(tmp_path, {"ID": "1", "TEXT": "a\0b"})
    with file.open("ab") as more:
        more.write(b"2,2021-03-01 09:00,,,O,Farola,Dep\xff\r\n")
    run(tmp_path, file)
    with acting(world.ana):
        first, second = Case.objects.select_related("team").order_by("external_id")
        assert first.description == "ab"
        assert second.team.name == "Dep\ufffd"


def test_types_whose_addresses_look_alike_stay_apart(world: World, tmp_path: Path):
    run(tmp_path, write(tmp_path, {"ID": "1", "KIND": "Bache"}, {"ID": "2", "KIND": "¡Bache!"}))
    with acting(world.ana):
        assert Case.objects.values("procedure").distinct().count() == 2


def test_a_case_older_than_our_numbers_goes_in(world: World, tmp_path: Path):
    assert run(tmp_path, write(tmp_path, {"IN": "1987-05-01 10:00"})) == []
    with acting(world.ana):
        assert Case.objects.get().number.startswith("NO-2000-")


def test_a_compressed_file_is_read_too(world: World, tmp_path: Path):
    file = write(tmp_path, {"ID": "1"})
    (tmp_path / "old.csv.gz").write_bytes(gzip.compress(file.read_bytes()))
    run(tmp_path, tmp_path / "old.csv.gz")
    with acting(world.ana):
        assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("file", "slug", "named", "words"),
    [
        ("old.csv", "norte", "boston", "lacks the columns .*is boston the right mapping"),
        ("none.csv", "norte", "", "no file"),
        ("old.csv", "oeste", "", "no institution oeste"),
        ("old.csv", "norte", "london", "no mapping london"),
        ("old.yaml.gz", "norte", "", "gzip"),
    ],
)
def test_what_cannot_be_loaded_is_refused_in_words(world: World, tmp_path: Path, file: str, slug: str, named: str, words: str):
    write(tmp_path, {"ID": "1"})
    (tmp_path / "old.yaml.gz").write_text("plain")
    with pytest.raises(CommandError, match=words):
        run(tmp_path, tmp_path / file, slug, named)


CHILD = """
import time
from czrm import settings
settings.DATABASES["default"]["NAME"] = {database!r}
import django
django.setup()
from cases.importing import loading
loading.BATCH = 50
insert = loading.Loader.insert
loading.Loader.insert = lambda self, rows: (insert(self, rows), time.sleep(0.05))
from django.core.management import call_command
call_command("import_requests", {file!r}, "--mapping", {mapping!r}, "--institution", "norte", "--report", {report!r})
"""


@pytest.mark.django_db(transaction=True)
def test_after_a_kill_it_goes_on_where_it_was(tmp_path: Path):
    norte = factories.institution("Norte", "NO")
    file = write(tmp_path, *({"ID": str(number)} for number in range(2000)))
    code = CHILD.format(
        database=connection.settings_dict["NAME"], file=str(file), mapping=str(tmp_path / "old.yaml"), report=str(tmp_path / "r.csv")
    )
    child = subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).resolve().parents[2], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (before := loaded(norte)) and child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    assert 0 < before < 2000
    run(tmp_path, file)
    assert loaded(norte) == 2000
    with acting(machine(norte)):
        assert Event.objects.filter(kind="case.opened").count() == 2000
        assert Team.objects.filter(institution=norte).count() == 1


def loaded(institution: Institution) -> int:
    with acting(machine(institution)):
        return Case.objects.count()


@pytest.mark.slow
@pytest.mark.skipif(not DATA.exists(), reason="the real files are not here")
def test_the_real_file_of_pamplona_goes_in_whole(world: World, tmp_path: Path):
    told = run(tmp_path, DATA / "pamplona_quejas_2014.csv.gz", mapping="pamplona")
    assert {row["why"] for row in told} == {"no type"}
    with acting(world.ana):
        rows = Case.objects.all()
        assert rows.count() == 5378
        assert rows.filter(closed_at=None, due_at=None).count() == 5378
        oldest = rows.order_by("opened_at").first()
        assert oldest is not None
        assert oldest.opened_at.astimezone(ZoneInfo("Europe/Madrid")).strftime("%H:%M") == "00:00"
