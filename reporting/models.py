"""Files made in the background."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import models
from django.db.models.functions import Now
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from czrm.kit.fence import Owned
from czrm.kit.fenced import Fenced
from czrm.kit.fields import public_id

KEPT = timedelta(hours=24)


def random_name(export: Export, filename: str) -> str:
    return f"exports/{uuid4().hex}"


def tomorrow() -> datetime:
    return now() + KEPT


class Export(Fenced):
    """A list of cases as a file, for the one who asked; the row is the truth, a worker takes it when it comes round."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being written")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    fence = Owned("export")
    uid = public_id()
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    user_id = models.BigIntegerField()
    what = models.CharField(max_length=20, default="cases")
    query = models.JSONField(default=dict)  # the filters of the list, and whether it was the queue
    language = models.CharField(max_length=5)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    total = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    file = models.FileField(upload_to=random_name, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now())
    leased_until = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(default=tomorrow)

    class Meta:
        indexes = [
            models.Index(fields=["institution", "user_id", "-id"], name="export_of_user"),
            models.Index(fields=["id"], name="export_waiting", condition=models.Q(status__in=["waiting", "running"])),
            models.Index(fields=["expires_at"], name="export_expires"),
        ]

    def __str__(self) -> str:
        return f"export {self.pk}"

    @property
    def done(self) -> bool:
        return self.status in (self.Status.READY, self.Status.FAILED)

    @property
    def expired(self) -> bool:
        return self.expires_at <= now()
