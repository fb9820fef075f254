"""A file of the people of an institution: with a purpose and a reason, told to others, and nothing that is not its own."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from channels.models import Notice
from citizens.services import correct_citizen, create_attribute, state_fact
from czrm.kit.actor import Clerk, acting
from czrm.kit.refused import Refused
from czrm.trail import outbox
from czrm.trail.models import AccessEntry, Event
from reporting import exports, tasks
from reporting.models import Export
from tests import factories
from tests.factories import machine
from tests.world import World

REASON = "Lo pide el plan de riego"
HERE = reverse("reporting:people")


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def asked(world: World, *categories: str, by: Clerk | None = None, whole: bool = False) -> Export:
    by = by or world.sofia
    made = exports.ask_people(purpose=world.purpose, reason=REASON, categories=categories, whole=whole, language="en", by=by)
    tasks.write_exports()
    with acting(machine(world.norte)):
        return Export.objects.get(pk=made.pk)


def fetch(world: World, export: Export, by: Clerk | None = None) -> Any:
    return world.browser(by or world.sofia).get(reverse("reporting:people_fetch", args=[export.uid]))


def rows(world: World, export: Export, by: Clerk | None = None) -> list[dict[str, str]]:
    answer = fetch(world, export, by)
    assert answer.status_code == 200
    data = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(data, newline="")))


def state(world: World, attribute: str, value: str, by: Clerk | None = None, citizen: Any = None) -> None:
    state_fact(citizen or world.carla, attribute=attribute, value=value, origin="citizen", by=by or world.ana)


def test_a_file_has_who_they_are_with_masked_documents_and_no_more(world: World) -> None:
    state(world, "monthly_income", "500000")
    [carla] = rows(world, asked(world))
    assert (carla["Full name"], carla["Document"], carla["Birth date"]) == ("Carla Soto", "12 ••• 785", "1972-03-12")
    assert "500000" not in carla.values()


def test_whole_documents_are_asked_for(world: World) -> None:
    [carla] = rows(world, asked(world, whole=True))
    assert carla["Document"] == "12.345.678-5"


def test_values_of_the_kinds_asked_for_come_with_their_day_also_of_one_s_own_attributes(world: World) -> None:
    own = create_attribute(facts={"label": "Socio del riego", "category": "work", "kind": "text"}, by=world.alma)
    state(world, own.code, "=A1")
    state(world, "monthly_income", "500000")
    state(world, "marital_status", "single")
    [carla] = rows(world, asked(world, "work", "income"))
    assert carla["Socio del riego"] == "'=A1"
    assert carla["Monthly income"] == "500000"
    days = [value for name, value in carla.items() if "Socio del riego" in name and name != "Socio del riego"]
    assert len(days) == 1
    assert days[0].startswith("20")
    assert not [name for name in carla if "Marital" in name]


def test_nothing_of_another_institution_is_in_it_whatever_an_agreement_opens(world: World) -> None:
    state(world, "monthly_income", "777", by=world.bruno)
    state(world, "employment", "retired", by=world.bruno, citizen=world.dario)
    world.agreement("citizen", "income", "work")
    found = rows(world, asked(world, "income", "work"))
    assert [row["Full name"] for row in found] == ["Carla Soto"]
    assert "777" not in found[0].values()


def test_a_protected_person_is_in_the_file_only_of_who_is_named_and_without_where_they_live(world: World) -> None:
    state(world, "residence", "Camino Viejo 77")
    state(world, "contact_hours", "En Camino Viejo 77 por la tarde")
    state(world, "occupation", "Costurera")
    other = factories.clerk("Silvia", world.norte, "supervisor")
    factories.protected(world.carla, world.sofia)
    assert rows(world, asked(world, "residence", "contact", "work", by=other), other) == []
    [carla] = rows(world, asked(world, "residence", "contact", "work"))
    assert "Costurera" in carla.values()
    assert "Camino Viejo" not in " ".join(carla.values())


def test_a_file_of_before_somebody_was_protected_is_no_longer_handed_out(world: World) -> None:
    state(world, "residence", "Camino Viejo 77")
    export = asked(world, "residence")
    assert fetch(world, export).status_code == 200
    factories.protected(world.carla, world.sofia)
    assert fetch(world, export).status_code == 404
    page = world.browser(world.sofia).get(reverse("reporting:people_file", args=[export.uid]))
    assert page.status_code == 200
    assert reverse("reporting:people_fetch", args=[export.uid]) not in page.text


def test_each_person_finds_it_in_their_log_with_the_purpose_and_those_in_charge_are_told(world: World) -> None:
    assert world.pablo
    export = asked(world, "income")
    fetch(world, export)
    with acting(machine(world.norte)):
        entry = AccessEntry.objects.get(verb="citizen.export", citizen_id=world.carla.pk)
        assert (entry.purpose_id, entry.user_id, entry.categories) == (world.purpose.pk, world.sofia.user_id, ["citizen", "income"])
        assert AccessEntry.objects.filter(verb="citizen.export", citizen_id=None, user_id=world.sofia.user_id).count() == 2
        event = Event.objects.get(kind="export.people_asked")
        assert (event.data["reason"], event.data["categories"]) == (REASON, ["income"])
    while outbox.dispatch():
        pass
    with acting(machine(world.norte)):
        assert set(Notice.objects.filter(kind="export.people_asked").values_list("recipient", flat=True)) == {"pablo@example.org"}
        assert REASON in Notice.objects.get(kind="export.people_asked").body


def test_the_log_of_the_institution_has_a_line_of_the_file_and_that_of_a_person_theirs(world: World) -> None:
    for number in range(5):
        factories.citizen(f"P{number}", "Paz", f"PA{number}000", world.norte, kind="passport")
    asked(world)
    browser, log = world.browser(world.pablo), reverse("institutions:access_log")
    assert len(browser.get(log, {"verb": "citizen.export"}).context["looks"]) == 1
    assert len(browser.get(log, {"citizen": str(world.carla.uid)}).context["looks"]) == 1
    assert len(world.browser(world.sofia).get(reverse("institutions:access_own")).context["days"][0].looks) == 1


def test_supervisors_and_the_data_protection_officer_ask_and_officers_do_not(world: World) -> None:
    with pytest.raises(PermissionDenied):
        asked(world, by=world.ana)
    assert world.browser(world.ana).get(HERE).status_code == 403
    assert len(rows(world, asked(world, by=world.pablo), world.pablo)) == 1


def test_a_colleague_and_another_page_do_not_fetch_it(world: World) -> None:
    export = asked(world)
    other = factories.clerk("Silvia", world.norte, "supervisor")
    assert fetch(world, export, other).status_code == 404
    assert fetch(world, export, factories.clerk("Sur", world.sur, "supervisor")).status_code == 404
    assert world.browser(world.sofia).get(reverse("reporting:export_file", args=[export.uid])).status_code == 404
    assert str(export.uid) not in world.browser(world.sofia).get(reverse("reporting:exports")).text


def test_nobody_harvests_the_register_by_files(world: World) -> None:
    for _file in range(exports.MOST_A_DAY):
        asked(world)
    with pytest.raises(Refused) as no:
        asked(world)
    assert no.value.code == "export.too_often"


def test_the_page_asks_for_purpose_and_reason_and_leads_to_the_file(world: World) -> None:
    browser = world.browser(world.sofia)
    assert HERE in browser.get(reverse("citizens:search")).text
    assert browser.post(HERE, {"purpose": world.purpose.pk, "reason": "si"}).status_code == 422
    answer = browser.post(HERE, {"purpose": world.purpose.pk, "reason": REASON, "categories": ["income"]}, follow=True)
    assert "hx-get" in answer.text
    tasks.write_exports()
    assert reverse("reporting:people_fetch", args=[answer.context["export"].uid]) in browser.get(answer.request["PATH_INFO"]).text


def test_an_institution_without_people_gets_a_file_with_its_header_only(world: World) -> None:
    empty = factories.institution("Este", "ES")
    by = factories.clerk("Elsa", empty, "supervisor")
    made = exports.ask_people(purpose=world.purpose, reason=REASON, categories=[], whole=False, language="en", by=by)
    tasks.write_exports()
    assert rows(world, made, by) == []


def test_blocked_records_are_left_out_and_batches_meet(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "BATCH", 2)
    people = [factories.citizen(f"P{n}", "Paz", f"PA{n}000", world.norte, kind="passport") for n in range(4)]
    correct_citizen(people[1], changes={"state": "blocked"}, reason="Asked to", by=world.ana)
    found = rows(world, asked(world))
    assert [row["Full name"] for row in found] == ["Carla Soto", "P0 Paz", "P2 Paz", "P3 Paz"]
