"""Who looked."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now

from czrm.kit.fence import Owned
from czrm.kit.fenced import Fenced


class AccessEntry(Fenced):
    """Who looked at whose data, and why; the citizen sees it, at once or when a lawful delay is over."""

    fence = Owned("access", citizen="citizen_id", since="visible_from", guests_add=True, sealed=())
    append_only = True
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    citizen_id = models.BigIntegerField(null=True)
    purpose_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)
    contact_id = models.BigIntegerField(null=True)
    by = models.CharField(max_length=200)
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    categories = ArrayField(models.CharField(max_length=20), default=list)
    owners = ArrayField(models.BigIntegerField(), default=list)  # other institutions whose data an agreement opened
    page_view = models.UUIDField(null=True)
    refused = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField(db_default=Now())
    visible_from = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["institution", "-id"], name="access_of_institution"),
            models.Index(fields=["citizen_id", "-id"], name="access_of_citizen"),
            models.Index(fields=["contact_id"], name="access_of_contact", condition=models.Q(contact_id__isnull=False)),
            BrinIndex(fields=["at"], name="access_at", pages_per_range=16, autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"
