"""The record of somebody on the desk: panels, dialogs, the administrator's pages, and what the log says was read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import clear_script_prefix, reverse
from django.utils.timezone import now

from channels.models import Contact
from citizens import services
from citizens.models import Attribute, Citizen, Fact, Relationship
from czrm.institutions.models import User
from czrm.kit import near
from czrm.kit.actor import acting
from czrm.trail.models import AccessEntry
from tests import factories
from tests.world import World

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _outside_any_contact() -> Iterator[None]:
    yield
    clear_script_prefix()


@pytest.fixture
def ana(world: World) -> Browser:
    return world.browser(world.ana)


@pytest.fixture
def contact(world: World) -> str:
    """The address before every page of Ana's contact in progress."""
    with acting(world.ana):
        made = Contact.objects.create(
            institution=world.norte, user=User.objects.get(pk=world.ana.user_id), purpose=world.purpose, started_at=now()
        )
    return f"/@{made.code}"


def at(name: str, *keys: Any) -> str:
    clear_script_prefix()
    return reverse(f"citizens:{name}", args=keys)


def state(citizen: Citizen, by: Any, **what: Any) -> Fact:
    return services.state_fact(citizen, **{"attribute": "occupation", "value": "Profesora", "origin": "citizen"} | what, by=by)


def looks(world: World, verb: str) -> list[tuple[list[str], list[int]]]:
    with acting(factories.machine(world.norte)):
        return list(AccessEntry.objects.filter(verb=verb).order_by("pk").values_list("categories", "owners"))


def test_the_page_shows_values_by_category_with_source_proof_and_how_they_are_known(ana: Browser, world: World):
    state(world.carla, world.ana, evidence="Contrato de 2024", verified_how="original")
    state(world.carla, world.ana, attribute="household_size", value="4")
    page = ana.get(at("show", world.carla.uid)).text
    for words in ("Profesora", "Contrato de 2024", 'id="facts-work"', 'id="facts-family"', "badge good", "Norte"):
        assert words in page
    assert page.index('id="facts-family"') < page.index('id="facts-work"')
    assert looks(world, "fact.see") == [(["family", "work"], [])]


def test_other_sources_of_the_same_stand_folded_under_it_and_the_log_says_whose(ana: Browser, world: World, contact: str):
    state(world.carla, world.ana)
    state(world.carla, world.bruno, value="Enfermera", verified_how="register")
    page = ana.get(f"{contact}{at('facts', world.carla.uid)}").text
    assert "Enfermera" not in page
    assert world.purpose.name in page  # which agreement would open a better one
    world.agreement("citizen", "work")
    near.forget_all()
    page = ana.get(f"{contact}{at('facts', world.carla.uid)}").text
    assert page.index("Enfermera") < page.index("Profesora")
    assert looks(world, "fact.see") == [(["work"], []), (["work"], [world.sur.pk])]


def test_the_form_follows_the_kind_of_what_is_stated(ana: Browser, world: World):
    where = at("fact_new", world.carla.uid)
    assert "fact_value" not in ana.get(where, headers=HTMX).text
    for code, mark in (("disability", 'type="radio"'), ("marital_status", "<select"), ("monthly_income", 'inputmode="decimal"'),
                       ("residence_since", 'placeholder="dd/mm'), ("occupation", 'id="fact_value"')):  # fmt: skip
        assert mark in ana.get(f"{where}?attribute={code}", headers=HTMX).text.partition("</select>")[2], code
    assert "turnover" not in ana.get(where, headers=HTMX).text  # of organisations


def test_a_value_is_stated_anew_from_the_page_and_the_panel_comes_back(ana: Browser, world: World):
    state(world.carla, world.ana)
    where = at("fact_new", world.carla.uid)
    said = {"attribute": "monthly_income", "value": "540.000", "origin": "document", "observed_on": "1/3/2026", "verified_how": "original"}
    answer = ana.post(where, said | {"value": "mucho"}, headers=HTMX)
    assert answer.status_code == 422
    assert 'value="mucho"' in answer.text
    answer = ana.post(where, said, headers=HTMX)
    assert (answer.status_code, answer["HX-Retarget"]) == (200, "#facts")
    assert "540.000" in answer.text.replace("\xa0", ".")
    with acting(world.ana):
        assert Fact.objects.get(attribute="monthly_income").value == "540000"


def test_a_value_is_verified_and_taken_back_from_the_page(ana: Browser, world: World):
    fact = state(world.carla, world.ana)
    assert "Profesora" not in ana.get(at("fact_verify", fact.uid), headers=HTMX).text
    assert "badge good" in ana.post(at("fact_verify", fact.uid), {"how": "original"}, headers=HTMX).text
    assert ana.post(at("fact_retire", fact.uid), {"reason": ""}, headers=HTMX).status_code == 422
    assert "Profesora" not in ana.post(at("fact_retire", fact.uid), {"reason": "Wrong"}, headers=HTMX).text


@pytest.mark.parametrize("name", ["fact_verify", "fact_retire"])
def test_another_s_word_has_no_such_page_even_where_it_is_read(ana: Browser, world: World, contact: str, name: str):
    fact = state(world.carla, world.bruno)
    world.agreement("citizen", "work")
    assert ana.get(f"{contact}{at('facts', world.carla.uid)}").text.count("Profesora")
    assert ana.get(f"{contact}{at(name, fact.uid)}").status_code == 404
    assert ana.get(at(name, fact.uid)).status_code == 404


def test_a_relationship_is_added_from_the_page_and_stands_on_both(ana: Browser, world: World):
    lucia = factories.citizen("Lucía", "Soto", "16123456-8", world.norte)
    found = ana.get(f"{at('people')}?other_text=lucia soto", headers=HTMX).text
    assert f'data-value="{lucia.uid}"' in found
    where = at("relationship_new", world.carla.uid)
    assert ana.get(where, headers=HTMX).status_code == 200
    assert ana.post(where, {"role": "child", "other": "", "other_text": "Luc"}, headers=HTMX).status_code == 422
    answer = ana.post(where, {"role": "child", "other": str(lucia.uid)}, headers=HTMX)
    assert (answer["HX-Retarget"], "Lucía Soto" in answer.text) == ("#relationships", True)
    assert f'href="{at("show", world.carla.uid)}"' in ana.get(at("relationships", lucia.uid)).text
    assert looks(world, "relationship.see")[-1] == (["family"], [])
    with acting(world.ana):
        row = Relationship.objects.get()
    assert (row.kind, row.citizen_id) == ("parent", world.carla.pk)
    where = f"{at('relationship_retire', row.uid)}?of=other"
    assert ana.get(where, headers=HTMX).status_code == 200
    assert "Carla" not in ana.post(where, {"reason": "Wrong person"}, headers=HTMX).text


def test_whom_one_may_not_see_is_not_named(ana: Browser, world: World, contact: str):
    services.state_relationship(world.carla, kind="spouse", other=world.dario, by=world.bruno)
    world.agreement("family")
    page = ana.get(f"{contact}{at('relationships', world.carla.uid)}").text
    assert str(world.dario.uid) not in page
    assert "Darío" not in page
    assert looks(world, "relationship.see") == [(["family"], [world.sur.pk])]


@pytest.mark.parametrize(("state", "gone"), [("deceased", ["contact-points/new/"]), ("blocked", ["facts/new/", "cases/new/"])])
def test_the_page_says_what_a_state_forbids_and_does_not_offer_it(ana: Browser, world: World, state: str, gone: list[str]):
    before = ana.get(at("show", world.carla.uid)).text
    services.correct_citizen(world.carla, changes={"state": state}, reason="x", by=world.ana)
    page = ana.get(at("show", world.carla.uid)).text
    assert "alert neutral" in page
    for words in gone:
        assert words in before
        assert words not in page
    assert "correction/" in page


def test_of_a_protected_person_the_address_does_not_reach_the_page(ana: Browser, world: World):
    state(world.carla, world.ana, attribute="residence", value="Calle Uno 1", evidence="Cuenta de Calle Uno")
    state(world.carla, world.ana)
    factories.protected(world.carla, world.sofia, world.ana)
    page = ana.get(at("facts", world.carla.uid)).text
    assert "Calle Uno" not in page
    assert "Profesora" in page


OF_A_PERSON = ("facts", "fact_new", "relationships", "relationship_new")


@pytest.mark.parametrize("name", OF_A_PERSON)
def test_who_is_not_norte_s_is_not_there(ana: Browser, world: World, name: str):
    assert ana.get(at(name, world.dario.uid)).status_code == 404


@pytest.mark.parametrize("name", OF_A_PERSON)
def test_an_administrator_reads_no_one_s_record(world: World, name: str):
    assert world.browser(world.alma).get(at(name, world.carla.uid)).status_code == 403


def test_an_officer_who_reads_somebody_by_an_agreement_states_nothing(ana: Browser, world: World, contact: str):
    state(world.dario, world.bruno)
    world.agreement("citizen", "work")
    page = ana.get(f"{contact}{at('facts', world.dario.uid)}").text
    assert "Profesora" in page
    assert "facts/new/" not in page


FORM = {"label": "Número de socio", "hint": "", "category": "work", "kind": "number", "lines": ""}


def test_the_administrator_adds_edits_and_retires_an_attribute(world: World):
    alma = world.browser(world.alma)
    assert alma.get(at("attributes")).status_code == 200
    assert at("attributes") in alma.get(reverse("institutions:administration")).text
    assert alma.post(at("attribute_new"), FORM | {"label": ""}).status_code == 422
    assert alma.post(at("attribute_new"), FORM | {"kind": "choice", "lines": "uno"}).status_code == 422
    assert alma.post(at("attribute_new"), FORM | {"searchable": "on"}).status_code == 302
    with acting(world.alma):
        made = Attribute.objects.get()
    assert (made.code, made.searchable) == ("numero-de-socio", True)
    assert "Número de socio" in world.browser(world.ana).get(at("fact_new", world.carla.uid), headers=HTMX).text
    assert alma.post(at("attribute", made.uid), FORM | {"label": "Socio del riego"}).status_code == 302
    assert alma.post(at("attribute_retire", made.uid)).status_code == 302
    assert "Socio del riego" in alma.get(at("attributes")).text
    assert "Socio del riego" not in world.browser(world.ana).get(at("fact_new", world.carla.uid), headers=HTMX).text
    assert alma.post(at("attribute", made.uid), FORM).status_code == 302
    with acting(world.alma):
        assert Attribute.objects.get().active


def test_another_institution_s_attribute_has_no_page_here(world: World):
    made = services.create_attribute(facts={"label": "x", "category": "work", "kind": "text"}, by=world.alma)
    bruna = world.browser(factories.clerk("Bruna", world.sur, "administrator"))
    assert bruna.get(at("attribute", made.uid)).status_code == 404
    assert bruna.post(at("attribute_retire", made.uid)).status_code == 404
    assert world.browser(world.ana).get(at("attributes")).status_code == 403


def test_the_better_value_is_told_for_the_purpose_of_the_contact(ana: Browser, world: World):
    state(world.carla, world.bruno)
    page = ana.get(at("facts", world.carla.uid)).text
    assert "elsewhere" in page
    assert "Profesora" not in page
    assert "Sur" not in page.replace("Surname", "")
