"""Messages that tell, without legal effect."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from czrm.kit.fence import Owned
from czrm.kit.fenced import Fenced
from czrm.kit.fields import public_id


class Notice(Fenced):
    """One message for one event, recipient and channel; the table is the truth of its delivery."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        READ = "read", _("Read")
        DEAD = "dead", _("Not delivered")
        CANCELLED = "cancelled", _("Cancelled")

    fence = Owned("notice", citizen="citizen", case="case_id")
    uid = public_id()
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    event_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    citizen = models.ForeignKey("citizens.Citizen", models.SET_NULL, null=True, blank=True, related_name="+")
    case = models.ForeignKey("cases.Case", models.CASCADE, null=True, blank=True, related_name="notices")
    channel = models.CharField(max_length=8)
    recipient = models.CharField(max_length=240)
    subject = models.CharField(max_length=240, default="", blank=True)
    body = models.TextField()
    language = models.CharField(max_length=5, default="es")
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    attempt = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(db_default=Now())
    leased_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    provider_id = models.CharField(max_length=200, default="", blank=True)
    error = models.CharField(max_length=300, default="", blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], name="notice_waiting", condition=models.Q(status="waiting")),
            models.Index(fields=["case", "-id"], name="notice_of_case"),
            models.Index(fields=["institution", "-id"], name="notice_of_institution"),
            models.Index(fields=["citizen", "-id"], name="notice_of_citizen"),
            models.Index(fields=["recipient", "-id"], name="notice_of_recipient"),
        ]
        constraints = [models.UniqueConstraint(fields=["event_id", "recipient", "channel"], name="one_notice")]

    def __str__(self) -> str:
        return f"notice {self.pk}"
