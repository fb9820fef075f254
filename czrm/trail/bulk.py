"""Many rows at once: the one place where what auditlog cannot see is allowed, and is told of instead."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from czrm.kit.actor import acting_now

from .say import say


@contextmanager
def audited_bulk(kind: str, about: Any, **data: object) -> Iterator[dict[str, Any]]:
    """Run a bulk write in the actor's transaction and leave one event that says what was written; the block may add to `data`."""
    by = acting_now()
    assert connection.in_atomic_block
    told: dict[str, Any] = dict(data)
    yield told
    say(kind, about, by=by, **told)
