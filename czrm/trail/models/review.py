"""What the data-protection officer is shown to decide, and by which rules."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from czrm.kit.fence import Owned
from czrm.kit.fenced import Fenced
from czrm.kit.fields import public_id


class Finding(Fenced):
    """What a rule found in the accesses of a day, once however often it looks: the figures of its sentence, the entries behind it."""

    class Decision(models.TextChoices):
        OPEN = "open", _("To decide")
        JUSTIFIED = "justified", pgettext_lazy("access", "Justified")
        ASKED = "asked", _("To be explained")
        REPORTED = "reported", pgettext_lazy("access", "Reported")

    fence = Owned("review")
    append_only = True
    mutable = ("data", "entries", "decision", "note", "decided_by", "decided_at")
    uid = public_id()
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    rule = models.CharField(max_length=12)
    day = models.DateField()
    user_id = models.BigIntegerField(null=True)
    citizen_id = models.BigIntegerField(null=True)
    key = models.CharField(max_length=60, default="")  # tells two findings of a rule, an officer and a day apart
    data = models.JSONField(default=dict)
    entries = ArrayField(models.BigIntegerField(), default=list)
    found_at = models.DateTimeField(db_default=Now())
    decision = models.CharField(_("decision"), max_length=10, choices=Decision, default=Decision.OPEN)
    note = models.TextField(_("note"), default="", blank=True)
    decided_by = models.CharField(max_length=200, default="", blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["institution", "-day", "-id"], name="finding_of_institution")]
        constraints = [
            models.UniqueConstraint(fields=["institution", "rule", "day", "user_id", "key"], name="one_finding", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"finding {self.pk}"


class WatchRule(Fenced):
    """How an institution tuned a rule of the review; without a row it works as shipped."""

    fence = Owned("review")
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    code = models.CharField(max_length=12)
    active = models.BooleanField(default=True)
    limit = models.PositiveIntegerField(default=0)
    second = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "code"], name="one_watch_rule")]

    def __str__(self) -> str:
        return f"rule {self.code}"


class WatchedPerson(Fenced):
    """Somebody whom many may be curious about: every look at their data is shown to the data-protection officer."""

    fence = Owned("review")
    uid = public_id()
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    citizen_id = models.BigIntegerField()
    reason = models.CharField(_("reason"), max_length=200)
    by = models.CharField(max_length=200)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "citizen_id"], name="one_watched_person")]

    def __str__(self) -> str:
        return f"watched {self.pk}"
