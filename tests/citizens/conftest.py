"""People and helpers of the scenes about citizens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest
from django.db import transaction

from citizens import services
from citizens.models import Citizen
from citizens.services import PersonData
from czrm.kit.actor import Actor, Clerk, acting
from czrm.kit.refused import Refused
from czrm.trail.models import Event
from tests.world import World

MARTA = PersonData(
    given="Marta",
    surname="Quilodrán",
    second_surname="Soto",
    birth=date(1980, 5, 17),
    id_kind="cl.rut",
    id_number="15.234.567-4",
    phone="9 8765 4321",
    email="Marta@Example.org",
    address="Los Tilos 240, Valle Sereno",
    care="Oye poco.",
)
BORN = date(1972, 3, 12)  # the cast's


@pytest.fixture
def ana(world: World) -> Clerk:
    """With a contact in progress."""
    return replace(world.ana, purpose_id=world.purpose.pk)


@pytest.fixture
def dario(world: World) -> Citizen:
    """A citizen of Sur only."""
    return register(PersonData(given="Darío", surname="Rojas", birth=BORN, id_kind="cl.rut", id_number="19876543-0"), world.bruno)


@pytest.fixture
def carla(world: World) -> Citizen:
    """A citizen of Norte and Sur."""
    carla = PersonData(given="Carla", surname="Soto", birth=BORN, id_kind="cl.rut", id_number="18765432-7")
    register(carla, replace(world.bruno, purpose_id=world.purpose.pk))
    return register(carla, replace(world.ana, purpose_id=world.purpose.pk))


def register(person: PersonData, by: Actor, **options: bool) -> Citizen:
    return services.register_citizen(person, basis="present", by=by, **options)


def events(by: Actor) -> list[str]:
    with acting(by):
        return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def undone(act: Callable[[], tuple[object, ...]]) -> tuple[object, ...]:
    with transaction.atomic():
        result = act()
        transaction.set_rollback(True)
    return result


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as no:
        yield
    assert no.value.code == code
