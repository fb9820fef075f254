"""Bearer tokens of agencies' systems."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest
from django.utils.timezone import now
from oauth2_provider.models import AccessToken

from czrm.kit.actor import Actor

MEMORY = 5  # seconds a revoked token may live on


def bearer(token: str, request: HttpRequest) -> Actor | None:
    """The actor of a token: its look-up cost more than a third of a read, so it is remembered for some seconds."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    near = caches["near"]
    actor: Any = near.get(digest)
    if actor is None:
        actor = look_up(digest, request)
        if actor is not None:
            near.set(digest, actor, MEMORY)
    return actor


def look_up(digest: str, request: HttpRequest) -> Actor | None:
    found = AccessToken.objects.select_related("application__institution").filter(token_checksum=digest, expires__gt=now()).first()
    return None if found is None or found.application is None else found.application.as_actor(request)
