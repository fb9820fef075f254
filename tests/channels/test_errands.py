"""Two tabs, two contacts, two purposes: each opens what its own agreement opens, and only while it lasts."""

from __future__ import annotations

import pytest

from channels import defaults
from channels.services import close_contact
from czrm.institutions.models import Purpose
from czrm.kit.actor import acting
from tests import factories
from tests.world import World

from .scenes import contact, said


@pytest.fixture
def other_purpose() -> Purpose:
    return factories.purpose("health")


def cases_page(world: World) -> str:
    """A page of Norte that names a case of Sur only to whom an agreement opens it."""
    return f"/desk/contacts/of/{world.carla.uid}/"


@pytest.mark.parametrize("scopes", [("case", "citizen", "event", "interaction")])
def test_two_tabs_two_contacts_two_purposes(world: World, other_purpose: Purpose, scopes):
    world.agreement(*scopes)  # Sur opens to Norte for benefits only
    said("case.opened", world.case_of_sur, procedure="Beca de Sur")
    for_benefits, for_health = contact(world), contact(world, purpose=other_purpose)
    ana = world.browser(world.ana)
    open_tab = ana.get(f"/@{for_benefits.code}{cases_page(world)}")
    other_tab = ana.get(f"/@{for_health.code}{cases_page(world)}")
    no_contact = ana.get(cases_page(world))
    assert (open_tab.status_code, other_tab.status_code, no_contact.status_code) == (200, 200, 200)
    assert world.case_of_sur.number in open_tab.content.decode()
    assert world.case_of_sur.number not in other_tab.content.decode()
    assert world.case_of_sur.number not in no_contact.content.decode()
    assert f"/@{for_benefits.code}/desk/" in open_tab.content.decode()  # its links stay in its contact


def test_a_closed_contact_redirects_and_shows_nothing_of_others(world: World):
    world.agreement("case", "citizen", "event", "interaction")
    said("case.opened", world.case_of_sur, procedure="Beca de Sur")
    one = contact(world)
    ana = world.browser(world.ana)
    address = f"/@{one.code}{cases_page(world)}"
    assert world.case_of_sur.number in ana.get(address).content.decode()
    close_contact(one, result=first_result(world), notes="", answered=None, by=world.ana)
    after = ana.get(address)
    assert (after.status_code, after["Location"]) == (302, cases_page(world))
    assert world.case_of_sur.number not in ana.get(address, follow=True).content.decode()


def test_a_contact_of_a_colleague_gives_nobody_else_its_purpose(world: World):
    one = contact(world)
    for somebody in (world.sofia, world.bruno):
        assert world.browser(somebody).get(f"/@{one.code}/desk/contacts/bar/")["Location"] == "/desk/contacts/bar/"


def first_result(world: World) -> str:
    with acting(world.ana):
        return defaults.results(world.norte.pk)[0]
