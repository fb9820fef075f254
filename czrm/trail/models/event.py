"""What happened."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from czrm.kit.fence import Owned
from czrm.kit.fenced import Fenced


class Event(Fenced):
    """Something that happened: timelines, notices and webhooks read the same row; only its dispatch is ever updated."""

    fence = Owned("event", citizen="citizen_id", case="case_id", shown="public")
    append_only = True
    mutable = ("leased_until", "dispatched_at", "attempts")
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    citizen_id = models.BigIntegerField(null=True)
    case_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=60)
    by = models.CharField(max_length=200)
    user_id = models.BigIntegerField(null=True)
    contact_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=80)
    data = models.JSONField(default=dict)
    public = models.BooleanField(default=False)
    at = models.DateTimeField(db_default=Now())
    leased_until = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["citizen_id", "-id"], name="event_of_citizen"),
            models.Index(fields=["case_id", "-id"], name="event_of_case"),
            models.Index(fields=["contact_id"], name="event_of_contact", condition=models.Q(contact_id__isnull=False)),
            models.Index(fields=["id"], name="event_waiting", condition=models.Q(dispatched_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
