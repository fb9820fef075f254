"""Scenes of granting and revoking mandates, and of asking them at the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate, localtime, now

from citizens import services
from citizens.mandates import for_procedures
from citizens.models import Citizen, Mandate
from czrm.kit.actor import Clerk, acting
from czrm.kit.refused import Refused
from czrm.trail.models import Event
from tests import factories
from tests.portal.scenes import pdf
from tests.world import World

from .conftest import events


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def elena(world: World) -> Citizen:
    """Carla's daughter, of age, attended by Norte."""
    return factories.citizen("Elena", "Soto", "15234567-4", world.norte, birth=date(1999, 4, 2))


@pytest.fixture
def tomas(world: World) -> Citizen:
    """Carla's son, a minor."""
    return factories.citizen("Tomás", "Soto", "24965885-5", world.norte, birth=localdate().replace(day=1) - timedelta(days=3000))


def grant(world: World, **fields: Any) -> Mandate:
    given = {
        "principal": world.carla, "acts": ["*"], "ground": "person", "evidence": "Poder notarial, repertorio 1.234", "by": world.ana,
    } | fields  # fmt: skip
    return services.grant_mandate(**given)


def refusal(world: World, **fields: Any) -> str:
    with pytest.raises(Refused) as no:
        grant(world, **fields)
    return no.value.code


def test_a_mandate_is_kept_with_its_evidence_and_told_in_the_history_of_both(world: World, elena: Citizen) -> None:
    acts = for_procedures([world.procedure.slug])
    mandate = grant(world, agent=elena, acts=acts, channels=["portal"], document=pdf("poder firmado.pdf"))
    with acting(world.ana):
        kept = Mandate.objects.get()
        assert (kept.principal, kept.agent, kept.acts, kept.channels, kept.ground) == (world.carla, elena, acts, ["portal"], "person")
        assert (kept.evidence, kept.by, kept.valid_until) == ("Poder notarial, repertorio 1.234", "Ana", None)
        assert kept.document_name == "poder firmado.pdf"
        assert "poder" not in kept.document.name
        assert kept.document.read().startswith(b"%PDF")
        said = Event.objects.filter(kind="mandate.granted").order_by("pk")
        assert [(event.citizen_id, event.data["way"], event.public) for event in said] == [
            (world.carla.pk, "principal", True), (elena.pk, "agent", True),
        ]  # fmt: skip
        assert {event.data["mandate"] for event in said} == {str(mandate.uid)}


def test_the_guardian_of_a_minor_acts_until_they_come_of_age(world: World, tomas: Citizen) -> None:
    mandate = grant(world, principal=tomas, agent=world.carla, ground="law", evidence="Certificado de nacimiento")
    assert tomas.birth is not None
    assert mandate.valid_until is not None
    assert localtime(mandate.valid_until).date() == tomas.birth.replace(year=tomas.birth.year + 18)
    with acting(world.ana):
        ask = {"channel": "counter", "by": world.ana}
        assert services.may_act(world.carla, tomas, "cases.open:school-meals", **ask).mandate == mandate
        assert services.may_act(world.carla, tomas, "cases.open:x", at=mandate.valid_until, **ask).reason == "ended"


def test_an_earlier_end_of_a_guardian_counts(world: World, tomas: Citizen) -> None:
    soon = now() + timedelta(days=90)
    assert grant(world, principal=tomas, agent=world.carla, ground="law", valid_until=soon).valid_until == soon


def test_a_company_has_agents(world: World) -> None:
    person = services.PersonData(kind="organisation", name="Panadería La Espiga SpA", id_kind="cl.rut", id_number="76.543.210-3")
    bakery = services.register_citizen(person, basis="present", by=world.ana)
    mandate = grant(world, principal=bakery, agent=world.carla, ground="law", acts=["cases.*", "documents.*"], evidence="Estatutos")
    assert mandate.valid_until is None
    with acting(world.ana):
        assert services.may_act(world.carla, bakery, "cases.open:shop-licence", channel="counter", by=world.ana).allowed
        assert services.may_act(world.carla, bakery, "consents.give", channel="counter", by=world.ana).reason == "other_act"


def test_a_court_names_a_guardian_of_an_adult(world: World, elena: Citizen) -> None:
    assert grant(world, agent=elena, ground="court", evidence="Sentencia, rol C-12-2026").ground == "court"


def test_everybody_acts_for_themselves(world: World) -> None:
    with acting(world.ana):
        assert services.may_act(world.carla, world.carla, "cases.open:x", channel="phone", by=world.ana).allowed


def test_what_is_refused(world: World, elena: Citizen, tomas: Citizen) -> None:
    dead = factories.citizen("Rosa", "Paz", "11111111-1", world.norte, birth=date(1930, 1, 1))
    services.correct_citizen(dead, changes={"state": "deceased"}, reason="Certificado de defunción", by=world.ana)
    ageless = services.register_citizen(services.PersonData(given="Luis"), basis="present", by=world.ana)
    yesterday = now() - timedelta(days=1)
    assert refusal(world, agent=world.carla) == "mandate.oneself"
    assert refusal(world, agent=dead) == "mandate.gone"
    assert refusal(world, principal=dead, agent=elena) == "mandate.gone"
    assert refusal(world, agent=elena, evidence="  ") == "mandate.evidence"
    assert refusal(world, agent=elena, acts=[]) == "mandate.acts"
    assert refusal(world, agent=elena, acts=["cases"]) == "mandate.acts"
    assert refusal(world, agent=elena, acts=["cases.open:no-such-thing"]) == "mandate.procedure"
    assert refusal(world, agent=elena, ground="custom") == "mandate.ground"
    assert refusal(world, principal=tomas, agent=elena) == "mandate.minor"
    assert refusal(world, agent=elena, ground="law") == "mandate.of_age"
    assert refusal(world, principal=ageless, agent=elena, ground="law") == "mandate.birth"
    assert refusal(world, agent=elena, valid_until=yesterday) == "mandate.dates"
    assert refusal(world, agent=elena, document=SimpleUploadedFile("x.pdf", b"MZ\x00")) == "upload.mismatch"
    with acting(world.ana):
        assert not Mandate.objects.exists()
    assert "mandate.granted" not in events(world.ana)


def test_the_same_mandate_is_not_recorded_twice(world: World, elena: Citizen) -> None:
    first = grant(world, agent=elena)
    assert refusal(world, agent=elena) == "mandate.already"
    services.revoke_mandate(first, ender="person", why="", by=world.ana)
    assert grant(world, agent=elena).pk != first.pk


def test_whom_the_institution_does_not_attend_gets_no_mandate_here(world: World) -> None:
    with pytest.raises(Citizen.DoesNotExist):  # Darío is of Sur only
        grant(world, agent=world.dario)
    world.agreement("citizen")
    assert refusal(world, agent=world.dario, by=replace(world.ana, purpose_id=world.purpose.pk)) == "not_attended"


@pytest.mark.parametrize(("ground", "ender"), [("person", "person"), ("person", "agent"), ("court", "court"), ("court", "office")])
def test_a_mandate_is_revoked(world: World, elena: Citizen, ground: str, ender: str) -> None:
    mandate = grant(world, agent=elena, ground=ground)
    services.revoke_mandate(mandate, ender=ender, why="Resolución 7", by=world.ana)
    with acting(world.ana):
        kept = Mandate.objects.get()
        assert (kept.revoked_as, kept.revoked_by, kept.revoked_why) == (ender, "Ana", "Resolución 7")
        assert services.may_act(elena, world.carla, "cases.see", channel="phone", by=world.ana).reason == "revoked"
        assert Event.objects.filter(kind="mandate.revoked", data__ender=ender).count() == 2
    with pytest.raises(Refused) as again:
        services.revoke_mandate(mandate, ender=ender, why="x", by=world.ana)
    assert again.value.code == "mandate.revoked"


@pytest.mark.parametrize(
    ("ground", "ender", "why", "code"),
    [
        ("court", "person", "x", "mandate.not_theirs"),
        ("court", "agent", "x", "mandate.not_theirs"),
        ("person", "office", " ", "mandate.why"),
        ("court", "court", "", "mandate.why"),
        ("person", "neighbour", "x", "mandate.ender"),
    ],
)
def test_who_may_not_revoke(world: World, elena: Citizen, ground: str, ender: str, why: str, code: str) -> None:
    mandate = grant(world, agent=elena, ground=ground)
    with pytest.raises(Refused) as no:
        services.revoke_mandate(mandate, ender=ender, why=why, by=world.ana)
    assert no.value.code == code


def test_a_mandate_counts_before_the_institution_that_keeps_it_only(world: World) -> None:
    """Darío acts for Carla in Sur; Norte knows nothing of it."""
    mandate = grant(world, agent=world.dario, by=world.bruno)
    with acting(world.bruno):
        assert services.may_act(world.dario, world.carla, "cases.see", channel="counter", by=world.bruno).allowed
    with acting(world.ana):
        assert not Mandate.objects.exists()
        assert services.may_act(world.dario, world.carla, "cases.see", channel="counter", by=world.ana).reason == "none"
    with pytest.raises(Mandate.DoesNotExist):
        services.revoke_mandate(mandate, ender="office", why="x", by=world.ana)


def test_only_officers_record_mandates(world: World, elena: Citizen) -> None:
    auditor: Clerk = factories.clerk("Aldo", world.norte, "auditor")
    with pytest.raises(PermissionDenied):
        grant(world, agent=elena, by=auditor)
    mandate = grant(world, agent=elena)
    with pytest.raises(PermissionDenied):
        services.revoke_mandate(mandate, ender="person", why="", by=auditor)
