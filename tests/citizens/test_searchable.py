"""People are found by the attributes that their institution marked so, and by no others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from citizens import services
from citizens.services import PersonData
from czrm.kit.actor import acting
from czrm.trail.models import AccessEntry
from tests import factories
from tests.api.test_agency import Agency
from tests.world import World

from .conftest import refused

MEMBER: dict[str, Any] = {"label": "Número de socio del riego", "category": "work", "kind": "text", "searchable": True}


@pytest.fixture
def member(world: World) -> World:
    state(world, services.create_attribute(facts=MEMBER, by=world.alma).code, "SE-1024/b")
    return world


def state(world: World, code: str, value: str) -> None:
    services.state_fact(world.carla, attribute=code, value=value, origin="office", by=world.ana)


def found(text: str, by: Any) -> list[tuple[str, str]]:
    return [(each.name, each.stated) for each in services.find_citizens(text, by=by).found]


@pytest.mark.parametrize("text", ["SE-1024/b", "se1024b", "SE 1024 B"])
def test_by_its_value_however_it_is_punctuated_and_told_why(member: World, text: str):
    assert found(text, member.ana) == [("Carla Soto", "Número de socio del riego: SE-1024/b")]
    with acting(member.ana):
        assert AccessEntry.objects.filter(verb="citizen.find", citizen_id=member.carla.pk).exists()


@pytest.mark.parametrize("text", ["SE-1024", "1024", "E-1024/b"])
def test_not_by_a_part_of_it(member: World, text: str):
    assert found(text, member.ana) == []


def test_a_number_and_a_date_are_read_as_they_are_typed(member: World):
    made = [services.create_attribute(facts=MEMBER | {"label": kind, "kind": kind}, by=member.alma).code for kind in ("number", "date")]
    for code, value in zip(made, ("1500.5", "2019-03-12"), strict=True):
        state(member, code, value)
    assert [name for name, _why in found("1500,5", member.ana)] == ["Carla Soto"]
    assert [name for name, _why in found("12/03/2019", member.ana)] == ["Carla Soto"]


def test_not_by_one_that_is_not_marked_or_no_longer(member: World):
    state(member, "occupation", "Regadora mayor")
    assert found("regadora mayor", member.ana) == []
    code = services.create_attribute(facts=MEMBER | {"label": "Apodo", "searchable": False}, by=member.alma)
    state(member, code.code, "La Negra")
    assert found("la negra", member.ana) == []
    services.edit_attribute(code, changes={"searchable": True}, by=member.alma)
    assert found("la negra", member.ana) == [("Carla Soto", "Apodo: La Negra")]


def test_not_by_a_value_that_was_corrected(member: World):
    state(member, "numero-de-socio-del-riego", "SE-2048")
    assert found("SE-1024/b", member.ana) == []


def test_sur_finds_nobody_by_what_norte_states_not_even_with_an_agreement(member: World):
    services.create_attribute(facts=MEMBER, by=replace(member.alma, institution_id=member.sur.pk))
    factories.agreement(member.norte, member.sur, member.purpose, "citizen")
    assert found("SE-1024/b", replace(member.bruno, purpose_id=member.purpose.pk)) == []


def test_the_residence_of_a_protected_person_finds_nobody(member: World):
    code = services.create_attribute(facts=MEMBER | {"label": "Parcela", "category": "residence"}, by=member.alma).code
    state(member, code, "Lote 77")
    assert [name for name, _why in found("lote 77", member.ana)] == ["Carla Soto"]
    services.protect_citizen(member.carla, reason="A court orders it", by=member.sofia)
    assert found("lote 77", member.sofia) == []
    assert [name for name, _why in found("se 1024 b", member.sofia)] == ["Carla Soto"]


@pytest.mark.parametrize("kind", ["boolean", "money", "choice"])
def test_half_of_everybody_is_no_way_to_find_one(world: World, kind: str):
    with refused("invalid_searchable"):
        services.create_attribute(facts=MEMBER | {"kind": kind, "options": ["a", "b"]}, by=world.alma)


def test_the_page_and_the_list_while_typing_say_why(member: World):
    ana = member.browser(member.ana)
    for headers in ({}, {"HX-Request": "true"}):
        assert "Número de socio del riego: SE-1024/b" in ana.get("/desk/people/", {"q": "se 1024 b"}, headers=headers).content.decode()


def ask(agency: Agency, text: str, **body: Any) -> Any:
    return agency.web.post("/api/v1/citizens/search/", {"text": text, **body}, "application/json")


def test_another_system_finds_people_for_its_purpose_as_the_box_does(member: World):
    agency = Agency(member.norte, purpose=member.purpose)
    body = ask(agency, "se 1024 b").json()
    [carla] = body["results"]
    assert (carla["uid"], carla["name"], carla["reasons"]) == (
        str(member.carla.uid),
        "Carla Soto",
        ["Número de socio del riego: SE-1024/b"],
    )
    assert [each["name"] for each in ask(agency, "soto carla").json()["results"]] == ["Carla Soto"]
    with acting(member.ana):
        assert AccessEntry.objects.filter(verb="citizen.find", citizen_id=member.carla.pk, purpose_id=member.purpose.pk).count() == 2


def test_without_a_purpose_or_the_verb_it_finds_nobody(member: World):
    assert ask(Agency(member.norte), "carla").json()["code"] == "purpose_missing"
    assert ask(Agency(member.norte, verbs={"citizen.see"}, purpose=member.purpose), "carla").status_code == 403


def test_it_finds_nobody_of_another_institution(member: World):
    services.register_citizen(PersonData(given="Ludmila", surname="Zárate"), basis="present", by=member.bruno)
    assert ask(Agency(member.norte, purpose=member.purpose), "ludmila zarate").json()["results"] == []


@pytest.mark.parametrize("body", [{"text": "ab"}, {"text": "?!. -"}, {"text": "carla", "limit": 21}, {}, {"text": "x" * 121}])
def test_what_is_no_question_is_said_to_be_none(member: World, body: dict[str, Any]):
    agency = Agency(member.norte, purpose=member.purpose)
    assert agency.web.post("/api/v1/citizens/search/", body, "application/json").status_code == 400
