"""How often one may try: counted in the cache, so that tries made at the same moment count too."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
QUARTER, HOUR = 15 * 60, 60 * 60


@dataclass(frozen=True)
class Limit:
    """At most so many in so many seconds."""

    name: str
    most: int
    seconds: int


BY_BROWSER = Limit("key:browser", 10, QUARTER)
BY_ADDRESS = Limit("key:address", 60, QUARTER)  # a library or a municipal office shares one address
BY_NUMBER = Limit("key:number", 20, QUARTER)
BEGUN = Limit("begun", 60, HOUR)
SENT = Limit("sent", 30, HOUR)
CODES_BY_POINT = Limit("code:point", 5, HOUR)  # of each address that is asked for, whether it is known or not
CODES_BY_ADDRESS = Limit("code:address", 30, HOUR)
FILES = Limit("files", 200, HOUR)


def allowed(limit: Limit, who: str) -> bool:
    """Count this try, and say whether it is still within the limit. Without a cache nothing is limited: keys have 73 random bits."""
    name = key_of(limit, who)
    try:
        cache.add(name, 0, limit.seconds)
        return cache.incr(name) <= limit.most
    except ValueError:  # it ran out between the two commands
        cache.set(name, 1, limit.seconds)
        return True
    except RedisError:
        logger.warning("limits are not counted: the cache is away")
        return True


def forgive(limit: Limit, who: str) -> None:
    """It was the right one: it does not count."""
    try:
        cache.delete(key_of(limit, who))
    except RedisError:
        logger.warning("limits are not counted: the cache is away")


def key_of(limit: Limit, who: str) -> str:
    """No address and no number is kept as it is."""
    return f"portal:{limit.name}:{hashlib.blake2b(who.encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=16).hexdigest()}"


def browser_of(request: HttpRequest) -> str:
    return request.session.session_key or str(request.META.get("CSRF_COOKIE", ""))


def address_of(request: HttpRequest) -> str:
    """Behind a proxy, the address that the nearest one saw; what a client writes there itself stands further left."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))
