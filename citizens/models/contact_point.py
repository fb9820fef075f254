"""Where a citizen can be reached."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from czrm.kit.fence import Owned
from czrm.kit.fenced import Fenced
from czrm.kit.fields import public_id

from .citizen import Citizen


class ContactPoint(Fenced):
    """A phone, an e-mail or an address, as one institution states it."""

    class Kind(models.TextChoices):
        PHONE = "phone", _("Phone")
        EMAIL = "email", _("E-mail")
        ADDRESS = "address", _("Address")

    fence = Owned("contact", citizen="citizen", sheltered=("kind", "address"))
    uid = public_id()
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    citizen = models.ForeignKey(Citizen, models.CASCADE, related_name="contact_points")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    value = models.CharField(_("value"), max_length=240)
    purpose = models.CharField(_("used for"), max_length=60, default="", blank=True)
    shared = models.BooleanField(_("shared by the household"), default=False)
    preferred = models.BooleanField(_("preferred"), default=False)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_how = models.CharField(max_length=12, default="", blank=True)
    verified_by = models.CharField(max_length=200, default="", blank=True)
    valid_from = models.DateTimeField(db_default=Now())
    valid_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["value", "kind"], name="contact_point_value")]

    def __str__(self) -> str:
        return f"contact point {self.pk}"


class ContactCode(Fenced):
    """A code sent to a contact point, to verify it or to log in by it; only its digest is kept, and it lives for minutes."""

    fence = Owned("code")
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    point = models.ForeignKey(ContactPoint, models.CASCADE, related_name="codes")
    use = models.CharField(max_length=8, default="verify")
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    user_id = models.BigIntegerField(null=True, blank=True)  # the officer who had it sent

    class Meta:
        indexes = [models.Index(fields=["institution", "-sent_at"], name="code_of_institution")]

    def __str__(self) -> str:
        return f"code {self.pk}"
