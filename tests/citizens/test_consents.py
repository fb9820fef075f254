"""Scenes of the ledger of consents: only the last line counts, and no line is ever changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citizens import services
from citizens.models import Consent, ConsentText
from citizens.services.consents import ledger
from czrm.kit.actor import acting
from czrm.kit.refused import Refused
from czrm.trail.models import Event
from tests import factories
from tests.world import World

SIGNED = {"channel": "counter", "evidence": "Formulario firmado"}


@pytest.fixture
def text(world: World) -> ConsentText:
    return services.word_consent(title="Avisos por WhatsApp", text="Acepto recibir avisos.", consequence="Le escribimos.", by=world.alma)


def stands(world: World) -> list[tuple[str, bool, bool]]:
    with acting(world.ana):
        found = ledger(world.carla.pk, institution_id=world.norte.pk)
        return [(one.text.topic, one.given, one.older) for one in found.standings]


def test_a_consent_is_given_and_withdrawn_and_both_lines_stay(world: World, text: ConsentText) -> None:
    assert stands(world) == [("avisos-por-whatsapp", False, False)]
    services.give_consent(world.carla, text, **SIGNED, by=world.ana)
    assert stands(world) == [("avisos-por-whatsapp", True, False)]
    services.withdraw_consent(world.carla, text, channel="phone", evidence="Llamada grabada", by=world.ana)
    assert stands(world) == [("avisos-por-whatsapp", False, False)]
    with acting(world.ana):
        lines = Consent.objects.order_by("pk").values_list("given", "channel", "evidence", "by")
        assert list(lines) == [(True, "counter", "Formulario firmado", "Ana"), (False, "phone", "Llamada grabada", "Ana")]
        said = Event.objects.filter(kind__startswith="consent.", citizen_id=world.carla.pk).order_by("pk")
        assert [(event.kind, event.public) for event in said] == [("consent.given", True), ("consent.withdrawn", True)]


def test_given_twice_it_is_given_once(world: World, text: ConsentText) -> None:
    first = services.give_consent(world.carla, text, **SIGNED, by=world.ana)
    assert services.give_consent(world.carla, text, **SIGNED, by=world.ana) == first
    with acting(world.ana):
        assert Consent.objects.count() == 1


def test_a_new_version_keeps_the_old_one_and_what_was_agreed_to(world: World, text: ConsentText) -> None:
    services.give_consent(world.carla, text, **SIGNED, by=world.ana)
    newer = services.word_consent(title=text.title, text="Acepto recibir avisos y encuestas.", topic=text.topic, by=world.alma)
    with acting(world.ana):
        kept = ConsentText.objects.get(version=1)
        assert (newer.version, newer.current, kept.current, kept.text) == (2, True, False, "Acepto recibir avisos.")
    assert stands(world) == [("avisos-por-whatsapp", True, True)]
    with pytest.raises(Refused) as no:
        services.give_consent(world.carla, text, **SIGNED, by=world.ana)
    assert no.value.code == "consent.old_text"
    services.give_consent(world.carla, newer, **SIGNED, by=world.ana)
    assert stands(world) == [("avisos-por-whatsapp", True, False)]


def test_what_was_agreed_to_can_be_withdrawn_though_it_is_asked_no_more(world: World, text: ConsentText) -> None:
    services.give_consent(world.carla, text, **SIGNED, by=world.ana)
    services.drop_consent(text, by=world.alma)
    assert stands(world) == [("avisos-por-whatsapp", True, False)]
    services.withdraw_consent(world.carla, text, **SIGNED, by=world.ana)
    assert stands(world) == []


def test_what_is_refused(world: World, text: ConsentText) -> None:
    dead = factories.citizen("Rosa", "Paz", "15234567-4", world.norte, birth=date(1930, 1, 1))
    services.correct_citizen(dead, changes={"state": "deceased"}, reason="Certificado", by=world.ana)
    tries = {
        "consent.not_given": lambda: services.withdraw_consent(world.carla, text, **SIGNED, by=world.ana),
        "consent.evidence": lambda: services.give_consent(world.carla, text, channel="counter", evidence=" ", by=world.ana),
        "consent.gone": lambda: services.give_consent(dead, text, **SIGNED, by=world.ana),
        "consent.words": lambda: services.word_consent(title=" ", text="x", by=world.alma),
        "mandate.none": lambda: services.give_consent(world.carla, text, **SIGNED, agent=dead, by=world.ana),
    }
    dead_agent = "mandate.agent_gone"
    for code, deed in tries.items():
        with pytest.raises(Refused) as no:
            deed()
        assert no.value.code in ({code, dead_agent} if code == "mandate.none" else {code})
    with acting(world.ana):
        assert not Consent.objects.exists()


def test_an_agent_gives_it_only_if_the_mandate_covers_it(world: World, text: ConsentText) -> None:
    elena = factories.citizen("Elena", "Soto", "15234567-4", world.norte)
    grant = {"principal": world.carla, "agent": elena, "ground": "person", "evidence": "Poder", "by": world.ana}
    narrow = services.grant_mandate(acts=["cases.*"], **grant)
    with pytest.raises(Refused) as no:
        services.give_consent(world.carla, text, **SIGNED, agent=elena, by=world.ana)
    assert no.value.code == "mandate.other_act"
    services.revoke_mandate(narrow, ender="person", why="", by=world.ana)
    services.grant_mandate(acts=["*"], **grant)
    assert services.give_consent(world.carla, text, **SIGNED, agent=elena, by=world.ana).given


def test_who_is_only_read_by_an_agreement_gives_no_consent_here(world: World, text: ConsentText) -> None:
    with pytest.raises(type(world.dario).DoesNotExist):
        services.give_consent(world.dario, text, **SIGNED, by=world.ana)
    world.agreement("citizen")
    with pytest.raises(Refused) as no:
        services.give_consent(world.dario, text, **SIGNED, by=replace(world.ana, purpose_id=world.purpose.pk))
    assert no.value.code == "not_attended"


def test_words_of_another_institution_are_not_found(world: World, text: ConsentText) -> None:
    with pytest.raises(ConsentText.DoesNotExist):
        services.give_consent(world.carla, text, **SIGNED, by=world.bruno)
    with pytest.raises(ConsentText.DoesNotExist):
        services.drop_consent(text, by=factories.clerk("Aldo", world.sur, "administrator"))


def test_officers_do_not_write_the_words_and_administrators_do_not_sign_for_people(world: World, text: ConsentText) -> None:
    with pytest.raises(PermissionDenied):
        services.word_consent(title="x", text="x", by=world.ana)
    with pytest.raises(PermissionDenied):
        services.give_consent(world.carla, text, **SIGNED, by=world.alma)


def test_no_line_of_the_ledger_is_changed_or_removed(world: World, text: ConsentText) -> None:
    services.give_consent(world.carla, text, **SIGNED, by=world.ana)
    for tamper in (lambda: Consent.objects.update(given=False), lambda: Consent.objects.all().delete()):
        with pytest.raises(DatabaseError, match="permission denied"), acting(world.ana), transaction.atomic():
            tamper()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(st.sampled_from(["give", "withdraw", "word"]), max_size=8))
def test_only_the_last_line_counts(world: World, deeds: list[str]) -> None:
    with transaction.atomic():
        text = services.word_consent(title="Avisos", text="0", by=world.alma)
        given = False
        for deed in deeds:
            if deed == "word":
                text = services.word_consent(title="Avisos", text="más", topic=text.topic, by=world.alma)
            elif deed == "give":
                services.give_consent(world.carla, text, **SIGNED, by=world.ana)
                given = True
            elif given:
                services.withdraw_consent(world.carla, text, **SIGNED, by=world.ana)
                given = False
            else:
                with pytest.raises(Refused):
                    services.withdraw_consent(world.carla, text, **SIGNED, by=world.ana)
        assert [one[1] for one in stands(world)] == [given]
        transaction.set_rollback(True)
