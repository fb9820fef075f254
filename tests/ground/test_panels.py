"""What is drawn with a page: each part by its own verb and with its own look, and no part may take the page with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import clear_script_prefix

from cases.views import showing
from channels.views import contacts
from czrm.institutions import roles
from czrm.kit import near
from czrm.kit.actor import acting
from czrm.kit.opened import OpenAgreement
from czrm.trail.access import looked, together
from czrm.trail.models import AccessEntry
from tests.channels.scenes import at, contact, said
from tests.factories import machine
from tests.world import World

FAILED = "data-failed-panel"
RECORD = {
    "fact.see",
    "relationship.see",
    "mandate.see",
    "consent.see",
    "point.see",
}  # parts of the record below: their looks are tested there
SCOPES = ("citizen", "case", "contact", "event", "interaction")


@pytest.fixture(autouse=True)
def _outside_any_contact() -> Iterator[None]:
    """The address of a contact stays with the thread until its next request."""
    yield
    clear_script_prefix()


@pytest.fixture
def ana(world: World) -> Browser:
    assert world.case_of_norte
    return world.browser(world.ana)


def page(world: World) -> str:
    return at("citizens:show", world.carla.uid)


def looks(world: World) -> list[tuple[Any, ...]]:
    with acting(machine(world.norte)):
        found = AccessEntry.objects.exclude(verb__in=RECORD).order_by("pk")
        return list(found.values_list("verb", "subject", "categories", "page_view"))


def verbs(world: World) -> set[str]:
    return {look[0] for look in looks(world)}


def remembered(world: World) -> tuple[str, int, int]:
    return ("agreements", world.norte.pk, world.purpose.pk)


def addresses(world: World) -> list[str]:
    """In a contact with its purpose: the page of a citizen of both institutions, its panels, and the page of one of Sur only."""
    code = contact(world).code
    carla = [at(name, world.carla.uid) for name in ("citizens:show", "cases:of", "channels:of")]
    return [f"/@{code}{address}" for address in [*carla, at("citizens:show", world.dario.uid)]]


def seen(world: World, ana: Browser, where: list[str]) -> list[object]:
    """Which of the three name the case of Sur and what it is about, and what the page of Darío answers."""
    answers = [ana.get(address) for address in where]
    named = [world.case_of_sur.number in answer.text or "Beca de Sur" in answer.text for answer in answers[:3]]
    return [*named, *[answer.status_code for answer in answers]]


@pytest.mark.parametrize("how", ["revoked", "suspended"])
def test_what_an_agreement_opened_closes_at_the_next_request_though_it_is_remembered(world: World, ana: Browser, how: str):
    agreement = world.agreement(*SCOPES)
    said("case.opened", world.case_of_sur, procedure="Beca de Sur")
    where = addresses(world)
    assert seen(world, ana, where) == [True, True, True, 200, 200, 200, 200]
    with acting(machine(world.sur)), connection.cursor() as cursor:
        cursor.execute("select czrm.end_agreement(%s, %s)", [agreement.pk, how])
    assert [opened.provider_id for opened in near.recalled(remembered(world))] == [world.sur.pk]
    assert seen(world, ana, where) == [False, False, False, 200, 200, 200, 404]
    assert near.recalled(remembered(world))  # and it still was


@pytest.mark.parametrize(("days", "status"), [(-1, "in_force"), (1, "draft")])
def test_whatever_is_remembered_the_policy_decides(world: World, ana: Browser, days: int, status: str):
    world.agreement(*SCOPES, days=days, status=status)
    said("case.opened", world.case_of_sur, procedure="Beca de Sur")
    where = addresses(world)
    near.keep(remembered(world), [OpenAgreement(0, world.sur.pk, list(SCOPES), [])])
    assert seen(world, ana, where) == [False, False, False, 200, 200, 200, 404]


def test_a_page_and_its_panels_are_looks_of_one_page_view_in_one_statement(world: World, ana: Browser):
    with CaptureQueriesContext(connection) as queries:
        assert ana.get(page(world)).status_code == 200
    carla = f"citizens.citizen:{world.carla.pk}"
    found = looks(world)
    assert found[0][:2] == ("citizen.see", carla)  # the page before its panels
    assert ("case.see", carla, ["case"]) in [look[:3] for look in found]
    assert verbs(world) >= {"citizen.see", "contact.see", "case.see"}
    assert len({look[3] for look in found}) == 1
    assert len([query for query in queries if "insert into trail_accessentry" in query["sql"]]) == 1


def test_a_panel_fetched_by_itself_is_a_look_of_its_own(world: World, ana: Browser):
    assert world.case_of_norte.number in ana.get(at("cases:of", world.carla.uid)).text
    assert [look[0] for look in looks(world)] == ["case.see"]


def wrong_sql(*_args: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select 1 / 0")


def wrong_key(*_args: object) -> None:
    raise KeyError("x")


@pytest.mark.parametrize("wrong", [wrong_sql, wrong_key])
def test_a_panel_that_breaks_leaves_the_page_whole_and_can_be_tried_again(world: World, ana: Browser, monkeypatch, wrong):
    monkeypatch.setattr(showing, "short", wrong)
    shown = ana.get(page(world))
    assert shown.status_code == 200
    assert shown.text.count(FAILED) == 2  # the place, and the button that aims at it
    assert f'hx-get="{at("cases:of", world.carla.uid)}"' in shown.text
    assert ' id="history"' in shown.text
    assert world.case_of_norte.number not in shown.text
    assert "case.see" not in verbs(world)
    assert verbs(world) >= {"citizen.see", "contact.see"}
    monkeypatch.undo()
    again = ana.get(at("cases:of", world.carla.uid), headers={"HX-Request": "true"})
    assert world.case_of_norte.number in again.text


def test_a_panel_is_not_drawn_for_whoever_may_not_see_it(world: World, ana: Browser, monkeypatch):
    held = roles.verbs_held
    monkeypatch.setattr(
        "czrm.institutions.entrance.roles.verbs_held",
        lambda user: {institution: verbs - {"case.see"} for institution, verbs in held(user).items()},
    )
    shown = ana.get(page(world))
    assert (shown.status_code, FAILED in shown.text, ' id="cases"' in shown.text) == (200, False, False)
    assert "case.see" not in verbs(world)
    assert verbs(world) >= {"citizen.see", "contact.see"}


def test_what_the_page_is_asked_for_does_not_reach_its_panels(world: World, ana: Browser):
    said("case.opened", world.case_of_norte, procedure="Poda")
    shown = ana.get(f"{page(world)}?show=notices&older=2020-01-01T00:00:00Z").text
    assert "Poda" in shown
    assert ' id="history"' in shown


@pytest.mark.parametrize("name", ["institutions:home", "cases:queue", "citizens:search", "citizens:show"])
def test_the_top_bar_comes_with_the_page(world: World, ana: Browser, name: str):
    code = contact(world).code
    shown = ana.get(f"/@{code}{at(name, *([world.carla.uid] if name == 'citizens:show' else []))}").text
    assert f'href="/@{code}/desk/contacts/{code}/"' in shown
    assert f'hx-get="/@{code}/desk/contacts/bar/" hx-trigger="contacts-changed from:body"' in shown


def test_a_top_bar_that_breaks_is_fetched_by_itself(world: World, ana: Browser, monkeypatch):
    monkeypatch.setattr(contacts, "unread", wrong_sql)
    shown = ana.get(page(world))
    assert shown.status_code == 200
    assert 'hx-trigger="load, contacts-changed from:body"' in shown.text
    assert verbs(world) >= {"citizen.see", "contact.see", "case.see"}


@pytest.mark.parametrize("name", ["cases:of", "cases:queue"])
def test_htmx_takes_a_part_and_does_not_ask_for_the_top_bar(world: World, ana: Browser, name: str):
    address = at(name, *([world.carla.uid] if name == "cases:of" else []))
    with CaptureQueriesContext(connection) as queries:
        assert ana.get(address, headers={"HX-Request": "true"}).status_code == 200
    assert not [query for query in queries if "channels_contact" in query["sql"]]


def test_looks_are_gathered_for_one_actor_only_and_lost_if_it_fails(world: World):
    other = machine(world.norte)
    with acting(world.ana), together(world.ana):
        looked(world.carla, "citizen.see", by=world.ana)
        with acting(other):
            looked(world.carla, "case.see", by=other)
        assert [look[0] for look in looks(world)] == ["case.see"]
    assert [look[0] for look in looks(world)] == ["case.see", "citizen.see"]
    with pytest.raises(ZeroDivisionError), acting(world.ana), together(world.ana):
        looked(world.carla, "citizen.see", by=world.ana)
        raise ZeroDivisionError
    assert len(looks(world)) == 2
