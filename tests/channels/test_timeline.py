"""Everything that happened with a person, once each, in order, whatever wrote it down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from channels import timeline as of_time
from channels.models import Contact, Notice
from channels.timeline import Cursor, timeline
from citizens.services import protect_citizen
from czrm.kit.actor import acting
from czrm.trail.models import AccessEntry, Event
from tests.factories import machine
from tests.world import World

from .scenes import at, contact, said


def history(world: World, n: int = 17) -> None:
    """Contacts, events and notices; many of the same moment, as one transaction writes them."""
    start = now() - timedelta(days=3)
    case = world.case_of_norte
    with acting(machine(world.norte)):
        for k in range(n):
            moment = start + timedelta(minutes=k // 4)
            Contact.objects.create(
                institution=world.norte, user_id=world.ana.user_id, citizen=world.carla, purpose=world.purpose,
                started_at=moment, ended_at=moment, notes=f"contact {k}",
            )  # fmt: skip
            Notice.objects.create(
                institution=world.norte, event_id=k, kind="case.opened", channel="email", recipient="c@x.cl",
                subject=f"notice {k}", body="b", citizen=world.carla, case=case, created_at=moment,
            )  # fmt: skip
            Event.objects.create(
                institution=world.norte, citizen_id=world.carla.pk, case_id=case.pk, kind="case.opened", by="Ana", subject="x", at=moment,
                data={"procedure": f"event {k}"},
            )  # fmt: skip


def walk(world: World, kind: str = "") -> list[str]:
    told, cursor = [], Cursor()
    with acting(world.ana):
        while True:
            page = timeline(world.carla, kind=kind, cursor=cursor, institution_id=world.norte.pk)
            told += [story.text or story.title for _day, stories in page.days for story in stories]
            if page.older is None:
                return told
            cursor = Cursor.read(str(page.older))


@pytest.mark.parametrize("size", [1, 3, 7, 20, 100])
def test_older_goes_on_where_the_page_ended_without_loss_or_repetition(world: World, monkeypatch, size):
    monkeypatch.setattr(of_time, "PAGE", size)
    history(world)
    told = walk(world)
    assert len(told) == len(set(told)) == 3 * 17
    assert {f"contact {k}" for k in range(17)} | {f"notice {k}" for k in range(17)} | {f"event {k}" for k in range(17)} == set(told)


def test_newest_first(world: World):
    history(world)
    with acting(world.ana):
        page = timeline(world.carla, kind="", cursor=Cursor(), institution_id=world.norte.pk)
    moments = [story.at for _day, stories in page.days for story in stories]
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize(("kind", "word"), [("contacts", "contact"), ("cases", "event"), ("notices", "notice")])
def test_it_can_be_narrowed(world: World, kind, word):
    history(world, 3)
    assert all(text.startswith(word) for text in walk(world, kind))
    assert len(walk(world, kind)) == 3


@pytest.mark.parametrize("text", ["", "x", "~", "2026-11-21T10:00:00+00:00~x", "~5"])
def test_a_cursor_that_makes_no_sense_begins_anew(text):
    assert Cursor.read(text).at is None or Cursor.read(text) == Cursor()


def test_the_panel_shows_the_contact_in_progress_the_delivery_and_few_queries(world: World):
    history(world, 2)
    with acting(machine(world.norte)):
        Notice.objects.filter(event_id=0).update(status="dead")
    one = contact(world)
    ana = world.browser(world.ana)
    address = f"/@{one.code}{at('channels:of', world.carla.uid)}"
    ana.get(address)
    with CaptureQueriesContext(connection) as asked:
        shown = ana.get(address).content.decode()
    tables = ("channels_", "citizens_", "cases_", "trail_")
    assert len([query for query in asked.captured_queries if any(f'"{name}' in query["sql"] for name in tables)]) <= 6
    assert 'name="notes"' in shown
    assert f"/@{one.code}/desk/contacts/{one.code}/notes/" in shown
    assert "badge small danger" in shown  # not delivered
    assert shown.count("<li") >= 7
    with acting(world.ana):
        assert AccessEntry.objects.filter(citizen_id=world.carla.pk, verb="contact.see", contact_id=one.pk).exists()


def test_bruno_has_no_history_of_norte(world: World):
    history(world, 3)
    said("case.opened", world.case_of_norte)
    shown = world.browser(world.bruno).get(at("channels:of", world.carla.uid))  # a citizen of both
    assert shown.status_code == 200
    for word in ("contact 0", "notice 0", "event 0", world.case_of_norte.number):
        assert word not in shown.content.decode()


def test_ana_has_no_history_of_a_person_only_sur_knows(world: World):
    assert world.browser(world.ana).get(at("channels:of", world.dario.uid)).status_code == 404


def test_of_a_protected_person_nobody_reads_where_a_notice_went(world: World):
    history(world, 1)
    with acting(machine(world.norte)):
        Notice.objects.filter(citizen=world.carla).update(recipient="carla.soto@example.org")
    protect_citizen(world.carla, officers=[], reason="Protection order of the family court", by=world.sofia)
    shown = world.browser(world.sofia).get(at("channels:of", world.carla.uid)).content.decode()
    assert "notice 0" in shown
    assert "c•••@example.org" in shown
    assert "carla.soto" not in shown
