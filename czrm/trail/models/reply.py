"""What was answered to a request that may be sent again."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from czrm.kit.fence import Owned
from czrm.kit.fenced import Fenced


class Reply(Fenced):
    """The first answer under an idempotency key; the same request again is answered alike and done once."""

    fence = Owned("reply")
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, db_constraint=False, related_name="+")
    caller = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["at"], name="reply_at")]
        constraints = [models.UniqueConstraint(fields=["institution", "caller", "key"], name="one_reply")]

    def __str__(self) -> str:
        return f"reply {self.pk}"
