"""How often somebody may ask about people in an hour: nobody harvests the register by typing."""

from __future__ import annotations

import logging
from functools import partial
from time import time

from django.core.cache import BaseCache, caches
from django.utils.translation import gettext
from redis.exceptions import RedisError

from czrm.institutions.context import remembered
from czrm.kit import near
from czrm.kit.actor import Actor, Clerk, Machine
from czrm.kit.refused import Refused
from czrm.trail.afterwards import afterwards
from czrm.trail.say import say

logger = logging.getLogger(__name__)
HOUR = 3600  # seconds
LIMITS = {"find": 300, "identify": 60}  # an hour; what is typed letter by letter is one search: see typed.py


def spend(what: str, *, by: Actor) -> None:
    """Count a call, also of one that is then undone; our own unattended work is not counted."""
    who = getattr(by, "user_id", None) or getattr(by, "client_id", None)
    if who is None:
        return
    hour = int(time()) // HOUR
    calls = count(f"budget:{what}:{type(by).__name__}:{who}:{hour}")
    if calls > LIMITS[what]:
        if calls == LIMITS[what] + 1:
            logger.warning("budget spent", extra={"budget": what})
            afterwards(partial(tell, what, by=by))
        raise Refused(
            "budget_spent", gettext("You have looked for too many people in this hour. Wait until the next one, or ask your supervisor.")
        )


def tell(what: str, *, by: Actor) -> None:
    """Once an hour, to whoever supervises: see channels/alerts.py."""
    if isinstance(by, Clerk | Machine) and (institution := remembered(by.institution_id)):
        say("access.budget_exceeded", institution, by=by, budget=what, calls=LIMITS[what])


def count(key: str) -> int:
    try:
        return _count(caches["default"], key)
    except RedisError:  # the counter is away: this process counts alone
        return near.keep((key,), (near.recalled((key,)) or 0) + 1, seconds=HOUR)


def _count(cache: BaseCache, key: str) -> int:
    cache.add(key, 0, HOUR)
    try:
        return cache.incr(key)
    except ValueError:  # it ran out, or the cache was emptied, between the two commands
        cache.set(key, 1, HOUR)
        return 1
