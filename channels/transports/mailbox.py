"""The demonstration's own mailbox: a notice is delivered by being shown on its page."""

from __future__ import annotations

from channels.models import Notice


class Mailbox:
    def send(self, notice: Notice) -> str:
        return "mailbox"

    def close(self) -> None:
        """Nothing was opened."""
