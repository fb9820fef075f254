"""What somebody agreed to, in which words."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from czrm.kit.fence import Owned, Published
from czrm.kit.fenced import Fenced
from czrm.kit.fields import public_id

from .citizen import Citizen


class ConsentText(Fenced):
    """One thing an institution asks people to agree to, in the words of one version."""

    fence = Published()
    uid = public_id()
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    topic = models.SlugField(_("topic"), max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("what is agreed to"))
    consequence = models.CharField(_("what follows if they say no"), max_length=300, default="", blank=True)
    current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "topic", "version"], name="one_consent_text"),
            models.UniqueConstraint(fields=["institution", "topic"], name="one_current_text", condition=models.Q(current=True)),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.version})"


class Consent(Fenced):
    """A line of the ledger: given or withdrawn; the last one counts, and none is ever changed."""

    fence = Owned("legal", citizen="citizen")
    append_only = True
    uid = public_id()
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    citizen = models.ForeignKey(Citizen, models.CASCADE, related_name="consents")
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="+")
    given = models.BooleanField()
    channel = models.CharField(max_length=12)
    evidence = models.CharField(_("evidence"), max_length=240, default="", blank=True)
    by = models.CharField(max_length=200)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"consent {self.pk}"
