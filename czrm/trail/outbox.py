"""The outbox: the Event table is the truth, the broker a nudge."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils.timezone import now

from czrm.kit.actor import Machine, acting

from . import bell
from .models import Event

logger = logging.getLogger(__name__)
LISTENERS: dict[str, list[Callable[[Event], object]]] = {}
SWEEP = "czrm.trail.tasks.sweep"
WORRY = 6  # failed attempts after which somebody should look: about two minutes
LONGEST_WAIT = 3600  # seconds
PATIENCE = 15  # seconds a database may be away before the round is given up


def listen(kind: str, listener: Callable[[Event], object]) -> None:
    LISTENERS.setdefault(kind, []).append(listener)


def nudge() -> None:
    bell.ring(SWEEP)


def after_commit(task: str) -> None:
    """Wake this task once what is being written can be seen."""
    transaction.on_commit(partial(bell.ring, task), robust=True)


def dispatch(limit: int = 50) -> int:
    """Lease what waits, of every institution, and hand it on acting for each; other dispatchers skip what is leased."""
    with connection.cursor() as cursor:
        cursor.execute("select id, institution_id from czrm.lease_events(%s) order by id", [limit])
        leased: list[tuple[int, int]] = cursor.fetchall()
    for event_id, institution_id in leased:
        try:
            hand_on(event_id, institution_id)
        except (OperationalError, InterfaceError):
            wait_for_database()
            put_off(event_id, institution_id)
        except Exception:
            logger.exception("event not handed on", extra={"event_id": event_id})
            put_off(event_id, institution_id)
    return len(leased)


def hand_on(event_id: int, institution_id: int) -> None:
    """All listeners of one event in one transaction: they are heard together or not at all."""
    with acting(Machine("outbox", institution_id)):
        event = Event.objects.get(pk=event_id)
        for listener in LISTENERS.get(event.kind, []):
            listener(event)
        Event.objects.filter(pk=event_id).update(dispatched_at=now(), leased_until=None)


def put_off(event_id: int, institution_id: int) -> None:
    """A failing listener waits longer each time and is never given up; the lease keeps everybody else away until then."""
    with acting(Machine("outbox", institution_id)):
        attempts = Event.objects.values_list("attempts", flat=True).get(pk=event_id) + 1
        wait = timedelta(seconds=min(2**attempts, LONGEST_WAIT))
        Event.objects.filter(pk=event_id).update(attempts=attempts, leased_until=now() + wait)
    if attempts >= WORRY:
        logger.critical("an event cannot be handed on", extra={"event_id": event_id, "attempts": attempts})


def wait_for_database() -> None:
    """It was restarted under us: come back as soon as it answers."""
    deadline = time.monotonic() + PATIENCE
    while True:
        connection.close()
        try:
            connection.ensure_connection()
            return
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
