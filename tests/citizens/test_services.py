"""Scenes of registering and correcting people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from citizens import services
from citizens.models import Citizen, CitizenLink, ContactPoint, Identifier, MatchCandidate, NameToken, SourceRecord
from citizens.services import PersonData
from czrm.kit.actor import Actor, Clerk, acting
from czrm.kit.owner import as_owner
from czrm.kit.refused import Refused
from czrm.trail.models import AccessEntry, Event
from tests.world import World

from .conftest import BORN, MARTA, events, register, undone


def test_registering_keeps_the_person_what_was_said_and_how_to_reach_them(ana: Clerk) -> None:
    marta = register(MARTA, ana)
    with acting(ana):
        assert (marta.name, marta.surname_key, marta.care) == ("Marta Quilodrán Soto", "kilodran", "Oye poco.")
        identifier = Identifier.objects.get(citizen=marta)
        assert (identifier.kind, identifier.number, identifier.country, identifier.verified_at) == ("cl.rut", "152345674", "CL", None)
        points = set(ContactPoint.objects.filter(citizen=marta).values_list("kind", "value"))
        assert points == {("phone", "+56987654321"), ("email", "Marta@example.org"), ("address", "Los Tilos 240, Valle Sereno")}
        source = SourceRecord.objects.get(citizen=marta)
        assert source.payload["id_number"] == "15.234.567-4"
        assert source.payload["birth"] == "1980-05-17"
        assert CitizenLink.objects.get(citizen=marta).basis == "present"
    assert set(NameToken.objects.values_list("token", flat=True)) == {"marta", "quilodran", "soto"}
    assert events(ana) == ["citizen.registered"]


def test_a_person_without_document_date_or_telephone_can_be_registered(ana: Clerk) -> None:
    assert register(PersonData(given="Luis"), ana).name == "Luis"


def test_an_organisation_is_registered_under_its_name(ana: Clerk) -> None:
    bakery = register(PersonData(kind="organisation", name="Panadería La Espiga SpA", id_kind="cl.rut", id_number="76.543.210-3"), ana)
    assert (bakery.kind, bakery.name, bakery.given) == ("organisation", "Panadería La Espiga SpA", "")
    assert "espiga" in bakery.tokens
    found = services.identify_citizen("cl.rut", "76543210-3", birth=None, surname="Panaderia la Espiga SPA", by=ana)
    assert found is not None
    assert found.linked


def test_the_words_of_names_are_counted(ana: Clerk) -> None:
    register(PersonData(given="Luis", surname="Soto"), ana)
    register(PersonData(given="Pedro", surname="Soto"), ana)
    assert dict(NameToken.objects.values_list("token", "seen")) == {"luis": 1, "pedro": 1, "soto": 2}


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"given": " ", "surname": "", "second_surname": ""}, "invalid_name"),
        ({"birth": date(2999, 1, 1)}, "invalid_birth"),
        ({"id_number": "15.234.567-5"}, "check_digit"),
        ({"phone": "12"}, "phone_short"),
        ({"email": "marta.example.org"}, "email_at"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(ana: Clerk, wrong: dict[str, object], code: str) -> None:
    before = events(ana)
    with pytest.raises(Refused) as refused:
        register(replace(MARTA, **wrong), ana)
    assert refused.value.code == code
    assert events(ana) == before


def test_nobody_is_registered_without_a_basis(ana: Clerk) -> None:
    with pytest.raises(Refused) as refused:
        services.register_citizen(MARTA, basis=" ", by=ana)
    assert refused.value.code == "basis_missing"


def test_registering_somebody_who_matches_links_instead_of_doubling(world: World, ana: Clerk, dario: Citizen) -> None:
    dario = register(PersonData(given="Darío", surname="Rojas", birth=BORN, id_kind="cl.rut", id_number="19876543-0"), ana)
    assert dario.pk == dario.pk
    assert events(ana) == ["citizen.linked"]


def test_without_a_purpose_nobody_of_another_institution_is_linked(world: World, dario: Citizen) -> None:
    other = register(PersonData(given="Darío", surname="Rojas", birth=BORN, id_kind="cl.rut", id_number="19876543-0"), world.ana)
    assert other.pk != dario.pk
    assert events(world.ana) == ["citizen.registered"]


def test_people_who_are_told_apart_become_two_and_wait_for_people_to_decide(db: None) -> None:
    with as_owner(), transaction.atomic():  # only the owner sees who waits
        world = World()
        one, other = register(MARTA, world.bruno), register(MARTA, world.ana, apart=True)
        assert list(MatchCandidate._base_manager.values_list("citizen", "other", "reasons")) == [(other.pk, one.pk, ["document_same"])]
        transaction.set_rollback(True)


def outcome(by: Actor, number: str) -> tuple[object, ...]:
    """All that the actor can see of a registration with somebody's number and other data."""
    made = register(PersonData(given="Nadia", surname="Vera", birth=date(1999, 9, 9), id_kind="cl.rut", id_number=number), by)
    with acting(by):
        identifier = Identifier.objects.get(citizen=made)
        return (
            made.name,
            made.state,
            identifier.verified_at,
            identifier.verified_how,
            Citizen.objects.count(),
            CitizenLink.objects.count(),
            list(Event.objects.order_by("pk").values_list("kind", "data")),
            SourceRecord.objects.count(),
            AccessEntry.objects.count(),
        )


def test_a_number_that_does_not_match_answers_alike_whether_or_not_somebody_has_it(world: World, ana: Clerk, dario: Citizen) -> None:
    somebodys = undone(lambda: outcome(ana, "19876543-0"))
    nobodys = undone(lambda: outcome(ana, "22222222-2"))
    assert somebodys == nobodys


def test_a_seen_document_answers_alike_whether_or_not_somebody_has_it(world: World, ana: Clerk, dario: Citizen, carla: Citizen) -> None:
    with acting(world.bruno):
        services.add_identifier(dario, kind="cl.rut", number="19876543-0", how="seen", by=world.bruno)

    def verified(number: str) -> tuple[object, ...]:
        made = services.add_identifier(carla, kind="cl.rut", number=number, how="seen", by=ana)
        return made.verified_how, made.verified_at is None, events(ana)

    assert undone(lambda: verified("19876543-0")) == undone(lambda: verified("22222222-2"))


def test_a_wrong_name_is_corrected_and_both_values_are_kept(world: World, carla: Citizen) -> None:
    changed = services.correct_citizen(
        carla, changes={"surname": "SOTOMAYOR", "birth": date(1973, 3, 12)}, reason="Read from the identity card", by=world.ana
    )
    assert (changed.name, changed.surname, changed.surname_key, changed.birth) == (
        "Carla Sotomayor",
        "Sotomayor",
        "sotomayor",
        date(1973, 3, 12),
    )
    assert "sotomayor" in changed.tokens
    with acting(world.ana):
        assert Event.objects.get(kind="citizen.corrected").data == {"fields": ["birth", "name", "surname"]}
        said = SourceRecord.objects.get(citizen=carla, origin="correction").payload
    assert said["before"] == {"surname": "Soto", "name": "Carla Soto", "birth": "1972-03-12"}
    assert said["after"] == {"surname": "Sotomayor", "name": "Carla Sotomayor", "birth": "1973-03-12"}
    assert said["reason"] == "Read from the identity card"


def test_a_second_surname_and_a_birth_date_can_be_taken_away(world: World, carla: Citizen) -> None:
    changed = services.correct_citizen(carla, changes={"second_surname": "Vera"}, reason="r", by=world.ana)
    changed = services.correct_citizen(changed, changes={"second_surname": "", "birth": None}, reason="r", by=world.ana)
    assert (changed.name, changed.birth) == ("Carla Soto", None)


def test_nothing_changed_is_no_correction(world: World, carla: Citizen) -> None:
    services.correct_citizen(carla, changes={"surname": "Soto"}, reason="r", by=world.ana)
    assert "citizen.corrected" not in events(world.ana)


def test_a_correction_needs_a_reason(world: World, carla: Citizen) -> None:
    with pytest.raises(Refused) as refused:
        services.correct_citizen(carla, changes={"surname": "Sotomayor"}, reason="", by=world.ana)
    assert refused.value.code == "reason_missing"


def test_only_who_attends_a_person_corrects_them(world: World, dario: Citizen) -> None:
    world.agreement("citizen")
    ana = replace(world.ana, purpose_id=world.purpose.pk)
    with pytest.raises(Refused) as refused:
        services.correct_citizen(dario, changes={"surname": "Vera"}, reason="r", by=ana)
    assert refused.value.code == "not_attended"
    with pytest.raises(Refused) as refused:
        services.add_contact_point(dario, kind="phone", value="987654321", by=ana)
    assert refused.value.code == "not_attended"


@pytest.mark.parametrize(
    "deed",
    [
        lambda who, by: services.correct_citizen(who, changes={"surname": "Vera"}, reason="r", by=by),
        lambda who, by: services.reveal_documents(who, reason="r", by=by),
    ],
)
def test_across_the_fence_there_is_nobody(world: World, deed: Callable[[Citizen, Actor], object], dario: Citizen) -> None:
    with pytest.raises(Citizen.DoesNotExist):
        deed(dario, world.ana)


def test_a_contact_point_is_added_once_and_told_without_its_value(world: World, carla: Citizen) -> None:
    for written in ("9 8765 4321", "+56 9 87654321"):
        services.add_contact_point(carla, kind="phone", value=written, by=world.ana)
    with acting(world.ana):
        assert ContactPoint.objects.get(citizen=carla).value == "+56987654321"
        assert Event.objects.get(kind="citizen.contact_point_added").data == {"way": "phone"}


def test_a_contact_point_is_retired_and_stays(world: World, carla: Citizen) -> None:
    point = services.add_contact_point(carla, kind="email", value="carla@example.org", by=world.ana)
    assert services.retire_contact_point(point, by=world.ana).valid_until is not None
    services.retire_contact_point(point, by=world.ana)
    assert events(world.ana)[-2:] == ["citizen.contact_point_added", "citizen.contact_point_retired"]


def test_a_contact_point_of_norte_is_not_for_sur_to_see_or_retire(world: World, carla: Citizen) -> None:
    point = services.add_contact_point(carla, kind="email", value="carla@example.org", by=world.ana)
    with acting(world.bruno):
        assert not ContactPoint.objects.filter(pk=point.pk).exists()
    with pytest.raises(ContactPoint.DoesNotExist):
        services.retire_contact_point(point, by=world.bruno)


def test_what_is_no_contact_point_is_refused(world: World, carla: Citizen) -> None:
    for kind, value in (("phone", "12"), ("email", "carla"), ("address", " "), ("pigeon", "carla")):
        with pytest.raises(Refused):
            services.add_contact_point(carla, kind=kind, value=value, by=world.ana)


def test_a_seen_document_is_verified(world: World, carla: Citizen) -> None:
    identifier = services.add_identifier(carla, kind="cl.rut", number="12.345.678-5", how="seen", by=world.ana)
    assert identifier.verified_at is not None
    assert events(world.ana)[-1] == "citizen.identifier_added"


def test_who_has_no_verb_does_nothing(world: World, dario: Citizen, carla: Citizen) -> None:
    for deed in (
        lambda by: register(MARTA, by),
        lambda by: services.identify_citizen("cl.rut", "19876543-0", birth=BORN, surname="", by=by),
        lambda by: services.attend_citizen("cl.rut", "19876543-0", birth=BORN, surname="", basis="b", by=by),
        lambda by: services.reveal_documents(carla, reason="r", by=by),
        lambda by: services.correct_citizen(carla, changes={}, reason="r", by=by),
        lambda by: services.add_contact_point(carla, kind="phone", value="987654321", by=by),
        lambda by: services.find_citizens("carla", by=by),
    ):
        with pytest.raises(PermissionDenied):
            deed(world.alma)
