"""Since when the sample's people are attended."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from citizens.models import Citizen, CitizenLink
from czrm.institutions.models import Institution
from czrm.kit.actor import acting
from czrm.trail.models import Event
from czrm.trail.say import subject_of
from reporting.demo.loading.registering import backdate
from tests.factories import machine
from tests.world import World

LONG_AGO = datetime(2024, 5, 6, 12, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_everybody_is_attended_since_the_day_they_were_registered():
    world = World()
    registered(world.carla, world.norte, LONG_AGO)
    untold = since(world.carla, world.sur)
    backdate()
    assert since(world.carla, world.norte) == LONG_AGO
    assert since(world.carla, world.sur) == untold


def registered(citizen: Citizen, institution: Institution, at: datetime) -> None:
    """As the sample writes its past."""
    with acting(machine(institution)) as by:
        subject = subject_of(CitizenLink.objects.get(citizen=citizen, institution=institution))
        Event.objects.create(institution=institution, citizen_id=citizen.pk, kind="citizen.registered", by=by.name, subject=subject, at=at)


def since(citizen: Citizen, institution: Institution) -> datetime:
    with acting(machine(institution)):
        return CitizenLink.objects.get(citizen=citizen, institution=institution).since
