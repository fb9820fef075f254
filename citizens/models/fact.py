"""What an institution states of somebody, one thing at a time."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from citizens.categories import CATEGORIES, Category
from czrm.kit.fence import Categorised, Published
from czrm.kit.fenced import Fenced
from czrm.kit.fields import public_id

from .citizen import Citizen
from .source import SourceRecord


class Attribute(Fenced):
    """Something an institution wants to know of people, beside what is built in (citizens/attributes.py): named without code."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        MONEY = "money", _("Amount of money")
        DATE = "date", _("Date")
        YES_NO = "boolean", _("Yes or no")
        CHOICE = "choice", _("One of a list")

    fence = Published()
    uid = public_id()
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    code = models.SlugField(_("code"), max_length=60)
    label = models.CharField(_("name"), max_length=120)
    hint = models.CharField(_("hint"), max_length=240, default="", blank=True)
    category = models.CharField(_("category"), max_length=12, choices=Category)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.TEXT)
    options = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    searchable = models.BooleanField(_("people are found by it"), default=False)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "code"], name="one_attribute")]

    def __str__(self) -> str:
        return self.label


class Fact(Fenced):
    """A value of an attribute, with whose word it is, since when and how sure; corrected by stating anew, never overwritten."""

    class Origin(models.TextChoices):
        CITIZEN = "citizen", _("Said by the person")
        DOCUMENT = "document", _("Seen in a document")
        REGISTER = "register", _("From a register")
        OFFICE = "office", _("Known to the office")

    fence = Categorised("category", CATEGORIES, citizen="citizen", sheltered=Category.RESIDENCE.value)
    mutable = ("verified_at", "verified_how", "retired_at", "retired_why")
    uid = public_id()
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    citizen = models.ForeignKey(Citizen, models.CASCADE, related_name="facts", db_index=False)
    category = models.CharField(_("category"), max_length=12, choices=Category)
    attribute = models.CharField(_("attribute"), max_length=60)
    value = models.CharField(_("value"), max_length=500)  # a date as 2026-11-22, a number with a point, yes or no
    origin = models.CharField(_("how it is known"), max_length=10, choices=Origin, default=Origin.CITIZEN)
    evidence = models.CharField(_("evidence"), max_length=240, default="", blank=True)
    observed_on = models.DateField(_("true on"), null=True, blank=True)
    source = models.ForeignKey(SourceRecord, models.PROTECT, null=True, blank=True, related_name="facts", db_index=False)
    probability = models.FloatField(null=True, blank=True)
    by = models.CharField(max_length=200)
    stated_at = models.DateTimeField(db_default=Now())
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_how = models.CharField(max_length=60, default="", blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_why = models.CharField(max_length=240, default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["citizen", "category", "attribute"], name="fact_of_citizen"),
            models.Index(fields=["institution", "attribute", "value"], name="fact_value", condition=models.Q(retired_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["citizen", "institution", "category", "attribute"], name="one_live_fact", condition=models.Q(retired_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"fact {self.pk}"
