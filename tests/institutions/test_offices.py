"""Offices and teams."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from czrm.institutions.models import Office, Team
from czrm.institutions.services.offices import create_office, create_team, edit_office, edit_team
from czrm.kit.actor import Machine, acting
from czrm.kit.refused import Refused
from czrm.trail.models import Event
from tests.world import World


@pytest.fixture
def office(world: World) -> Office:
    return create_office(facts={"name": "Centro", "phone": "148"}, by=world.alma)


@pytest.fixture
def foreign(world: World) -> Office:
    with acting(Machine("test", world.sur.pk)):
        return Office.objects.create(institution=world.sur, name="Sur")


def test_an_office_and_its_team_come_to_be(world: World, office: Office) -> None:
    team = create_team(facts={"name": "Alumbrado", "office": office, "email": ""}, by=world.alma)
    assert (office.institution_id, team.institution_id, team.office) == (world.norte.pk, world.norte.pk, office)
    with acting(world.alma):
        assert set(Event.objects.values_list("kind", flat=True)) == {"office.created", "team.created"}


def test_a_name_is_given_once_whatever_its_capitals(world: World, office: Office) -> None:
    other = create_office(facts={"name": "Ribera"}, by=world.alma)
    with pytest.raises(Refused, match=r"."):
        create_office(facts={"name": "CENTRO"}, by=world.alma)
    with pytest.raises(Refused):
        edit_office(other, changes={"name": "centro"}, by=world.alma)
    assert edit_office(office, changes={"name": "CENTRO"}, by=world.alma).name == "CENTRO"


def test_the_last_office_stays_open(world: World, office: Office) -> None:
    with pytest.raises(Refused) as refused:
        edit_office(office, changes={"active": False}, by=world.alma)
    assert refused.value.code == "last_office"
    create_office(facts={"name": "Ribera"}, by=world.alma)
    assert not edit_office(office, changes={"active": False}, by=world.alma).active


def test_a_team_cannot_sit_in_another_institutions_office(world: World, foreign: Office) -> None:
    with pytest.raises(Refused) as refused:
        create_team(facts={"name": "Rentas", "office": foreign}, by=world.alma)
    assert refused.value.code == "invalid_office"
    with pytest.raises(Refused):
        edit_team(world.team, changes={"office": foreign}, by=world.alma)


def test_teams_are_edited_and_put_out_of_use(world: World) -> None:
    assert edit_team(world.team, changes={"name": "Luces", "active": False}, by=world.alma).name == "Luces"
    with acting(world.alma):
        assert Event.objects.get(kind="team.edited").data["fields"] == ["name", "active"]


def test_nobody_but_the_administrator_and_nothing_of_sur(world: World, office: Office, foreign: Office) -> None:
    for deed in (lambda: create_office(facts={"name": "X"}, by=world.ana), lambda: create_team(facts={"name": "X"}, by=world.sofia)):
        with pytest.raises(PermissionDenied):
            deed()
    with pytest.raises(Office.DoesNotExist):
        edit_office(foreign, changes={"name": "X"}, by=world.alma)
    with acting(Machine("test", world.sur.pk)):
        team = Team.objects.create(institution=world.sur, name="Sur")
    with pytest.raises(Team.DoesNotExist):
        edit_team(team, changes={"name": "X"}, by=world.alma)


def test_the_pages_do_it_and_say_what_is_wrong(world: World, office: Office, foreign: Office) -> None:
    browser = world.browser(world.alma)
    assert browser.post(reverse("institutions:office_new"), {"name": "Ribera", "active": "on"}).status_code == 302
    assert browser.post(reverse("institutions:office_new"), {"name": "Ribera", "active": "on"}).status_code == 422
    assert browser.post(reverse("institutions:team_new"), {"name": "Rentas", "office": office.pk, "active": "on"}).status_code == 302
    assert browser.post(reverse("institutions:team_new"), {"name": "Otra", "office": foreign.pk, "active": "on"}).status_code == 422
    assert browser.post(reverse("institutions:office", args=[office.uid]), {"name": "Centro nuevo", "active": "on"}).status_code == 302
    page = browser.get(reverse("institutions:offices")).content.decode()
    assert "Centro nuevo" in page
    assert "Rentas" in page
    assert browser.get(reverse("institutions:office", args=[foreign.uid])).status_code == 404
