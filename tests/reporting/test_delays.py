"""Lawful delays: a look is told later only where the data-protection officer said so, with a reason, a law and an end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.timezone import localdate, now

from czrm.institutions.models import User
from czrm.kit import near
from czrm.kit.actor import acting
from czrm.kit.refused import Refused
from czrm.trail import delays
from czrm.trail.access import looked, searched
from czrm.trail.models import AccessDelay, AccessEntry, Event
from reporting.oversight.delays import end_delay, set_delay
from tests import factories
from tests.factories import machine
from tests.world import World


def delay(world: World, **fields: Any) -> AccessDelay:
    given = {"days": 30, "reason": "An audit", "legal_basis": "Ley 2, art. 3", "until": now() + timedelta(days=60), "by": world.pablo}
    return set_delay(**given | ({} if {"purpose", "officer", "case"} & set(fields) else {"purpose": world.purpose}) | fields)


def waits(world: World, by: Any, thing: Any, verb: str = "citizen.see") -> int:
    """Days until the citizen sees this look."""
    with acting(by):
        looked(thing, verb, by=by)
    with acting(machine(world.norte)):
        entry = AccessEntry.objects.order_by("-pk")[0]
        return (entry.visible_from - entry.at).days


def test_only_looks_for_that_purpose_wait(world: World) -> None:
    delay(world)
    busy = replace(world.ana, purpose_id=world.purpose.pk)
    assert waits(world, busy, world.carla) == 30
    assert waits(world, world.ana, world.carla) == 0
    assert waits(world, replace(world.ana, purpose_id=factories.purpose("other").pk), world.carla) == 0
    with acting(world.visitor):
        assert AccessEntry.objects.count() == 2
    with acting(world.pablo):
        assert AccessEntry.objects.count() == 3


def test_an_officer_a_case_and_all_that_are_named(world: World) -> None:
    ana = User.objects.get(pk=world.ana.user_id)
    delay(world, officer=ana, case=world.case_of_norte, days=10)
    assert waits(world, world.ana, world.case_of_norte, "case.see") == 10
    assert waits(world, world.sofia, world.case_of_norte, "case.see") == 0
    assert waits(world, world.ana, world.carla) == 0


def test_a_search_waits_too(world: World) -> None:
    delay(world)
    busy = replace(world.ana, purpose_id=world.purpose.pk)
    with acting(busy):
        searched("citizen.find", [world.carla.pk], by=busy)
    with acting(world.visitor):
        assert not AccessEntry.objects.exists()


def test_what_a_citizen_or_a_guest_does_never_waits(world: World) -> None:
    delay(world)
    with acting(world.visitor):
        assert delays.days(world.visitor) == 0
        assert delays.days(replace(machine(world.norte), purpose_id=world.purpose.pk)) == 0  # a deputy at the portal
    with acting(replace(world.ana, purpose_id=world.purpose.pk)) as by:
        assert delays.days(by) == 30


def test_its_end_and_its_being_ended_count(world: World) -> None:
    busy = replace(world.ana, purpose_id=world.purpose.pk)
    made = delay(world)
    end_delay(made, by=world.pablo)
    assert waits(world, busy, world.carla) == 0
    with pytest.raises(Refused):
        end_delay(made, by=world.pablo)
    delay(world, until=now() + timedelta(seconds=0.2))
    near.forget_all()
    import time

    time.sleep(0.25)
    assert waits(world, busy, world.carla) == 0


def test_it_is_said_without_telling_of_whom(world: World) -> None:
    end_delay(delay(world, case=world.case_of_norte), by=world.pablo)
    with acting(world.pablo):
        said = list(Event.objects.filter(kind__startswith="access.delay"))
    assert [event.kind for event in said] == ["access.delay_set", "access.delay_ended"]
    assert all(event.case_id is None and not event.public and "An audit" not in str(event.data) for event in said)


@pytest.mark.parametrize(
    "wrong",
    [{"purpose": None, "officer": None}, {"reason": " "}, {"legal_basis": ""}, {"days": 0}, {"days": 366},
     {"until": now() - timedelta(days=1)}, {"until": now() + timedelta(days=1000)}],
    ids=["nothing", "no reason", "no law", "no days", "too long", "over", "too far"],
)  # fmt: skip
def test_what_is_not_lawful_is_refused(world: World, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        delay(world, **wrong)


def test_only_the_data_protection_officer_delays_and_only_their_own(world: World) -> None:
    for by in (world.ana, world.sofia, world.alma):
        with pytest.raises(PermissionDenied):
            delay(world, by=by)
    with pytest.raises(Refused):
        delay(world, officer=User.objects.get(pk=world.bruno.user_id))
    made = delay(world)
    with pytest.raises(AccessDelay.DoesNotExist):
        end_delay(made, by=factories.clerk("Diana", world.sur, "dpo"))


def test_another_institutions_looks_do_not_wait(world: World) -> None:
    delay(world)
    busy = replace(world.bruno, purpose_id=world.purpose.pk)
    with acting(busy):
        looked(world.carla, "citizen.see", by=busy)
    with acting(world.visitor):
        assert AccessEntry.objects.count() == 1


def test_the_page_takes_shows_and_ends_one(world: World) -> None:
    browser, at = world.browser(world.pablo), reverse("reporting:delays")
    given = {"purpose": world.purpose.pk, "case": world.case_of_norte.number, "days": 20, "until": (localdate() + timedelta(days=9)).isoformat(),
             "reason": "An audit", "legal_basis": "Ley 2"}  # fmt: skip
    assert browser.post(at, given | {"case": "NO-2026-9999999-Z"}).status_code == 422
    assert browser.post(at, given | {"days": 400}).status_code == 422
    assert browser.post(at, given | {"purpose": "", "case": ""}).status_code == 422
    answer = browser.post(at, given | {"case": ""})
    assert answer.status_code == 302
    page = browser.get(at)
    assert world.purpose.name in page.text
    [(row, in_force, _covers)] = page.context["rows"]
    assert in_force
    assert browser.post(reverse("reporting:delay_end", args=[row.uid])).status_code == 302
    assert browser.post(reverse("reporting:delay_end", args=[row.uid])).status_code == 409
