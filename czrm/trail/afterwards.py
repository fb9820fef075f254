"""What is written down even if the request is undone: in a transaction of its own, once the request's has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Deed = Callable[[], object]

_waiting: ContextVar[list[Deed] | None] = ContextVar("afterwards", default=None)


@contextmanager
def waiting() -> Iterator[list[Deed]]:
    """The door's: what it is given meanwhile."""
    deeds: list[Deed] = []
    token = _waiting.set(deeds)
    try:
        yield deeds
    finally:
        _waiting.reset(token)


def afterwards(deed: Deed) -> None:
    """At the door, when the request has ended; where there is none, at once."""
    deeds = _waiting.get()
    if deeds is None:
        deed()
    else:
        deeds.append(deed)
