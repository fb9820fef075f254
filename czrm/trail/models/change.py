"""What changed."""

from __future__ import annotations

from typing import Any

from auditlog.models import AbstractLogEntry, LogEntryManager
from django.db import models

from czrm.kit.actor import Clerk, Machine, acting_now
from czrm.kit.fence import Owned
from czrm.kit.fenced import Fenced, FencedQuerySet, Fencing
from czrm.kit.rows import put


class ChangeManager(Fencing, LogEntryManager.from_queryset(FencedQuerySet)):  # type: ignore[misc]
    """Auditlog's own manager would come first, and open the fence."""

    def create(self, **fields: Any) -> Change:
        return put(signed(self.model(**fields)))


class Change(AbstractLogEntry, Fenced):
    """django-auditlog's entry, with an owner: AUDITLOG_LOGENTRY_MODEL points here from the first migration."""

    fence = Owned("change")
    append_only = True
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, db_constraint=False, related_name="+")
    objects = ChangeManager()  # type: ignore[misc]

    def save(self, *args: Any, **kwargs: Any) -> None:
        super(Change, signed(self)).save(*args, **kwargs)


def signed(change: Change) -> Change:
    actor = acting_now()
    if not isinstance(actor, Clerk | Machine):
        raise TypeError("a citizen's change is made by the institution that receives it: see deputy()")
    change.institution_id, change.actor_email = actor.institution_id, actor.name
    return change
