"""Ways round a protection that were tried: each tells of the person as little as of somebody who is not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.utils.translation import override

from channels import delivery
from channels.models import Notice
from channels.portal import mandates as portal
from channels.portal.mandates import Named
from citizens import definers, services
from citizens.models import Citizen, Clearance, ContactPoint
from citizens.services import record
from czrm.institutions.models import User
from czrm.kit.actor import acting
from czrm.kit.refused import Refused
from czrm.trail.models import AccessEntry, Event
from tests import factories
from tests.channels.scenes import notices
from tests.channels.test_notices import hand_on_all
from tests.channels.test_sending import YESTERDAY, Provider
from tests.world import World

NOW = "She is at the counter and in danger"
ELENA = Named("cl.rut", "15.234.567-4", "Soto")
CARLA = ("cl.rut", "12.345.678-5")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def elena(world: World) -> Citizen:
    return factories.citizen("Elena", "Soto", "15234567-4", world.norte)


def test_who_names_an_agent_at_the_portal_is_not_told_that_a_protected_person_is_known_here(world: World, elena: Citizen) -> None:
    found = portal.find_agent(ELENA, by=world.visitor)
    assert found == elena
    factories.protected(elena, world.sofia)
    assert portal.find_agent(ELENA, by=world.visitor) is None


def test_the_reason_of_a_broken_glass_does_not_hold_back_what_the_supervisor_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = Provider()
    monkeypatch.setattr(delivery, "transports", lambda: {"email": provider})
    User.objects.filter(pk=world.sofia.user_id).update(email="sofia@example.org")
    factories.protected(world.carla, world.sofia)
    services.break_glass(*CARLA, birth=None, surname="Soto", reason=f"{NOW} {{code}}", by=world.ana)
    hand_on_all()
    with acting(factories.machine(world.norte)):
        Notice.objects.update(due_at=YESTERDAY)
    delivery.deliver()
    [notice] = [each for each in notices(world.norte) if each.kind == "citizen.glass_broken"]
    assert notice.status == Notice.Status.SENT
    assert provider.took == ["sofia@example.org"]


@pytest.mark.parametrize("category", ["contact", "residence"])
def test_nobody_finds_a_protected_person_by_words_that_may_say_where_they_are(world: World, category: str) -> None:
    facts = {"label": "Where", "category": category, "kind": "text", "searchable": True}
    code = services.create_attribute(facts=facts, by=world.alma).code
    services.state_fact(world.carla, attribute=code, value="Pasaje Escondido 7", origin="office", by=world.ana)
    with acting(world.sofia):
        assert definers.find_by_fact(["Pasaje Escondido 7"], 9)
    factories.protected(world.carla, world.sofia)
    with acting(world.sofia):
        assert definers.find_by_fact(["Pasaje Escondido 7"], 9) == []
        assert definers.find_by_fact(["Carla"], 9) == []


def test_what_an_agreement_does_not_open_is_not_read_by_the_statement_of_the_search(world: World) -> None:
    """Darío is of Sur alone; it opens who he is and nothing else."""
    with acting(factories.machine(world.sur)):
        for kind, value in (("phone", "+56912345678"), ("address", "Los Tilos 240, Valle Sereno")):
            ContactPoint.objects.create(institution=world.sur, citizen=world.dario, kind=kind, value=value)
    ana = replace(world.ana, purpose_id=world.purpose.pk)
    for scopes, points in (((), None), (("citizen",), 0), (("citizen", "identity"), 0), (("citizen", "contact"), 2), (("contact",), None)):
        made = world.agreement(*scopes) if scopes else None
        with acting(ana):
            rows = definers.people([world.dario.pk])
            found = services.find_citizens("Darío Rojas", by=ana).found
        assert [len(row[-1]) for row in rows] == ([] if points is None else [points]), scopes
        assert [each.place for each in found] == ([] if points is None else ["Valle Sereno" if points else ""]), scopes
        if made:
            with acting(factories.machine(world.sur)):
                definers._all("select czrm.end_agreement(%s, 'revoked', '')", [made.pk])
    with acting(world.ana):  # for no purpose
        assert definers.people([world.dario.pk]) == []


def test_nobody_breaks_the_glass_of_a_stranger_for_no_purpose(world: World) -> None:
    """It would tell, without a contact, that somebody with this document is protected somewhere."""
    este = factories.institution("Este", "ES")
    ivo = factories.clerk("Ivo", este, "officer")
    factories.protected(world.carla, world.sofia)
    proof = {"birth": None, "surname": "Soto", "reason": NOW}
    with pytest.raises(Refused, match="do not match"):
        services.break_glass(*CARLA, **proof, by=ivo)
    with acting(world.sofia):
        assert not Clearance.objects.filter(how="glass").exists()
    assert services.break_glass(*CARLA, **proof, by=replace(ivo, purpose_id=world.purpose.pk)).uid is None


def test_an_alert_and_an_entry_go_with_every_opening_and_an_open_glass_is_not_made_longer(world: World) -> None:
    factories.protected(world.carla, world.sofia)
    with pytest.raises(ZeroDivisionError), acting(world.ana):
        services.break_glass(*CARLA, birth=None, surname="Soto", reason=NOW, by=world.ana)
        raise ZeroDivisionError
    with acting(world.ana):
        assert not Citizen.objects.filter(pk=world.carla.pk).exists()
    services.break_glass(*CARLA, birth=None, surname="Soto", reason=NOW, by=world.ana)
    with pytest.raises(Refused, match="do not match"):
        services.break_glass(*CARLA, birth=None, surname="Soto", reason=NOW, by=world.ana)
    with acting(world.sofia):
        assert Clearance.objects.filter(how="glass").count() == 1
        assert Event.objects.filter(kind="citizen.glass_broken").count() == 1
    with acting(world.pablo):
        assert AccessEntry.objects.filter(verb="citizen.break_glass", citizen_id=world.carla.pk).count() == 1


def test_the_tax_domicile_is_where_somebody_lives(world: World) -> None:
    services.state_fact(world.carla, attribute="tax_domicile", value="Pasaje Escondido 7", origin="office", by=world.ana)
    services.state_fact(world.carla, attribute="tax_regime", value="General", origin="office", by=world.ana)
    factories.protected(world.carla, world.sofia)
    with acting(world.sofia):
        lines = [line for _category, found in record.facts_of(Citizen.objects.get(), by=world.sofia).sections for line in found]
    assert {line.definition.code: line.hidden for line in lines} == {"tax_domicile": True, "tax_regime": False}
