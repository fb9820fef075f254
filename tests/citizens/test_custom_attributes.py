"""What an institution adds without code."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from citizens import services
from citizens.attributes import BUILT_IN
from citizens.models import Attribute
from citizens.services.attributes import vocabulary
from czrm.kit.actor import acting
from czrm.kit.refused import Refused
from tests import factories
from tests.world import World

from .conftest import events, refused

ROUTE: dict[str, Any] = {"label": "Recorrido del bus", "category": "education", "kind": "choice", "options": ["Norte", "Sur"]}


def test_an_administrator_adds_one_and_officers_state_it_at_once(world: World):
    made = services.create_attribute(facts=ROUTE, by=world.alma)
    assert made.code == "recorrido-del-bus"
    assert events(world.alma) == ["attribute.created"]
    fact = services.state_fact(world.carla, attribute=made.code, value="Sur", origin="citizen", by=world.ana)
    assert fact.category == "education"
    with refused("invalid_value"):
        services.state_fact(world.carla, attribute=made.code, value="Oeste", origin="citizen", by=world.ana)


@pytest.mark.parametrize("label", ["Recorrido del BUS", str(BUILT_IN["occupation"].label)])
def test_a_name_is_given_once(world: World, label: str):
    services.create_attribute(facts=ROUTE, by=world.alma)
    with refused("invalid_name_taken"):
        services.create_attribute(facts=ROUTE | {"label": label}, by=world.alma)


def test_two_names_that_look_alike_have_two_codes_and_none_is_built_in(world: World):
    codes = [services.create_attribute(facts=ROUTE | {"label": label}, by=world.alma).code for label in ("Año", "Ano", "¿?", "¿sex?")]
    assert codes == ["ano", "ano-2", "attribute", "sex-2"]


def test_a_list_needs_options(world: World):
    with refused("invalid_options"):
        services.create_attribute(facts=ROUTE | {"options": ["Norte", "Norte"]}, by=world.alma)


def test_officers_do_not_add_any(world: World):
    with pytest.raises(PermissionDenied):
        services.create_attribute(facts=ROUTE, by=world.ana)


def test_with_values_its_kind_and_category_stay_and_the_rest_may_change(world: World):
    made = services.create_attribute(facts=ROUTE, by=world.alma)
    services.edit_attribute(made, changes={"kind": "text"}, by=world.alma)
    services.edit_attribute(made, changes={"kind": "choice"}, by=world.alma)
    services.state_fact(world.carla, attribute=made.code, value="Sur", origin="citizen", by=world.ana)
    for change in ({"kind": "text"}, {"category": "health"}):
        with refused("attribute_in_use"):
            services.edit_attribute(made, changes=change, by=world.alma)
    edited = services.edit_attribute(made, changes={"label": "Bus escolar", "options": ["Norte", "Centro"]}, by=world.alma)
    assert (edited.label, edited.code) == ("Bus escolar", "recorrido-del-bus")
    assert events(world.alma)[-1] == "attribute.edited"


def test_retired_it_is_asked_of_nobody_and_still_read(world: World):
    made = services.create_attribute(facts=ROUTE, by=world.alma)
    services.state_fact(world.carla, attribute=made.code, value="Sur", origin="citizen", by=world.ana)
    services.retire_attribute(made, by=world.alma)
    with pytest.raises(Refused):
        services.state_fact(world.carla, attribute=made.code, value="Norte", origin="citizen", by=world.ana)
    with acting(world.ana):
        assert not vocabulary([world.norte.pk])[made.code, world.norte.pk].active
    assert events(world.alma)[-1] == "attribute.retired"


def test_another_institution_s_is_not_there_to_be_changed(world: World):
    made = services.create_attribute(facts=ROUTE, by=world.alma)
    bruna = factories.clerk("Bruna", world.sur, "administrator")
    for deed in (
        lambda: services.edit_attribute(made, changes={"label": "x"}, by=bruna),
        lambda: services.retire_attribute(made, by=bruna),
    ):
        with pytest.raises(Attribute.DoesNotExist):
            deed()
    theirs = services.create_attribute(facts=ROUTE | {"kind": "text"}, by=bruna)
    assert theirs.code == made.code
    with acting(world.ana):
        known = vocabulary([world.norte.pk, world.sur.pk])
    assert [known[made.code, body.pk].kind for body in (world.norte, world.sur)] == ["choice", "text"]
