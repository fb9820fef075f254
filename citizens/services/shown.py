"""Who was seen in a list of results. While one types, lists come and go: only one that stands still is written down.

A list waits here until the page says that it stood, or until the next call finds that it had, or that it begins another search; so
nothing seen is lost by a page that keeps silent, nor by a program that does not wait, and a citizen is not told of lists that were
on their way to another.
"""

from __future__ import annotations

from dataclasses import replace
from time import time

from django.core.cache import cache
from redis.exceptions import RedisError

from citizens.models import CitizenLink
from czrm.kit.actor import Actor, Clerk, Machine, acting
from czrm.trail.access import searched

STILL = 1.0  # seconds a list must stand to have been seen
KEPT = 30 * 24 * 3600  # seconds: until the officer searches again, in whatever contact


def remember(citizen_ids: list[int], *, settled: bool, goes_on: bool, by: Actor) -> None:
    """`goes_on`: with more letters, or fewer, after those of the call before."""
    try:
        settle(by=by, least=STILL if goes_on else 0.0)
        if settled or not isinstance(by, Clerk):
            write_down(citizen_ids, by=by)
        elif citizen_ids:
            cache.set(key(by), (time(), citizen_ids, by.purpose_id, by.contact_id), KEPT)
    except RedisError:  # nowhere to wait: written down at once
        write_down(citizen_ids, by=by)


def settle(*, by: Actor, least: float = 0.0) -> None:
    """Write down the list that waits, if it has stood for `least` seconds; else forget it."""
    if not isinstance(by, Clerk):
        return
    waiting = cache.get(key(by))
    if waiting is None:
        return
    since, citizen_ids, purpose_id, contact_id = waiting
    cache.delete(key(by))
    if time() - since >= least:
        with acting(replace(by, purpose_id=purpose_id, contact_id=contact_id)) as then:
            write_down(citizen_ids, by=then)


def write_down(citizen_ids: list[int], *, by: Actor) -> None:
    """Those whom only an agreement shows apart from the others, with the institutions that know them."""
    links: list[tuple[int, int]] = []
    if isinstance(by, Clerk | Machine) and by.purpose_id is not None and citizen_ids:
        links = list(CitizenLink.objects.filter(citizen__in=citizen_ids).values_list("citizen", "institution"))
    own = {citizen for citizen, institution in links if institution == getattr(by, "institution_id", None)}
    shared = {citizen: institution for citizen, institution in links if citizen not in own}
    known = [citizen for citizen in citizen_ids if citizen not in shared]
    if known or not shared:
        searched("citizen.find", known, by=by)
    if shared:
        searched("citizen.find", list(shared), by=by, owners=tuple(sorted(set(shared.values()))))


def key(by: Clerk) -> str:
    return f"shown:{by.institution_id}:{by.user_id}"
