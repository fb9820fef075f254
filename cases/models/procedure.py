"""What can be asked for, and under which rules."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from czrm.kit.fence import Published, Within
from czrm.kit.fenced import Fenced
from czrm.kit.fields import public_id


class Procedure(Fenced):
    """A trámite of an institution; its rules stand in its versions, and a case keeps the one it began with."""

    class Kind(models.TextChoices):
        INFORMATION = "information", _("Information")
        COMPLAINT = "complaint", _("Complaint")
        CLAIM = "claim", _("Claim")
        SUGGESTION = "suggestion", _("Suggestion")
        PRAISE = "praise", _("Praise")
        SERVICE = "service", _("Service request")
        BENEFIT = "benefit", _("Benefit")
        LICENCE = "licence", _("Licence or permit")
        CERTIFICATE = "certificate", _("Certificate")
        RIGHTS = "rights", _("Data-protection rights")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    fence = Published(status=(Status.PUBLISHED.value, Status.RETIRED.value))  # whoever may read a case reads under what it was opened
    uid = public_id()
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="procedures")
    slug = models.SlugField(_("address"), max_length=80)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    life_event = models.CharField(_("life event"), max_length=60, default="", blank=True)
    summary = models.CharField(_("in one sentence"), max_length=300, default="", blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    team = models.ForeignKey("institutions.Team", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("team"))
    portal = models.BooleanField(_("can be asked for in the portal"), default=True)
    anonymous = models.BooleanField(_("can be anonymous"), default=False)
    current = models.ForeignKey("ProcedureVersion", models.SET_NULL, null=True, blank=True, related_name="+", editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "slug"], name="procedure_slug")]

    def __str__(self) -> str:
        return self.name


class ProcedureVersion(Fenced):
    """The rules of a procedure at one time: what is asked, the terms, what silence means, who hears appeals.

    `form` is a JSON Schema; `documents` a list of {code, name, help, required}; `promised` and `legal` are terms
    {amount, unit, article, ...} or empty; `silence` {effect, article}; `appeals` a list of {name, before, amount, unit, article};
    `guide` {needs, cost, time, how} in plain words.
    """

    fence = Within("procedure")
    uid = public_id()
    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    form = models.JSONField(default=dict)
    documents = models.JSONField(default=list)
    promised = models.JSONField(default=dict)
    legal = models.JSONField(default=dict)
    silence = models.JSONField(default=dict)
    appeals = models.JSONField(default=list)
    guide = models.JSONField(default=dict)
    published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["procedure", "number"], name="procedure_version")]

    def __str__(self) -> str:
        return f"{self.procedure_id} v{self.number}"
