"""What moves a legal date."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from czrm.kit.fence import Within
from czrm.kit.fenced import Fenced

from .case import Case


class Pause(Fenced):
    """The clock stands still, for a cause the law knows."""

    fence = Within("case")
    case = models.ForeignKey(Case, models.CASCADE, related_name="pauses")
    cause = models.CharField(_("cause"), max_length=120)
    article = models.CharField(_("article"), max_length=120, default="", blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    cap = models.JSONField(default=dict, blank=True)
    restarts = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=models.Q(ended_at__isnull=True), name="one_open_pause"),
        ]

    def __str__(self) -> str:
        return f"pause {self.pk}"


class Extension(Fenced):
    """More time, granted once and before expiry."""

    fence = Within("case")
    case = models.OneToOneField(Case, models.CASCADE, related_name="extension")
    amount = models.PositiveSmallIntegerField(_("how much longer"))
    reason = models.TextField(_("reason"))
    by = models.CharField(max_length=200)
    granted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"extension {self.pk}"
