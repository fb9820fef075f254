"""One's own log, what is written even if a request is undone, and the alert to who supervises."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from channels.alerts import supervisors_of
from citizens.services import budget
from czrm.institutions.models import Membership, User
from czrm.kit.actor import acting
from czrm.trail import afterwards
from czrm.trail.access import looked
from czrm.trail.models import Event
from tests import factories
from tests.channels.scenes import notices
from tests.channels.test_notices import hand_on_all
from tests.world import World

OWN = "institutions:access_own"


def test_an_officer_reads_what_they_looked_at_and_nobody_elses(world: World) -> None:
    for by in (world.ana, world.sofia):
        with acting(by):
            looked(world.carla, "citizen.see", by=by)
    page = world.browser(world.ana).get(reverse(OWN))
    [day] = page.context["days"]
    assert [(look.by, look.people[0][0]) for look in day.looks] == [("Ana", "Carla Soto")]
    assert world.browser(world.bruno).get(reverse(OWN)).context["days"] == []


def test_every_member_has_their_own_log_in_their_menu(world: World) -> None:
    for by in (world.ana, world.alma, world.pablo):
        assert reverse(OWN) in world.browser(by).get(reverse("institutions:profile")).text


def test_what_comes_afterwards_waits_for_the_door_and_runs_at_once_without_one() -> None:
    ran: list[str] = []
    with afterwards.waiting() as deeds:
        afterwards.afterwards(lambda: ran.append("inside"))
        assert ran == []
    for deed in deeds:
        deed()
    afterwards.afterwards(lambda: ran.append("at once"))
    assert ran == ["inside", "at once"]


@pytest.fixture
def tight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(budget.LIMITS, "find", 2)


def search(world: World, times: int, by: Any = None) -> list[int]:
    browser = world.browser(by or world.ana)
    return [browser.get(reverse("citizens:search"), {"q": f"Carla Soto {n} "}).status_code for n in range(times)]


def exceeded(world: World) -> list[Event]:
    with acting(world.pablo):
        return list(Event.objects.filter(kind="access.budget_exceeded"))


def test_who_asks_about_too_many_is_reported_once_though_the_request_is_undone(world: World, tight: None) -> None:
    search(world, 2)
    assert exceeded(world) == []
    search(world, 3)
    [event] = exceeded(world)
    assert (event.user_id, event.data, event.citizen_id, event.public) == (world.ana.user_id, {"budget": "find", "calls": 2}, None, False)


def test_the_supervisor_is_told(world: World, tight: None) -> None:
    User.objects.filter(pk=world.sofia.user_id).update(email="sofia@example.org")
    search(world, 4)
    hand_on_all()
    [notice] = [each for each in notices(world.norte) if each.kind == "access.budget_exceeded"]
    assert notice.recipient == "sofia@example.org"
    assert "Ana" in notice.subject
    browser = world.browser(world.sofia)
    assert str(notice.uid) in browser.get(reverse("channels:bell")).text
    opened = browser.get(reverse("channels:notice", args=[notice.uid]))
    assert "Ana" in opened.text


def test_those_of_the_team_come_first_then_all_then_the_data_protection_officer(world: World) -> None:
    def told() -> list[str]:
        with acting(factories.machine(world.norte)):
            return sorted(str(user) for user in supervisors_of(User.objects.get(pk=world.ana.user_id), world.norte.pk))

    assert world.pablo
    eva = factories.clerk("Eva", world.norte, "supervisor")
    assert told() == ["Eva", "Sofía"]
    with acting(factories.machine(world.norte)):
        for who in (world.ana, eva):
            Membership.objects.get(user=who.user_id).teams.add(world.team)
    assert told() == ["Eva"]
    with acting(factories.machine(world.norte)):
        Membership.objects.filter(user__in=[eva.user_id, world.sofia.user_id]).update(active=False)
    assert told() == ["Pablo"]
