"""Scenes of identifying, attending and revealing."""

from __future__ import annotations

from datetime import date

import pytest
from redis.exceptions import RedisError

from citizens import services
from citizens.models import Citizen, CitizenLink
from citizens.services import budget
from czrm.kit.actor import Clerk, acting
from czrm.kit.refused import Refused
from czrm.trail.models import AccessEntry, Event
from tests.world import World

from .conftest import BORN, events, undone


def test_a_document_and_a_birth_date_or_surname_confirm_a_name_only(world: World, ana: Clerk, dario: Citizen) -> None:
    for proof in ({"birth": BORN, "surname": ""}, {"birth": None, "surname": "ROJAS"}, {"birth": None, "surname": "Rojas Pinto"}):
        found = services.identify_citizen("cl.rut", "19.876.543-0", **proof, by=ana)
        assert found == services.Identified("Darío Rojas", "19 ••• 430", linked=False, uid=None)
    with acting(ana):
        assert not Citizen.objects.filter(pk=dario.pk).exists()


def test_who_does_not_exist_and_who_does_not_match_are_answered_alike(world: World, ana: Clerk, dario: Citizen) -> None:
    def ask(number: str) -> tuple[object, ...]:
        answer = services.identify_citizen("cl.rut", number, birth=date(1999, 9, 9), surname="Vera", by=ana)
        with acting(ana):
            return answer, list(AccessEntry.objects.values_list("verb", "subject", "citizen_id")), events(ana)

    assert undone(lambda: ask("19876543-0")) == undone(lambda: ask("22222222-2"))


def test_each_identification_is_written_down_with_its_purpose(world: World, ana: Clerk, dario: Citizen) -> None:
    services.identify_citizen("cl.rut", "19876543-0", birth=BORN, surname="", by=ana)
    with acting(ana):
        entry = AccessEntry.objects.get(verb="citizen.identify")
    assert (entry.citizen_id, entry.purpose_id, entry.user_id) == (dario.pk, world.purpose.pk, ana.user_id)


def test_a_document_alone_confirms_nobody(ana: Clerk, dario: Citizen) -> None:
    with pytest.raises(Refused) as refused:
        services.identify_citizen("cl.rut", "19876543-0", birth=None, surname=" ", by=ana)
    assert refused.value.code == "proof_missing"


def test_beyond_ones_own_walls_one_needs_a_purpose(world: World, dario: Citizen) -> None:
    with pytest.raises(Refused) as refused:
        services.identify_citizen("cl.rut", "19876543-0", birth=BORN, surname="", by=world.ana)
    assert refused.value.code == "purpose_missing"


def test_who_asks_too_often_is_stopped(ana: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(budget.LIMITS, "identify", 2)
    for _n in range(2):
        services.identify_citizen("cl.rut", "22222222-2", birth=BORN, surname="", by=ana)
    with pytest.raises(Refused) as refused:
        services.identify_citizen("cl.rut", "22222222-2", birth=BORN, surname="", by=ana)
    assert refused.value.code == "budget_spent"


def test_calls_are_counted_even_while_the_counter_is_away(ana: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(budget.LIMITS, "identify", 0)
    monkeypatch.setattr("django.core.cache.backends.redis.RedisCacheClient.add", failing)
    with pytest.raises(Refused) as refused:
        services.identify_citizen("cl.rut", "22222222-2", birth=BORN, surname="", by=ana)
    assert refused.value.code == "budget_spent"


def failing(*_args: object, **_kwargs: object) -> None:
    raise RedisError


def test_attending_makes_a_confirmed_person_visible_and_says_on_what_basis(world: World, ana: Clerk, dario: Citizen) -> None:
    dario = services.attend_citizen("cl.rut", "19876543-0", birth=BORN, surname="", basis="present", by=ana)
    assert dario.pk == dario.pk
    with acting(ana):
        assert CitizenLink.objects.get(citizen=dario).basis == "present"
        assert Event.objects.get(kind="citizen.linked").data == {"basis": "present"}


def test_attending_twice_is_told_once(world: World, ana: Clerk, dario: Citizen) -> None:
    for _n in range(2):
        services.attend_citizen("cl.rut", "19876543-0", birth=BORN, surname="", basis="present", by=ana)
    assert events(ana) == ["citizen.linked"]


def test_nobody_is_attended_whose_data_do_not_match(world: World, ana: Clerk, dario: Citizen) -> None:
    with pytest.raises(Refused) as refused:
        services.attend_citizen("cl.rut", "19876543-0", birth=None, surname="Vera", basis="present", by=ana)
    assert refused.value.code == "no_match"
    with acting(ana):
        assert not Citizen.objects.filter(pk=dario.pk).exists()


def test_the_whole_number_is_shown_to_who_says_why(world: World, carla: Citizen) -> None:
    [identifier] = services.reveal_documents(carla, reason="To fill in a form", by=world.ana)
    assert identifier.number == "187654327"
    with acting(world.ana):
        assert Event.objects.get(kind="citizen.revealed").data == {"reason": "To fill in a form"}
    with pytest.raises(Refused) as refused:
        services.reveal_documents(carla, reason=" ", by=world.ana)
    assert refused.value.code == "reason_missing"
