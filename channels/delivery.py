"""Sending what waits: the table is the truth. Leased by number, claimed by attempt, sent outside any transaction, then marked.

A worker that dies after the provider took a message and before it is marked leaves one duplicate, which carries the same
Message-ID; nothing else is sent twice, and nothing is lost.
"""

from __future__ import annotations

import logging
import random
import time
from datetime import timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.db.models.functions import Now
from django.utils.timezone import now

from channels import codes
from channels.models import Notice
from channels.transports import Rejected, Transport, Unreachable, Unsure, transports
from czrm.kit.actor import Machine, acting
from czrm.trail.outbox import wait_for_database

logger = logging.getLogger(__name__)
BATCH = 5  # of them the last must still be sent inside the lease of 90 s: a provider may take 10 s for each step
SPARE = timedelta(seconds=30)  # what a lease must still hold when one begins to send
FIRST_WAIT, LONGEST_WAIT = 15, 2 * 3600  # seconds
MOST_ATTEMPTS = 20  # more than a day


def deliver(batch: int = BATCH) -> int:
    """Send one batch; how many were leased."""
    ways = transports()
    if not ways:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("select id, institution_id, attempt from czrm.lease_notices(%s, %s::text[])", [batch, list(ways)])
        leased: list[tuple[int, int, int]] = cursor.fetchall()
    away: set[str] = set()
    try:
        for notice_id, institution_id, attempt in leased:
            notice = claimed(notice_id, institution_id, attempt)
            if notice is not None and attempt > MOST_ATTEMPTS:
                give_up(notice, "every attempt ended half-way")
            elif notice is not None and one(notice, ways[notice.channel], away=notice.channel in away):
                away.add(notice.channel)
    finally:
        for way in ways.values():
            way.close()
    return len(leased)


def claimed(notice_id: int, institution_id: int, attempt: int) -> Notice | None:
    """Only whoever holds the last lease, and holds it long enough, may send."""
    with acting(Machine("notices", institution_id)):
        mine = Notice.objects.filter(pk=notice_id, status=Notice.Status.WAITING, attempt=attempt, leased_until__gt=Now() + SPARE)
        notice = mine.first()
        if notice is None:
            return None
        if codes.too_late(notice):
            mine.update(status=Notice.Status.CANCELLED, error="too_late", leased_until=None)
            return None
        notice.body = codes.filled(notice)  # only here: what is kept holds no code
        return notice


def one(notice: Notice, way: Transport, *, away: bool) -> bool:
    """Send and mark one notice; True if nobody answered, so that the rest of the batch need not try."""
    try:
        provider_id = "" if away else way.send(notice)
    except Rejected as error:
        give_up(notice, str(error))
        return False
    except Unreachable as error:
        try_later(notice, f"unreachable: {error}")
        return True
    except Unsure as error:
        try_later(notice, f"unsure: {error}")
        return False
    except Exception as error:
        try_later(notice, f"{type(error).__name__}: {getattr(error, 'smtp_code', '')}")
        return False
    if away:
        try_later(notice, "unreachable")
    else:
        mark(notice, status=Notice.Status.SENT, sent_at=now(), provider_id=provider_id, error="")
    return away


def try_later(notice: Notice, why: str) -> None:
    if notice.attempt >= MOST_ATTEMPTS:
        give_up(notice, why)
        return
    mark(notice, due_at=now() + wait_after(notice.attempt), error=why[:300])


def give_up(notice: Notice, why: str) -> None:
    mark(notice, status=Notice.Status.DEAD, error=why[:300])
    logger.error("a notice was not delivered", extra={"notice_id": notice.pk, "kind": notice.kind, "attempts": notice.attempt, "why": why})


def wait_after(attempt: int) -> timedelta:
    """Twice as long each time, and never all at the same moment."""
    seconds = min(FIRST_WAIT * 2 ** max(attempt - 1, 0), LONGEST_WAIT)
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311


def mark(notice: Notice, **fields: Any) -> None:
    """Forward only, and only by the attempt that still holds it. It was sent: so insist, while the database comes back."""
    deadline = time.monotonic() + SPARE.total_seconds()
    while True:
        try:
            with acting(Machine("notices", notice.institution_id)):
                waiting = Notice.objects.filter(pk=notice.pk, status=Notice.Status.WAITING, attempt=notice.attempt)
                waiting.update(leased_until=None, **fields)
            return
        except (OperationalError, InterfaceError):
            if time.monotonic() > deadline:
                raise
            wait_for_database()
