"""What institutions say of somebody, as received, and who may be the same."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from czrm.kit.fence import Hidden, Owned
from czrm.kit.fenced import Fenced
from czrm.kit.fields import public_id

from .citizen import Citizen


class SourceRecord(Fenced):
    """The payload is kept as it came; what was decided of it stands beside."""

    fence = Owned("source", citizen="citizen")
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    citizen = models.ForeignKey(Citizen, models.CASCADE, null=True, related_name="sources")
    origin = models.CharField(max_length=40)
    external_id = models.CharField(max_length=80, default="", blank=True)
    payload = models.JSONField(default=dict)
    received_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"source {self.pk}"


class MatchCandidate(Fenced):
    """Two records that may be one person; only those who may decide are told, through definer functions."""

    class Status(models.TextChoices):
        OPEN = "open", _("To decide")
        SAME = "same", _("Same person")
        DIFFERENT = "different", _("Different people")

    fence = Hidden()
    uid = public_id()
    citizen = models.ForeignKey(Citizen, models.CASCADE, related_name="+")
    other = models.ForeignKey(Citizen, models.CASCADE, related_name="+")
    reasons = models.JSONField(default=list)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    found_at = models.DateTimeField(db_default=Now())
    later_until = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, db_default="", blank=True)
    decided_why = models.CharField(max_length=12, db_default="", blank=True)
    note = models.CharField(max_length=240, db_default="", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["citizen", "other"], name="one_match_candidate")]

    def __str__(self) -> str:
        return f"match {self.pk}"
