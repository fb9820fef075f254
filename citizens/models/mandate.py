"""Who may act for whom."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from czrm.kit.fence import Owned
from czrm.kit.fenced import Fenced
from czrm.kit.fields import public_id

from .citizen import Citizen


def unguessable(mandate: Any, filename: str) -> str:
    """Nothing of the file's own name reaches the disk."""
    return f"mandates/{uuid4().hex}"


class Mandate(Fenced):
    """The agent may do these acts for the principal, before the institution that keeps the mandate; asked anew at each act."""

    class Ground(models.TextChoices):
        LAW = "law", _("By law")
        COURT = "court", _("By a court")
        PERSON = "person", _("By the person")

    class Ender(models.TextChoices):
        PERSON = "person", _("The person")
        AGENT = "agent", _("Who acts for them")
        OFFICE = "office", _("The institution")
        COURT = "court", _("A court")

    fence = Owned("legal", citizen=("principal", "agent"))
    mutable = ("revoked_at", "revoked_as", "revoked_by", "revoked_why")
    uid = public_id()
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    principal = models.ForeignKey(Citizen, models.CASCADE, related_name="mandates")
    agent = models.ForeignKey(Citizen, models.CASCADE, related_name="mandates_held")
    acts = ArrayField(models.CharField(max_length=120))  # act codes: "*", "cases.*", "cases.open:residence-certificate"
    channels = ArrayField(models.CharField(max_length=12), default=list, blank=True)  # empty: any
    ground = models.CharField(_("granted"), max_length=6, choices=Ground)
    evidence = models.CharField(_("evidence"), max_length=240)
    document = models.FileField(upload_to=unguessable, null=True, blank=True)
    document_name = models.CharField(max_length=200, default="", blank=True)
    valid_from = models.DateTimeField(_("from"), db_default=Now())
    valid_until = models.DateTimeField(_("until"), null=True, blank=True)
    by = models.CharField(max_length=200)
    stated_at = models.DateTimeField(db_default=Now())
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_as = models.CharField(_("revoked by"), max_length=6, choices=Ender, default="", blank=True)
    revoked_by = models.CharField(max_length=200, default="", blank=True)
    revoked_why = models.CharField(max_length=240, default="", blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="mandate_two_people", condition=~models.Q(principal=models.F("agent")))]

    @property
    def last_day(self) -> date | None:
        """On which it still counts."""
        return localdate(self.valid_until - timedelta.resolution) if self.valid_until else None

    def __str__(self) -> str:
        return f"mandate {self.pk}"
