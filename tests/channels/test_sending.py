"""A notice goes out once, and each way a provider can fail ends in a known state."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils.timezone import now

from channels import delivery
from channels.models import Notice
from channels.transports import Rejected, Unreachable, email, mailbox, sms
from channels.transports import transports as chosen
from czrm.kit.actor import acting
from tests.factories import machine
from tests.world import World

YESTERDAY = now() - timedelta(days=1)  # the lease reads the clock of its transaction, which is the test's


class Provider:
    """Does with each notice what the scene says."""

    def __init__(self, act: Callable[[Notice], None] = lambda notice: None) -> None:
        self.act, self.took = act, list[str]()

    def send(self, notice: Notice) -> str:
        self.act(notice)
        self.took.append(notice.recipient)
        return f"id-{notice.pk}"

    def close(self) -> None:
        """Nothing was opened."""


@pytest.fixture
def provider(monkeypatch) -> Provider:
    made = Provider()
    monkeypatch.setattr(delivery, "transports", lambda: {"email": made})
    return made


def waiting(world: World, n: int = 1, **fields) -> list[Notice]:
    with acting(machine(world.norte)):
        return [
            Notice.objects.create(
                institution=world.norte, event_id=k, kind="case.opened", subject="s", body="b", due_at=YESTERDAY,
                **{"channel": "email", "recipient": f"p{k}@example.org"} | fields,
            )
            for k in range(n)
        ]  # fmt: skip


def now_of(world: World, notice: Notice) -> Notice:
    with acting(machine(world.norte)):
        return Notice.objects.get(pk=notice.pk)


def due_again(world: World) -> None:
    with acting(machine(world.norte)):
        Notice.objects.filter(status="waiting").update(due_at=YESTERDAY, leased_until=None)


def failing(error: Exception) -> Callable[[Notice], None]:
    def act(notice: Notice) -> None:
        raise error

    return act


def test_it_is_sent_marked_and_not_sent_again(world: World, provider: Provider):
    [notice] = waiting(world)
    assert delivery.deliver() == 1
    assert delivery.deliver() == 0
    sent = now_of(world, notice)
    assert (sent.status, sent.attempt, sent.provider_id, sent.leased_until) == ("sent", 1, f"id-{notice.pk}", None)
    assert sent.sent_at is not None
    assert provider.took == [notice.recipient]


def test_it_is_sent_outside_any_transaction_of_ours(world: World, provider: Provider):
    depth = len(connection.savepoint_ids)  # the test itself is one
    provider.act = lambda notice: seen.append(len(connection.savepoint_ids))
    seen: list[int] = []
    waiting(world)
    delivery.deliver()
    assert seen == [depth]


FAILURES = [ValueError("500"), smtplib.SMTPDataError(451, b"busy"), TimeoutError(), smtplib.SMTPServerDisconnected("x")]


@pytest.mark.parametrize("error", FAILURES, ids=str)
def test_a_failure_waits_longer_each_time(world: World, provider: Provider, error: Exception):
    [notice] = waiting(world)
    provider.act = failing(error)
    waits = []
    for attempt in (1, 2, 3):
        before = now()
        delivery.deliver()
        late = now_of(world, notice)
        assert (late.status, late.attempt) == ("waiting", attempt)
        assert late.error.startswith(type(error).__name__)
        waits.append((late.due_at - before).total_seconds())
        assert delivery.deliver() == 0  # not before its time
        due_again(world)
    assert 11 <= waits[0] <= 20
    assert waits[0] < waits[1] < waits[2]
    provider.act = lambda notice: None
    delivery.deliver()
    assert now_of(world, notice).status == "sent"


def test_after_the_last_attempt_it_is_dead_and_somebody_is_alarmed(world: World, provider: Provider, caplog):
    [notice] = waiting(world, attempt=delivery.MOST_ATTEMPTS - 1)
    provider.act = failing(ValueError("no"))
    delivery.deliver()
    assert now_of(world, notice).status == "dead"
    [alarm] = [record for record in caplog.records if record.message == "a notice was not delivered"]
    assert alarm.levelname == "ERROR"
    assert notice.recipient not in str(alarm.__dict__)


def test_a_poison_message_that_kills_its_workers_dies_before_they_all_do(world: World, provider: Provider):
    [notice] = waiting(world, attempt=delivery.MOST_ATTEMPTS)  # each lease was taken and nothing was ever marked
    delivery.deliver()
    assert (now_of(world, notice).status, provider.took) == ("dead", [])


def test_poison_holds_nobody_up(world: World, provider: Provider):
    first, second = waiting(world, 2)
    provider.act = lambda notice: failing(ZeroDivisionError())(notice) if notice.pk == first.pk else None
    delivery.deliver()
    assert (now_of(world, first).status, now_of(world, second).status) == ("waiting", "sent")


def test_an_address_that_does_not_exist_is_not_tried_again(world: World, provider: Provider):
    [notice] = waiting(world)
    provider.act = failing(Rejected("no such user"))
    delivery.deliver()
    assert (now_of(world, notice).status, now_of(world, notice).error) == ("dead", "no such user")


def test_when_nobody_answers_the_rest_of_the_batch_does_not_knock(world: World, provider: Provider):
    knocks: list[int] = []

    def away(notice: Notice) -> None:
        knocks.append(notice.pk)
        raise Unreachable("ConnectionRefusedError")

    provider.act = away
    found = waiting(world, 3)
    delivery.deliver()
    assert len(knocks) == 1
    assert {now_of(world, notice).status for notice in found} == {"waiting"}
    assert all(now_of(world, notice).due_at > now() for notice in found)


def test_who_lost_the_lease_neither_sends_nor_marks(world: World, provider: Provider):
    [notice] = waiting(world)
    with connection.cursor() as cursor:
        cursor.execute("select id, institution_id, attempt from czrm.lease_notices(1)")
        [(pk, institution, attempt)] = cursor.fetchall()
    slow = delivery.claimed(pk, institution, attempt)
    assert slow is not None
    with acting(machine(world.norte)):
        Notice.objects.filter(pk=pk).update(leased_until=YESTERDAY)
    assert delivery.claimed(pk, institution, attempt) is None  # too late to begin
    provider.act = failing(ValueError("again"))
    delivery.deliver()  # another leases it, and fails
    delivery.mark(slow, status=Notice.Status.SENT)
    assert now_of(world, notice).status == "waiting"  # the slow one may not speak for the other's attempt


def test_a_status_only_moves_forward(world: World, provider: Provider):
    [notice] = waiting(world)
    delivery.deliver()
    with acting(machine(world.norte)):
        Notice.objects.filter(pk=notice.pk).update(status="read")
    delivery.mark(notice, status=Notice.Status.SENT)
    delivery.give_up(notice, "late")
    assert now_of(world, notice).status == "read"


def test_two_senders_never_take_the_same(world: World):
    waiting(world, 4)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select id from czrm.lease_notices(2)")
        first = {row[0] for row in cursor.fetchall()}
        cursor.execute("select id from czrm.lease_notices(9)")
        assert first.isdisjoint({row[0] for row in cursor.fetchall()})


def test_nothing_is_leased_while_there_is_no_way_out(world: World, settings):
    settings.EMAIL_URL, settings.DEMO = "", False
    [notice] = waiting(world)
    assert chosen() == {}
    assert delivery.deliver() == 0
    assert now_of(world, notice).attempt == 0


def test_the_way_out_is_what_is_configured_else_the_demonstrations_mailbox(settings):
    settings.EMAIL_URL, settings.SMS_URL, settings.DEMO = "", "", True
    assert {channel: type(way) for channel, way in chosen().items()} == {"email": mailbox.Mailbox, "sms": mailbox.Mailbox}
    settings.EMAIL_URL, settings.SMS_URL = "smtp://127.0.0.1:1", "http+json://127.0.0.1:1/"
    assert {channel: type(way) for channel, way in chosen().items()} == {"email": email.Email, "sms": sms.Sms}
    settings.DEMO, settings.SMS_URL = False, ""
    assert list(chosen()) == ["email"]


def test_a_channel_without_a_way_out_waits_and_holds_no_other_up(world: World, provider: Provider):
    [short], [letter] = waiting(world, channel="sms"), waiting(world)
    assert delivery.deliver() == 1
    assert (now_of(world, short).status, now_of(world, short).attempt, now_of(world, letter).status) == ("waiting", 0, "sent")


def test_a_letter_carries_the_notices_own_id_and_the_institutions_name(world: World, settings):
    settings.DEFAULT_FROM_EMAIL = "CzRM <no-reply@czrm.example>"
    [notice] = waiting(world)
    letter = email.letter(now_of(world, notice)).message()
    assert letter["Message-ID"] == f"<{now_of(world, notice).uid}@czrm.example>"
    assert letter["From"] == "Municipalidad de Norte <no-reply@czrm.example>"
    assert letter["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("fields", [{"subject": "a\nBcc: all@example.org"}, {"recipient": "a@b.cl\nBcc: x@y.cl"}], ids=str)
def test_a_letter_that_would_smuggle_a_header_is_not_written(world: World, fields):
    [notice] = waiting(world)
    for name, value in fields.items():
        setattr(notice, name, value)
    with pytest.raises(Rejected):
        email.letter(notice)


def test_waits_grow_to_a_limit_and_scatter():
    waits = [delivery.wait_after(attempt).total_seconds() for attempt in range(1, delivery.MOST_ATTEMPTS)]
    assert max(waits) <= delivery.LONGEST_WAIT * 1.25
    assert sum(waits) > 20 * 3600  # a provider may be away for most of a day
    assert len({delivery.wait_after(5) for _n in range(20)}) > 1
