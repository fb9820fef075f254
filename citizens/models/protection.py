"""Who may see a protected person, and who did without being named."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from czrm.kit.fence import Owned
from czrm.kit.fenced import Fenced
from czrm.kit.fields import public_id

from .citizen import Citizen


class Clearance(Fenced):
    """This officer of this institution may see this protected person: named for good, or by breaking the glass until a time."""

    class How(models.TextChoices):
        NAMED = "named", _("Named")
        GLASS = "glass", _("Glass broken")

    fence = Owned("clearance", citizen="citizen", definer_writes=True)
    uid = public_id()
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    citizen = models.ForeignKey(Citizen, models.CASCADE, related_name="clearances")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    how = models.CharField(max_length=6, choices=How)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.CharField(max_length=200)
    at = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"clearance {self.pk}"
