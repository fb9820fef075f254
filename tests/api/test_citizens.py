"""Another system reads a person: what its institution may see, for the purpose it is registered for."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from citizens import services
from czrm.kit.actor import acting
from czrm.trail.models import AccessEntry
from tests.factories import machine, protected
from tests.world import World

from .test_agency import Agency


@pytest.fixture
def known(world: World) -> World:
    """Of Carla both say where she works; Sur alone what she earns."""
    said: dict[str, Any] = {"origin": "citizen"}
    services.state_fact(world.carla, attribute="occupation", value="Profesora", by=world.ana, **said)
    services.state_fact(world.carla, attribute="occupation", value="Enfermera", verified_how="register", by=world.bruno, **said)
    services.state_fact(world.carla, attribute="monthly_income", value="900000", by=world.bruno, **said)
    return world


def read(agency: Agency, world: World, query: str = "") -> Any:
    return agency.web.get(f"/api/v1/citizens/{world.carla.uid}/{query}")


def looks(world: World) -> list[tuple[list[str], list[int]]]:
    with acting(machine(world.norte)):
        return list(AccessEntry.objects.filter(verb="citizen.see").order_by("pk").values_list("categories", "owners"))


def test_it_reads_its_own_institution_s_words_and_is_told_that_there_are_better(known: World):
    body = read(Agency(known.norte), known).json()
    assert (body["name"], body["linked"], body["verified"]) == ("Carla Soto", True, False)
    facts = {fact["attribute"]: fact for fact in body["facts"]}
    assert [facts["occupation"][name] for name in ("value", "category", "better_elsewhere")] == ["Profesora", "work", True]
    assert [source["institution"] for source in facts["occupation"]["sources"]] == ["norte"]
    assert (facts["monthly_income"]["value"], facts["monthly_income"]["sources"]) == (None, [])
    assert "900000" not in str(body)
    assert looks(known) == [(["work"], [])]


def test_an_agreement_opens_a_category_for_the_purpose_and_the_log_says_whose(known: World):
    known.agreement("work")
    body = read(Agency(known.norte, purpose=known.purpose), known).json()
    [work] = [fact for fact in body["facts"] if fact["category"] == "work"]
    assert (work["value"], [source["institution"] for source in work["sources"]]) == ("Enfermera", ["sur", "norte"])
    assert "900000" not in str(body)
    assert looks(known) == [(["work"], [known.sur.pk])]
    assert "Enfermera" not in str(read(Agency(known.norte), known).json())  # the same institution, without the purpose


def test_it_may_ask_for_some_categories_alone(known: World):
    known.agreement("work", "income")
    agency = Agency(known.norte, purpose=known.purpose)
    assert {fact["category"] for fact in read(agency, known, "?category=income").json()["facts"]} == {"income"}
    assert looks(known) == [(["income"], [known.sur.pk])]
    assert read(agency, known, "?category=shoes").status_code == 400


def test_who_is_not_there_for_it_and_who_does_not_exist_are_alike(known: World):
    agency = Agency(known.norte)
    for uid in (known.dario.uid, uuid4()):
        answer = agency.web.get(f"/api/v1/citizens/{uid}/")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert looks(known) == []


def test_a_client_without_the_verb_reads_nobody(known: World):
    assert read(Agency(known.norte, verbs={"case.see"}), known).status_code == 403


def test_a_system_is_not_told_of_a_protected_person(known: World):
    services.state_fact(known.carla, attribute="residence", value="Calle Uno 1", origin="citizen", by=known.ana)
    assert "Calle Uno" in str(read(Agency(known.norte), known).json())
    protected(known.carla, known.sofia, known.ana)
    answer = read(Agency(known.norte), known)
    assert answer.status_code == 404
    assert "Calle Uno" not in answer.text


def test_an_institution_s_own_attribute_says_whose_it_is(known: World):
    made = services.create_attribute(facts={"label": "Socio del riego", "category": "work", "kind": "number"}, by=known.alma)
    services.state_fact(known.carla, attribute=made.code, value="1024", origin="office", by=known.ana)
    facts = {fact["attribute"]: fact for fact in read(Agency(known.norte), known).json()["facts"]}
    assert [facts["socio-del-riego"][name] for name in ("institution", "label", "value")] == ["norte", "Socio del riego", "1024"]


def reached(agency: Agency, world: World) -> Any:
    return agency.web.get(f"/api/v1/citizens/{world.carla.uid}/contact-points/").json()


def test_how_somebody_is_reached_is_read_for_itself_and_an_agreement_opens_others(world: World):
    services.add_contact_point(world.carla, kind="email", value="carla@example.org", purpose="notices", by=world.ana)
    services.add_contact_point(world.carla, kind="phone", value="+56990124417", shared=True, by=world.bruno)
    [own] = reached(Agency(world.norte), world)
    assert [own[name] for name in ("kind", "value", "institution", "purpose", "shared")] == [
        "email",
        "carla@example.org",
        "norte",
        "notices",
        False,
    ]
    world.agreement("contact")
    both = reached(Agency(world.norte, purpose=world.purpose), world)
    assert [row["value"] for row in both] == ["carla@example.org", "+56990124417"]
    assert looks(world)[-1] == (["contact"], [world.sur.pk])
    assert [row["value"] for row in reached(Agency(world.norte), world)] == ["carla@example.org"]


def test_what_is_over_is_not_read_and_who_is_not_there_is_not_found(world: World):
    point = services.add_contact_point(world.carla, kind="email", value="carla@example.org", by=world.ana)
    services.retire_contact_point(point, by=world.ana)
    agency = Agency(world.norte)
    assert reached(agency, world) == []
    assert agency.web.get(f"/api/v1/citizens/{world.dario.uid}/contact-points/").status_code == 404
