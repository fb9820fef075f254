"""Somebody brings a request for another: asked at the desk and at the API, told on the case and its receipt."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import Case, Entry
from cases.services import open_case
from channels.services import start_contact
from citizens import services
from citizens.mandates import for_procedures
from citizens.models import Citizen, Mandate
from czrm.kit.actor import acting
from czrm.kit.refused import Refused
from czrm.trail.models import Event
from tests import factories
from tests.api.test_agency import Agency
from tests.world import World


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def elena(world: World) -> Citizen:
    return factories.citizen("Elena", "Soto", "15234567-4", world.norte)


def mandate(world: World, agent: Citizen, *acts: str, **fields: Any) -> Mandate:
    acts = acts or tuple(for_procedures([world.procedure.slug]))
    given = {"principal": world.carla, "agent": agent, "acts": acts, "ground": "person", "evidence": "Poder", "by": world.ana} | fields
    return services.grant_mandate(**given)


def brought(world: World, agent: Citizen | None, **more: Any) -> Any:
    wanted = {"procedure": world.procedure, "citizen": world.carla, "title": "Sin luz", "channel": "counter", "by": world.ana}
    return open_case(**wanted | {"agent": agent} | more)


def test_what_an_agent_brings_says_who_brought_it(world: World, elena: Citizen) -> None:
    mandate(world, elena)
    opened = brought(world, elena)
    with acting(world.ana):
        assert Case.objects.get().agent == elena
        assert Event.objects.get(kind="case.opened").data["agent"] == str(elena.uid)
        assert Entry.objects.get().presented_by == "Elena Soto, por Carla Soto"
    page = html.unescape(world.browser(world.ana).get(reverse("cases:show", args=[opened.case.number])).text)
    assert reverse("citizens:show", args=[elena.uid]) in page


@pytest.mark.parametrize(
    ("grant", "asked", "code"),
    [
        (None, {}, "mandate.none"),
        ({"acts": ["consents.give"]}, {}, "mandate.other_act"),
        ({"channels": ["portal"]}, {}, "mandate.channel"),
        ({"acts": ["*"]}, {"citizen": None}, "agent.for_nobody"),
    ],
)
def test_without_a_mandate_that_covers_it_nothing_is_opened(
    world: World, elena: Citizen, grant: dict[str, Any] | None, asked: dict[str, Any], code: str
) -> None:
    if grant is not None:
        mandate(world, elena, *grant.pop("acts", ()), **grant)
    with pytest.raises(Refused) as no:
        brought(world, elena, **asked)
    assert no.value.code == code
    with acting(world.ana):
        assert not Case.objects.exists()


def test_a_revoked_mandate_opens_nothing_more(world: World, elena: Citizen) -> None:
    held = mandate(world, elena)
    brought(world, elena)
    services.revoke_mandate(held, ender="person", why="", by=world.ana)
    with pytest.raises(Refused) as no:
        brought(world, elena)
    assert no.value.code == "mandate.revoked"


def test_who_brings_their_own_is_nobody_s_agent(world: World) -> None:
    opened = brought(world, world.carla)
    assert opened.case.agent is None
    assert opened.entry.presented_by == "Carla Soto"


def test_an_agent_of_another_institution_is_not_found(world: World) -> None:
    with pytest.raises(Citizen.DoesNotExist):
        brought(world, world.dario)


def test_without_an_agent_nothing_more_is_asked(world: World, elena: Citizen) -> None:
    mandate(world, elena)
    brought(world, None, paper=False)
    with CaptureQueriesContext(connection) as queries:
        brought(world, None, paper=False)
    assert not [query["sql"] for query in queries if "citizens_mandate" in query["sql"]]


def address(world: World) -> str:
    return f"{reverse('cases:new')}?citizen={world.carla.uid}&procedure={world.procedure.uid}"


def test_the_desk_asks_who_brings_it_only_where_somebody_may(world: World, elena: Citizen) -> None:
    browser = world.browser(world.ana)
    assert 'name="agent"' not in browser.get(address(world)).text
    mandate(world, elena)
    assert f'value="{elena.uid}"' in browser.get(address(world)).text
    said = {"title": "Sin luz", "channel": "counter", "agent": str(elena.uid)}
    assert browser.post(address(world), said).status_code == 302
    with acting(world.ana):
        assert Case.objects.get().agent == elena


def test_who_is_attended_now_is_proposed(world: World, elena: Citizen) -> None:
    mandate(world, elena)
    contact = start_contact(channel="counter", purpose=world.purpose, citizen=elena, by=world.ana)
    page = world.browser(world.ana).get(f"/@{contact.code}{address(world)}").text
    assert f'<option value="{elena.uid}" selected>' in page


def test_the_desk_s_choice_is_checked_again_with_the_channel(world: World, elena: Citizen) -> None:
    mandate(world, elena, channels=["portal"])
    said = {"title": "Sin luz", "channel": "phone", "agent": str(elena.uid)}
    answer = world.browser(world.ana).post(address(world), said)
    assert answer.status_code == 422
    said["agent"] = str(world.dario.uid)
    assert world.browser(world.ana).post(address(world), said).status_code == 422


CARLA = {"kind": "cl.rut", "number": "12345678-5", "surname": "Soto"}
ELENA = {"kind": "cl.rut", "number": "15234567-4", "surname": "Soto"}


def test_the_api_files_for_another_with_a_mandate_only(world: World, elena: Citizen) -> None:
    agency = Agency(world.norte, purpose=world.purpose)
    refused = agency.file(world.procedure.slug, citizen=CARLA, agent=ELENA)
    assert (refused.status_code, refused.json()["code"]) == (409, "mandate.none")
    held = mandate(world, elena)
    filed = agency.file(world.procedure.slug, citizen=CARLA, agent=ELENA)
    assert filed.status_code == 201, filed.content
    with acting(world.ana):
        assert Case.objects.get().agent == elena
    services.revoke_mandate(held, ender="person", why="", by=world.ana)
    assert agency.file(world.procedure.slug, citizen=CARLA, agent=ELENA).json()["code"] == "mandate.revoked"
    assert agency.file(world.procedure.slug, agent=ELENA).json()["code"] == "agent.for_nobody"


def test_a_case_of_sur_is_not_brought_by_a_mandate_of_norte(world: World) -> None:
    shared = factories.citizen("Elena", "Soto", "15234567-4", world.norte, world.sur)
    mandate(world, shared, "*")
    with pytest.raises(Refused) as no:
        brought(world, shared, procedure=world.procedure_of_sur, by=world.bruno)
    assert no.value.code == "mandate.none"


def test_who_may_not_open_cases_opens_none_for_another(world: World, elena: Citizen) -> None:
    mandate(world, elena)
    with pytest.raises(PermissionDenied):
        brought(world, elena, by=world.pablo)
