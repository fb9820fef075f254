"""What changed."""

from __future__ import annotations

from typing import Any

from auditlog.models import AbstractLogEntry, LogEntryManager
from django.db import models

from czrm.kit.actor import Clerk, Machine, acting_now
from czrm.kit.fence import Owned
from czrm.kit.fenced import Fenced, FencedQuerySet, Fencing


class ChangeManager(Fencing, LogEntryManager.from_queryset(FencedQuerySet)):  # type: ignore[misc]
    """Auditlog's own manager would come first, and open the fence."""


class Change(AbstractLogEntry, Fenced):
    """django-auditlog's entry, with an owner: AUDITLOG_LOGENTRY_MODEL points here from the first migration."""

    fence = Owned("change")
    append_only = True
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, db_constraint=False, related_name="+")
    objects = ChangeManager()  # type: ignore[misc]

    def save(self, *args: Any, **kwargs: Any) -> None:
        actor = acting_now()
        if not isinstance(actor, Clerk | Machine):
            raise TypeError("a citizen's change is made by the institution that receives it: see deputy()")
        self.institution_id, self.actor_email = actor.institution_id, actor.name
        super().save(*args, **kwargs)
