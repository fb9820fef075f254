"""Who is told what: once, where they wish, in their language, and no more than they need."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import now

from channels.models import Notice
from channels.recipients import Recipient
from channels.services import read_notice, tell
from czrm.kit.actor import acting
from czrm.kit.refused import Refused
from czrm.trail import outbox
from czrm.trail.models import Event
from tests import factories
from tests.factories import machine
from tests.world import World

from .scenes import email_of, notices, said


def hand_on_all() -> None:
    while outbox.dispatch():
        pass


def test_an_opened_case_tells_its_citizen_once_however_often_the_event_is_heard(world: World):
    email_of(world.carla, "Carla@Example.org", world.norte)
    event = said("case.opened", world.case_of_norte)
    for _again in range(3):
        outbox.hand_on(event.pk, world.norte.pk)
    [notice] = notices(world.norte)
    assert (notice.recipient, notice.kind, notice.status) == ("carla@example.org", "case.opened", "waiting")
    assert (notice.citizen_id, notice.case_id, notice.language) == (world.carla.pk, world.case_of_norte.pk, "es")
    assert world.case_of_norte.number in notice.subject
    assert f"/portal/norte/track/?number={world.case_of_norte.number}" in notice.body
    assert "Carla" in notice.body
    assert "Soto" not in notice.body  # no more of a person than their first name


@pytest.mark.parametrize(
    ("points", "reply", "told"),
    [
        ([("a@x.cl", {}), ("b@x.cl", {"preferred": True})], "r@x.cl", "b@x.cl"),
        ([("a@x.cl", {}), ("b@x.cl", {"verified_at": "now"})], "r@x.cl", "b@x.cl"),
        ([("a@x.cl", {"preferred": True}), ("b@x.cl", {"preferred": True, "shared": True})], "", "a@x.cl"),
        ([("a@x.cl", {})], "r@x.cl", "r@x.cl"),
        ([("a@x.cl", {})], "", "a@x.cl"),
        ([("a@x.cl", {"valid_until": "gone", "preferred": True})], "", ""),
        ([], "", ""),
    ],
    ids=["preferred", "verified", "own before the household's", "where this case wants it", "any", "no longer valid", "none"],
)
def test_the_surest_address_is_used(world: World, points, reply, told):
    moments = {"now": now(), "gone": now() - timedelta(days=1)}
    for value, fields in points:
        email_of(world.carla, value, world.norte, **{key: moments.get(said, said) for key, said in fields.items()})
    email_of(world.carla, "de-sur@x.cl", world.sur, preferred=True)  # what Sur knows is not Norte's to use
    case = factories.case(world.norte, world.carla, world.procedure, reply_email=reply)
    said("case.opened", case)
    hand_on_all()
    [notice] = notices(world.norte)
    assert notice.recipient == told
    assert notice.status == ("waiting" if told else "cancelled")  # the officer sees that nobody was told


def test_an_anonymous_case_without_address_tells_nobody(world: World):
    said("case.opened", factories.case(world.norte, None, world.procedure))
    hand_on_all()
    assert notices(world.norte) == []


def test_a_request_names_the_day_in_the_citizens_language(world: World):
    with acting(machine(world.norte)):
        case = factories.case(world.norte, None, world.procedure, reply_email="ann@x.cl", reply_name="Ann")
        world.norte.language = "en"
        world.norte.save(update_fields=["language"])
    said("case.citizen_asked", case, answer_by="2026-12-04T18:00:00+00:00")
    hand_on_all()
    [notice] = notices(world.norte)
    assert "Dec. 4, 2026" in notice.body
    assert notice.body.startswith("Hello, Ann:")


def test_who_left_no_name_is_greeted_without(world: World):
    said("case.closed", factories.case(world.norte, None, world.procedure, reply_email="x@x.cl"))
    hand_on_all()
    [notice] = notices(world.norte)
    assert ", :" not in notice.body
    assert "{" not in notice.body + notice.subject


def test_the_officer_in_charge_is_told_of_an_answer_and_the_citizen_cannot_read_who(world: World):
    case = factories.case(world.norte, world.carla, world.procedure, assignee_id=world.ana.user_id)
    said("case.citizen_answered", case)
    hand_on_all()
    [notice] = notices(world.norte)
    assert (notice.recipient, notice.case_id, notice.citizen_id) == ("ana@example.org", None, None)
    with acting(world.visitor):
        assert not Notice.objects.exists()


def test_nobody_is_told_what_they_did_themselves_and_without_assignee_who_asked_is_told(world: World):
    case = factories.case(world.norte, None, world.procedure)
    said("case.citizen_asked", case, by=world.ana)
    said("case.citizen_answered", case, by=world.ana)  # handed in at her counter
    hand_on_all()
    assert notices(world.norte) == []
    said("case.citizen_answered", case)
    hand_on_all()
    assert [notice.recipient for notice in notices(world.norte)] == ["ana@example.org"]


def test_an_assignment_tells_the_new_officer_only(world: World):
    case = factories.case(world.norte, None, world.procedure, assignee_id=world.ana.user_id)
    said("case.assigned", case, by=world.sofia, assignee_id=world.sofia.user_id)  # overtaken by another meanwhile
    said("case.assigned", case, by=world.sofia, assignee_id=world.ana.user_id)
    said("case.assigned", case, by=world.ana, assignee_id=world.ana.user_id)  # took it herself
    hand_on_all()
    assert [(notice.kind, notice.recipient) for notice in notices(world.norte)] == [("case.assigned", "ana@example.org")]


def test_notices_stay_inside_their_institution(world: World):
    email_of(world.carla, "carla@x.cl", world.norte)
    said("case.opened", world.case_of_norte)
    hand_on_all()
    with acting(world.bruno):
        assert not Notice.objects.exists()
    with acting(world.visitor):
        assert Notice.objects.count() == 1


def test_only_our_own_hands_write_notices(world: World):
    event = said("case.opened", world.case_of_norte)
    with pytest.raises(PermissionDenied):
        tell(event, Recipient("x", "x@x.cl", "es"), "case.opened", {}, by=world.ana)


def test_an_officer_reads_their_own_notice_and_only_theirs(world: World):
    case = factories.case(world.norte, None, world.procedure, assignee_id=world.ana.user_id)
    said("case.citizen_answered", case)
    hand_on_all()
    [notice] = notices(world.norte)
    with pytest.raises(Refused):
        read_notice(notice, by=world.sofia)
    with pytest.raises(Notice.DoesNotExist):
        read_notice(notice, by=world.bruno)
    read = read_notice(notice, by=world.ana)
    assert read.status == "read"
    assert read.sent_at is not None


def test_a_failing_listener_worries_somebody_after_a_while_and_is_never_dropped(world: World, monkeypatch, caplog):
    def listen(event: Event) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(outbox.LISTENERS, "test.poison", [listen])
    event = said("test.poison", world.case_of_norte)
    for _attempt in range(outbox.WORRY):
        with acting(machine(world.norte)):
            Event.objects.filter(pk=event.pk).update(leased_until=None)
        outbox.dispatch()
    assert [record.levelname for record in caplog.records if record.message == "an event cannot be handed on"] == ["CRITICAL"]
    with acting(machine(world.norte)):
        assert Event.objects.get(pk=event.pk).dispatched_at is None
