"""Family, household, work and ownership: one row says it of both people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate

from citizens import services
from citizens.models import Citizen, Relationship
from citizens.services import record
from czrm.kit import near
from czrm.kit.actor import Actor, acting
from czrm.kit.refused import Refused
from tests import factories
from tests.world import World

from .conftest import events, refused


@pytest.fixture
def lucia(world: World) -> Citizen:
    return factories.citizen("Lucía", "Soto", "16123456-8", world.norte, birth=date(2015, 4, 2))


@pytest.fixture
def company(world: World) -> Citizen:
    made = services.register_citizen(services.PersonData(kind="organisation", name="Ferretería Central"), basis="duty", by=world.ana)
    assert made.kind == "organisation"
    return made


def seen(citizen: Citizen, by: Actor) -> list[tuple[str, str | None]]:
    with acting(by):
        return [(each.role, each.person and each.person["name"]) for each in record.relatives_of(citizen, by=by)]


def test_a_relationship_is_one_row_and_reads_right_from_both_sides(world: World, lucia: Citizen):
    made = services.state_relationship(world.carla, kind="parent", other=lucia, evidence="Libreta de familia", by=world.ana)
    assert seen(world.carla, world.ana) == [("child", "Lucía Soto")]
    assert seen(lucia, world.ana) == [("parent", "Carla Soto")]
    assert events(world.ana)[-1] == "citizen.relationship_stated"
    with acting(world.ana):
        assert Relationship.objects.get() == made


def test_stated_again_from_either_side_it_is_the_same(world: World, lucia: Citizen):
    made = services.state_relationship(world.carla, kind="parent", other=lucia, by=world.ana)
    assert services.state_relationship(world.carla, kind="parent", other=lucia, by=world.ana) == made
    assert services.state_relationship(lucia, kind="child", other=world.carla, by=world.ana) == made
    assert events(world.ana).count("citizen.relationship_stated") == 1


def test_who_works_for_an_organisation_stands_on_its_page(world: World, company: Citizen):
    services.state_relationship(world.carla, kind="worker", other=company, by=world.ana)
    assert seen(company, world.ana) == [("worker", "Carla Soto")]
    assert seen(world.carla, world.ana) == [("employer", "Ferretería Central")]


def test_what_cannot_be_is_refused(world: World, lucia: Citizen, company: Citizen):
    for other, kind in ((world.carla, "sibling"), (company, "parent"), (lucia, "boss"), (lucia, "owner")):
        with refused("invalid_relationship"):
            services.state_relationship(world.carla, kind=kind, other=other, by=world.ana)
    with refused("invalid_day"):
        services.state_relationship(world.carla, kind="parent", other=lucia, since=localdate() + timedelta(days=2), by=world.ana)
    assert seen(world.carla, world.ana) == []


def test_both_people_must_be_there_for_the_institution(world: World, lucia: Citizen):
    with pytest.raises(Citizen.DoesNotExist):
        services.state_relationship(world.carla, kind="sibling", other=world.dario, by=world.ana)
    with refused("not_attended"):
        services.state_relationship(world.dario, kind="sibling", other=world.carla, by=world.ana)


def test_of_somebody_one_may_not_see_one_is_told_only_that_there_is_somebody(world: World):
    services.state_relationship(world.carla, kind="spouse", other=world.dario, by=world.bruno)
    assert seen(world.carla, world.ana) == []
    world.agreement("family")
    ana = replace(world.ana, purpose_id=world.purpose.pk)
    assert seen(world.carla, ana) == [("spouse", None)]
    world.agreement("citizen")
    near.forget_all()
    assert seen(world.carla, ana) == [("spouse", "Darío Rojas")]


def test_it_ends_with_a_reason_and_can_be_stated_again(world: World, lucia: Citizen):
    made = services.state_relationship(world.carla, kind="carer", other=lucia, since=date(2026, 1, 1), by=world.ana)
    for reason, ended in (("", None), ("x", date(2025, 1, 1)), ("x", localdate() + timedelta(days=2))):
        with pytest.raises(Refused):
            services.retire_relationship(made, reason=reason, ended=ended, by=world.ana)
    services.retire_relationship(made, reason="She moved", ended=date(2026, 6, 1), by=world.ana)
    assert seen(world.carla, world.ana) == []
    assert events(world.ana)[-1] == "citizen.relationship_retired"
    assert services.state_relationship(world.carla, kind="carer", other=lucia, by=world.ana) != made


def test_another_institution_s_word_is_not_there_to_be_ended(world: World):
    made = services.state_relationship(world.carla, kind="spouse", other=world.dario, by=world.bruno)
    world.agreement("family", "citizen")
    with pytest.raises(Relationship.DoesNotExist):
        services.retire_relationship(made, reason="x", by=replace(world.ana, purpose_id=world.purpose.pk))


def test_of_a_blocked_record_nothing_is_stated(world: World, lucia: Citizen):
    services.correct_citizen(lucia, changes={"state": "blocked"}, reason="Asked to", by=world.ana)
    with refused("citizen_blocked"):
        services.state_relationship(world.carla, kind="parent", other=lucia, by=world.ana)
