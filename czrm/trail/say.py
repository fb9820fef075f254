"""Write what happened, in the service's own transaction."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction

from czrm.kit.actor import Actor
from czrm.kit.rows import put, write

from . import outbox
from .models import Event


def subject_of(thing: models.Model) -> str:
    return f"{thing._meta.label_lower}:{thing.pk}"


def say(kind: str, thing: Any, *, by: Actor, public: bool = False, **data: object) -> None:
    """`thing` has an institution_id and may have a citizen_id; a part names its case as case_id, a case is its own."""
    write(Event, **facts(kind, thing, by, public, data))
    transaction.on_commit(outbox.nudge, robust=True)


def said(kind: str, thing: Any, *, by: Actor, public: bool = False, **data: object) -> Event:
    """The same, where the event is needed at once."""
    event = put(Event(**facts(kind, thing, by, public, data)), back=("id", "at"))
    transaction.on_commit(outbox.nudge, robust=True)
    return event


def facts(kind: str, thing: Any, by: Actor, public: bool, data: dict[str, object]) -> dict[str, Any]:
    return {
        "institution_id": thing.institution_id,
        "citizen_id": getattr(thing, "citizen_id", None),
        "case_id": thing.pk if thing._meta.label_lower == "cases.case" else getattr(thing, "case_id", None),
        "kind": kind,
        "by": by.name,
        "user_id": getattr(by, "user_id", None),
        "contact_id": getattr(by, "contact_id", None),
        "subject": subject_of(thing),
        "data": data,
        "public": public,
        "attempts": 0,
    }
