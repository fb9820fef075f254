"""What changed."""

from __future__ import annotations

from typing import Any

from auditlog.models import AbstractLogEntry, LogEntryManager
from django.conf import settings
from django.db import models
from django.utils import timezone

from czrm.kit.actor import Clerk, Machine, acting_now
from czrm.kit.fence import Owned
from czrm.kit.fenced import Fenced, FencedQuerySet, Fencing
from czrm.kit.rows import put


class ChangeManager(Fencing, LogEntryManager.from_queryset(FencedQuerySet)):  # type: ignore[misc]
    """Auditlog's own manager would come first, and open the fence."""

    def create(self, **fields: Any) -> Change:
        return put(signed(self.model(**fields)))


class Change(AbstractLogEntry, Fenced):
    """django-auditlog's entry, with an owner: AUDITLOG_LOGENTRY_MODEL points here from the first migration.

    Its fields are said again where it would keep an index of them: a row is written with each change, and found by its object only.
    """

    fence = Owned("change")
    append_only = True
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    content_type = models.ForeignKey("contenttypes.ContentType", models.CASCADE, db_constraint=False, db_index=False, related_name="+")
    object_pk = models.CharField(max_length=255)
    object_id = models.BigIntegerField(null=True)
    action = models.PositiveSmallIntegerField(choices=AbstractLogEntry.Action.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, db_index=False, related_name="+")
    cid = models.CharField(max_length=255, null=True)  # noqa: DJ001  auditlog's
    timestamp = models.DateTimeField(default=timezone.now)
    objects = ChangeManager()  # type: ignore[misc]

    class Meta(AbstractLogEntry.Meta):
        indexes = [models.Index(fields=["content_type", "object_id"], name="change_of_object")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        super(Change, signed(self)).save(*args, **kwargs)


def signed(change: Change) -> Change:
    for name, value in signature().items():
        setattr(change, name, value)
    return change


def signature() -> dict[str, Any]:
    """Whose change it is: of whoever acts now."""
    actor = acting_now()
    if not isinstance(actor, Clerk | Machine):
        raise TypeError("a citizen's change is made by the institution that receives it: see deputy()")
    return {"institution_id": actor.institution_id, "actor_email": actor.name}
