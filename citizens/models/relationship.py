"""Who is what to whom."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from czrm.kit.fence import Owned
from czrm.kit.fenced import Fenced
from czrm.kit.fields import public_id

from .citizen import Citizen


class Relationship(Fenced):
    """`citizen` is `kind` of `other`, as one institution states it."""

    class Kind(models.TextChoices):
        PARENT = "parent", _("Parent of")
        CHILD = "child", _("Child of")
        SPOUSE = "spouse", _("Spouse of")
        PARTNER = "partner", _("Partner of")
        SIBLING = "sibling", _("Sibling of")
        RELATIVE = "relative", _("Relative of")
        HOUSEHOLD = "household", _("Lives with")
        CARER = "carer", _("Cares for")
        CARED = "cared", _("Is cared for by")
        WORKER = "worker", _("Works for")
        EMPLOYER = "employer", _("Employs")
        OWNER = "owner", _("Owns")
        OWNED = "owned", _("Belongs to")

    fence = Owned("family", citizen=("citizen", "other"))
    mutable = ("since", "until", "verified_at", "retired_at", "retired_why")
    uid = public_id()
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    citizen = models.ForeignKey(Citizen, models.CASCADE, related_name="relationships")
    other = models.ForeignKey(Citizen, models.CASCADE, related_name="+")
    kind = models.CharField(_("relationship"), max_length=10, choices=Kind)
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    evidence = models.CharField(_("evidence"), max_length=240, default="", blank=True)
    by = models.CharField(max_length=200)
    stated_at = models.DateTimeField(db_default=Now())
    verified_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_why = models.CharField(max_length=240, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="relationship_two_people", condition=~models.Q(citizen=models.F("other"))),
            models.UniqueConstraint(
                fields=["institution", "citizen", "other", "kind"], name="one_relationship", condition=models.Q(retired_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"relationship {self.pk}"
