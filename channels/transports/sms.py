"""Short messages through a provider's HTTP interface: one JSON request each, as docs/configuration.md describes it.

The request carries the notice's own id as `Idempotency-Key`: where nobody knows whether a message was taken (the connection broke, or
the answer never came) it is tried again with the same key, and a provider that minds the key sends it once.
"""

from __future__ import annotations

import http.client
import json
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings

from channels.models import Notice

from . import Rejected, Unreachable, Unsure

TIMEOUT = 8.0  # seconds to connect, and for each part of an answer
MOST = 64 * 1024  # bytes of an answer that are read
NEVER = {400, 404, 410, 413, 422}  # this message will not be taken
REFUSED_US = {301, 302, 303, 307, 308, 401, 402, 403, 405}  # none will, until somebody mends the settings or the account


@dataclass(frozen=True, slots=True)
class Provider:
    """Where messages are posted, and as whom; its text never holds a secret."""

    host: str
    port: int
    path: str
    secure: bool
    sender: str
    authorization: str = field(default="", repr=False)


def provider_of(url: str) -> Provider:
    """`https+json://user:password@host/path?from=NAME`, or with `:token@` for a bearer token."""
    parts = urlsplit(url)
    secure = parts.scheme == "https+json"
    user, secret = unquote(parts.username or ""), unquote(parts.password or "")
    authorization = f"Basic {b64encode(f'{user}:{secret}'.encode()).decode()}" if user else f"Bearer {secret}" if secret else ""
    sender = parse_qs(parts.query).get("from", [""])[0]
    return Provider(parts.hostname or "", parts.port or (443 if secure else 80), parts.path or "/", secure, sender, authorization)


class Sms:
    def __init__(self) -> None:
        self.provider = provider_of(settings.SMS_URL)
        kind: Any = http.client.HTTPSConnection if self.provider.secure else http.client.HTTPConnection
        self.connection: Any = kind(self.provider.host, self.provider.port, timeout=TIMEOUT)

    def send(self, notice: Notice) -> str:
        try:
            if self.connection.sock is None:
                self.connection.connect()
        except OSError as error:
            self.close()
            raise Unreachable(type(error).__name__) from None
        try:
            self.connection.request("POST", self.provider.path, self.body(notice), self.headers(notice))
            answer = self.connection.getresponse()
            status, said = answer.status, answer.read(MOST)
        except (OSError, http.client.HTTPException) as error:  # never with its text, which may hold what was sent
            self.close()
            raise Unsure(type(error).__name__) from None
        if not answer.isclosed():
            self.close()
        return understood(status, said)

    def body(self, notice: Notice) -> bytes:
        said = {"to": notice.recipient, "text": notice.body, "reference": str(notice.uid)}
        return json.dumps(said | ({"from": self.provider.sender} if self.provider.sender else {})).encode()

    def headers(self, notice: Notice) -> dict[str, str]:
        said = {"Content-Type": "application/json", "Accept": "application/json", "Idempotency-Key": str(notice.uid)}
        return said | ({"Authorization": self.provider.authorization} if self.provider.authorization else {})

    def close(self) -> None:
        with suppress(OSError):
            self.connection.close()


def understood(status: int, said: bytes) -> str:
    """What the provider calls the message; else why it did not go, as a number only."""
    if 200 <= status < 300:
        return name_of(said)
    if status in NEVER:
        raise Rejected(f"the provider refused it: {status}")
    if status in REFUSED_US:
        raise Unreachable(f"the provider refused us: {status}")
    raise Unsure(f"answered {status}")


def name_of(said: bytes) -> str:
    try:
        found = json.loads(said)
    except ValueError:
        return ""
    return str(found.get("id") or "")[:200] if isinstance(found, dict) else ""
