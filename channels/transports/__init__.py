"""The ways a notice leaves the house, each in a file of its own behind one small interface."""

from __future__ import annotations

from typing import Protocol

from django.conf import settings

from channels.models import Notice


class Unreachable(Exception):
    """Nobody answers there: all of it can wait."""


class Rejected(Exception):
    """It will never be taken: trying again is no use."""


class Unsure(Exception):
    """It may have gone or not; its words may be kept, and hold nothing of anybody."""


class Transport(Protocol):
    """Any other exception means that this one did not go, or that nobody can tell: it is tried again."""

    def send(self, notice: Notice) -> str:
        """Hand it over; back comes what the provider calls it."""
        ...

    def close(self) -> None: ...


def transports() -> dict[str, Transport]:
    """How notices of each channel go out here; in the demonstration to its own mailbox, and where there is no way they wait."""
    from . import email, mailbox, sms

    ways: dict[str, Transport] = {"email": mailbox.Mailbox(), "sms": mailbox.Mailbox()} if settings.DEMO else {}
    if settings.EMAIL_URL:
        ways["email"] = email.Email()
    if settings.SMS_URL:
        ways["sms"] = sms.Sms()
    return ways
