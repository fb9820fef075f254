"""One search is one search, however many keys it takes: what is typed letter by letter counts once in the budget of the hour.

Free is what goes on from the call before: more letters after what stood there, letters taken back, and the Enter at the end. Letters put
after others were taken back count anew, or the alphabet could be tried under one prefix for nothing.
"""

from __future__ import annotations

from django.core.cache import cache
from redis.exceptions import RedisError

from czrm.kit.actor import Actor, Clerk

from . import budget

PAUSE = 60  # seconds after which one begins anew


def spend(text: str, *, typing: bool, by: Actor) -> bool:
    """Whether it goes on from the call before."""
    if not isinstance(by, Clerk):
        budget.spend("find", by=by)
        return False
    key, text = f"typed:{by.user_id}", " ".join(text.casefold().split())
    try:
        before = cache.get(key)
        goes_on = follows(before, text, typing=typing)
        if not goes_on:
            budget.spend("find", by=by)
            before = None
        cache.set(key, (text, taken_back(before, text)), PAUSE)
    except RedisError:  # nowhere to remember: each call counts
        budget.spend("find", by=by)
        return False
    return goes_on


def follows(before: tuple[str, bool] | None, text: str, *, typing: bool) -> bool:
    if before is None:
        return False
    last, shortened = before
    if text == last:
        return True
    return typing and (last.startswith(text) or (text.startswith(last) and not shortened))


def taken_back(before: tuple[str, bool] | None, text: str) -> bool:
    if before is None:
        return False
    last, shortened = before
    return shortened or len(text) < len(last)
