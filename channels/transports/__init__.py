"""The ways a notice leaves the house, each in a file of its own behind one small interface."""

from __future__ import annotations

from typing import Protocol

from django.conf import settings

from channels.models import Notice


class Unreachable(Exception):
    """Nobody answers there: all of it can wait."""


class Rejected(Exception):
    """It will never be taken: trying again is no use."""


class Transport(Protocol):
    """Any other exception means that this one did not go, or that nobody can tell: it is tried again."""

    def send(self, notice: Notice) -> str:
        """Hand it over; back comes what the provider calls it."""
        ...

    def close(self) -> None: ...


def transport() -> Transport | None:
    """How e-mail goes out here: by SMTP, in the demonstration to its own mailbox, and otherwise not yet: it waits."""
    from . import email, mailbox

    if settings.EMAIL_URL:
        return email.Email()
    return mailbox.Mailbox() if settings.DEMO else None
