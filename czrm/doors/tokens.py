"""Bearer tokens of agencies' systems."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest
from django.utils.timezone import now
from oauth2_provider.models import AccessToken

from czrm.kit import near
from czrm.kit.actor import Actor

MEMORY = 5  # seconds a revoked token may live on


def bearer(token: str, request: HttpRequest) -> Actor | None:
    """The actor of a token: its look-up cost more than a third of a read, so it is remembered for some seconds."""
    digest = hashlib.sha256(token.encode()).hexdigest()
    return near.remembered(("token", digest), lambda: look_up(digest, request), seconds=MEMORY)


def look_up(digest: str, request: HttpRequest) -> Actor | None:
    found = AccessToken.objects.select_related("application__institution").filter(token_checksum=digest, expires__gt=now()).first()
    return None if found is None or found.application is None else found.application.as_actor(request)
