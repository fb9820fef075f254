"""Who of one's own institution looked at somebody, on that person's page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from citizens.models import Citizen
from czrm.kit.actor import Clerk, acting
from czrm.trail.models import AccessEntry
from tests.channels.scenes import at, contact
from tests.factories import machine
from tests.world import World

pytestmark = pytest.mark.django_db


def panel(world: World, citizen: Citizen, who: Clerk) -> str:
    page = world.browser(who).get(at("citizens:accesses", citizen.uid))
    assert page.status_code == 200
    return page.content.decode()


def look(world: World, who: Clerk, **fields: object) -> None:
    with acting(machine(world.norte)):
        AccessEntry.objects.create(
            institution=world.norte, citizen_id=world.carla.pk, user_id=who.user_id, by=who.name, verb="citizen.see", subject="x", **fields
        )


def test_the_panel_names_who_looked_and_for_what(world):
    look(world, world.sofia, purpose_id=world.purpose.pk)
    shown = panel(world, world.carla, world.ana)
    assert "Sofía" in shown
    assert world.purpose.name in shown


def test_a_page_view_is_one_line_with_all_that_it_showed(world):
    view = "01a20198-7e4f-734f-8297-d4b9e4481b8f"
    look(world, world.sofia, page_view=view)
    look(world, world.sofia, page_view=view)
    assert panel(world, world.carla, world.ana).count("<li>") == 1


def test_what_the_person_may_not_be_told_of_yet_is_not_told_at_the_counter(world):
    look(world, world.sofia, visible_from=now() + timedelta(days=3))
    assert "Sofía" not in panel(world, world.carla, world.ana)


def test_refused_attempts_are_left_to_the_review(world):
    look(world, world.sofia, refused=403)
    assert "Sofía" not in panel(world, world.carla, world.ana)


def test_the_looks_of_another_institution_are_not_told(world):
    look(world, world.sofia)
    assert "Sofía" not in panel(world, world.carla, world.bruno)
    world.agreement("citizen", "access")
    browser = world.browser(world.ana)
    world.browser(world.bruno).get(at("citizens:show", world.carla.uid))
    seen = browser.get(f"/@{contact(world).code}{at('citizens:accesses', world.carla.uid)}").content.decode()
    assert "Sofía" in seen
    assert "Bruno" not in seen


def test_across_the_fence_there_is_no_such_person(world):
    assert world.browser(world.ana).get(at("citizens:accesses", world.dario.uid)).status_code == 404
