"""“Who looked at my data”: told by institution, post and reason, of every institution, when the law lets it be told."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import override

from channels.portal import accesses
from channels.portal.seen import DONE, OTHERWISE, SEEN
from czrm.institutions.models import Membership
from czrm.institutions.words import LOOKS
from czrm.kit.actor import Machine, acting
from czrm.trail.access import PAGE_VIEW, looked, searched, turned_away
from czrm.trail.models import AccessEntry
from czrm.trail.seen import SEEN as KINDS
from tests.factories import machine
from tests.world import World


@pytest.fixture(autouse=True)
def spanish() -> Iterator[None]:
    token = PAGE_VIEW.set(None)
    with override("en"):
        yield
    PAGE_VIEW.reset(token)


def look(by: Any, thing: Any, *verbs: str, **more: Any) -> None:
    PAGE_VIEW.set(str(uuid.uuid4()))
    with acting(by):
        for verb in verbs or ("citizen.see",):
            looked(thing, verb, by=by, **more)


def shown(world: World, before: int | None = None) -> list[accesses.Look]:
    with acting(world.visitor):
        return [each for day in accesses.page_of(world.visitor, before).days for each in day.looks]


def test_every_institution_that_looked_is_told_with_post_purpose_and_law(world: World) -> None:
    with acting(machine(world.norte)):
        Membership.objects.filter(user=world.ana.user_id).update(post="Counter clerk")
    look(replace(world.ana, purpose_id=world.purpose.pk), world.carla)
    look(world.bruno, world.carla)
    sur, norte = shown(world)
    assert (norte.institution, norte.post) == ("Municipalidad de Norte", "Counter clerk")
    assert (norte.reason, norte.basis) == ("Benefits", "Ley 1, art. 2")
    assert (sur.institution, sur.post, sur.reason) == ("Municipalidad de Sur", "Officer", "No purpose was stated")
    assert "Ana" not in str([norte, sur])


def test_a_page_with_all_its_panels_is_one_look(world: World) -> None:
    PAGE_VIEW.set(str(uuid.uuid4()))
    with acting(world.ana):
        looked(world.carla, "citizen.see", by=world.ana)
        looked(world.carla, "case.see", by=world.ana, categories=("case",))
        looked(world.carla, "fact.see", by=world.ana, categories=("health", "case"))
    [one] = shown(world)
    assert len(one.deeds) == 3
    assert one.kinds == ["your name and document", "how to reach you", "your requests", "your health"]


def test_without_a_purpose_the_request_it_was_about_is_the_reason(world: World) -> None:
    look(world.ana, world.case_of_norte, "case.see")
    [one] = shown(world)
    assert one.reason == f"To work on your request {world.case_of_norte.number}"
    assert one.kinds == ["your requests"]


def test_data_that_an_agreement_opened_are_told_with_their_keeper(world: World) -> None:
    look(world.ana, world.carla, owners=(world.sur.pk,))
    [one] = shown(world)
    assert one.owners == ["Municipalidad de Sur"]


def test_systems_and_keys_are_told_as_what_they_are(world: World) -> None:
    look(Machine("Pension system", world.norte.pk, client_id=7), world.carla)
    look(replace(world.guest, case_id=world.case_of_norte.pk), world.case_of_norte, "portal.track")
    key, system = shown(world)
    assert system.post == "An information system: Pension system"
    assert "key of your request" in key.post


def test_a_search_that_showed_them_is_told(world: World) -> None:
    with acting(world.ana):
        searched("citizen.find", [world.carla.pk, world.dario.pk], by=world.ana)
    assert [one.deeds for one in shown(world)] == [["You appeared in a search"]]


def test_ones_own_visits_refusals_and_other_peoples_looks_are_left_out(world: World) -> None:
    look(world.visitor, world.case_of_norte, "portal.track")
    with acting(world.visitor):
        turned_away("/portal/norte/cases/X/", 404, by=world.visitor)
    look(world.bruno, world.dario)
    assert shown(world) == []


def test_a_look_under_a_lawful_delay_is_told_when_it_is_over(world: World) -> None:
    look(world.ana, world.carla)
    with acting(world.ana), connection.cursor() as cursor:
        cursor.execute(
            "insert into trail_accessentry (institution_id, citizen_id, user_id, by, verb, subject, categories, owners, visible_from)"
            " values (%s, %s, %s, 'x', 'citizen.see', 's', '{}', '{}', %s)",
            [world.norte.pk, world.carla.pk, world.ana.user_id, now() + timedelta(days=1)],
        )
    assert len(shown(world)) == 1


def test_it_is_read_page_by_page_without_losing_or_tearing_a_look(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accesses, "SIZE", 7)
    for _ in range(10):
        look(world.ana, world.carla, "citizen.see", "case.see")
    read: list[accesses.Look] = []
    before: int | None = None
    with acting(world.visitor):
        for _page in range(20):
            page = accesses.page_of(world.visitor, before)
            read += [each for day in page.days for each in day.looks]
            if (before := page.before) is None:
                break
    assert len(read) == 10
    assert all(len(each.deeds) == 2 for each in read)


def test_the_page_says_it_and_writes_itself_down(world: World) -> None:
    look(replace(world.ana, purpose_id=world.purpose.pk), world.carla)
    browser = world.browser(world.visitor)
    page = browser.get(reverse("portal:accesses", args=["norte"]))
    assert page.status_code == 200
    assert "Ley 1, art. 2" in page.text
    assert "Ana" not in page.text
    assert page["Cache-Control"] == "no-store"
    with acting(world.pablo):
        assert AccessEntry.objects.filter(verb="portal.see_accesses", citizen_id=world.carla.pk).count() == 1
    assert len(shown(world)) == 1
    assert browser.get(reverse("portal:accesses", args=["norte"]), {"before": "x"}).status_code == 200


def test_who_only_has_a_key_or_is_nobody_is_not_told(world: World) -> None:
    for browser in (world.browser(world.guest), world.browser(world.ana)):
        answer = browser.get(reverse("portal:accesses", args=["norte"]))
        assert answer.status_code in (302, 403)


def test_every_look_and_every_kind_of_data_has_words_for_the_citizen() -> None:
    personal = {verb for verb in LOOKS if verb.partition(".")[0] in ("citizen", "case", "contact")}
    assert {verb for verb in personal if verb not in DONE and verb.partition(".")[0] not in OTHERWISE} == set()
    assert {kind for kinds in KINDS.values() for kind in kinds} <= set(SEEN)
