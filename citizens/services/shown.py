"""Who was seen in a list of results. While one types, lists come and go: only one that stands still is written down.

A list waits here until the page says that it stood, or until the next call finds that it had; so nothing seen is lost by
a page that keeps silent, and a citizen is not told of lists that nobody could read.
"""

from __future__ import annotations

from time import time

from django.core.cache import cache
from redis.exceptions import RedisError

from czrm.kit.actor import Actor, Clerk
from czrm.trail.access import searched

STILL = 1.0  # seconds a list must stand to have been seen
KEPT = 900  # seconds


def remember(citizen_ids: list[int], *, settled: bool, by: Actor) -> None:
    try:
        settle(by=by, least=STILL)
        if settled or not isinstance(by, Clerk):
            searched("citizen.find", citizen_ids, by=by)
        elif citizen_ids:
            cache.set(key(by), (time(), citizen_ids), KEPT)
    except RedisError:  # nowhere to wait: written down at once
        searched("citizen.find", citizen_ids, by=by)


def settle(*, by: Actor, least: float = 0.0) -> None:
    """Write down the list that waits, if it has stood for `least` seconds; else forget it."""
    if not isinstance(by, Clerk):
        return
    waiting = cache.get(key(by))
    if waiting is None:
        return
    since, citizen_ids = waiting
    cache.delete(key(by))
    if time() - since >= least:
        searched("citizen.find", citizen_ids, by=by)


def key(by: Clerk) -> str:
    return f"shown:{by.institution_id}:{by.user_id}:{by.contact_id}"
