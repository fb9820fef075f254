"""Documents by which a citizen is known."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from czrm.kit.fence import Within
from czrm.kit.fenced import Fenced
from czrm.kit.fields import public_id

from .citizen import Citizen


class Identifier(Fenced):
    """A number in a register; several people may claim one, even with proof: a refusal would tell that another institution knows it."""

    fence = Within("citizen", definer_writes=True)
    uid = public_id()
    citizen = models.ForeignKey(Citizen, models.CASCADE, related_name="identifiers")
    kind = models.CharField(_("kind of document"), max_length=20)
    number = models.CharField(_("number"), max_length=40)
    country = models.CharField(_("country"), max_length=2, default="", blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_how = models.CharField(max_length=60, default="", blank=True)
    stated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["number", "kind"], name="identifier_number")]
        constraints = [
            models.UniqueConstraint(fields=["citizen", "kind", "number"], name="one_claim"),
        ]

    def __str__(self) -> str:
        return f"identifier {self.pk}"
