"""By which log-in somebody is which citizen."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from czrm.kit.fence import Hidden
from czrm.kit.fenced import Fenced
from czrm.kit.fields import public_id

from .citizen import Citizen


class PortalLogin(Fenced):
    """An identity that a provider vouched for, and the one record it opens; without one, it waits for an officer to decide."""

    class Status(models.TextChoices):
        LINKED = "linked", _("Linked")
        WAITING = "waiting", _("To decide")
        REFUSED = "refused", _("Refused")

    fence = Hidden()
    uid = public_id()
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")  # at whose portal it first came
    citizen = models.ForeignKey(Citizen, models.PROTECT, null=True, related_name="+")
    provider = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    id_kind = models.CharField(_("kind of document"), max_length=20)
    id_number = models.CharField(_("number"), max_length=40)
    claims = models.JSONField(default=dict)
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    at = models.DateTimeField(db_default=Now())
    decided_by = models.CharField(max_length=200, default="", blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "subject"], name="one_login")]

    def __str__(self) -> str:
        return f"login {self.pk}"
