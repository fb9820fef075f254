"""What a citizen is told of later."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from czrm.kit.fence import Owned
from czrm.kit.fenced import Fenced
from czrm.kit.fields import public_id

LONGEST = 365  # days


class AccessDelay(Fenced):
    """Looks of its institution for this purpose, by this officer, at this case (all that are named) are shown to the citizen days later."""

    fence = Owned("delay")
    append_only = True
    mutable = ("ended_at", "ended_by")
    uid = public_id()
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    purpose_id = models.BigIntegerField(null=True, blank=True)
    user_id = models.BigIntegerField(null=True, blank=True)
    case_id = models.BigIntegerField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(_("days until the citizen sees it"))
    reason = models.CharField(_("reason"), max_length=300)
    legal_basis = models.CharField(_("legal basis"), max_length=300)
    since = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(_("in force until"))
    by = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="delay_of_something",
                condition=models.Q(purpose_id__isnull=False) | models.Q(user_id__isnull=False) | models.Q(case_id__isnull=False),
            ),
            models.CheckConstraint(name="delay_has_an_end", condition=models.Q(since__lt=models.F("until"), days__range=(1, LONGEST))),
        ]

    def __str__(self) -> str:
        return f"delay {self.pk}"
