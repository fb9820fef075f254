"""What was handed in, what was handed out, and the register that says when."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from czrm.kit.fence import Within
from czrm.kit.fenced import Fenced
from czrm.kit.fields import public_id

from .case import Case


def random_name(document: Any, filename: str) -> str:
    """Nothing of the file's own name reaches the disk."""
    token = uuid4().hex
    return f"documents/{token[:2]}/{token}"


class Entry(Fenced):
    """A line of the official register: what came in or went out, when, and with which documents."""

    class Direction(models.TextChoices):
        IN = "in", _("Entry")
        OUT = "out", _("Exit")

    fence = Within("case")
    append_only = True
    uid = public_id()
    case = models.ForeignKey(Case, models.PROTECT, related_name="entries")
    office = models.ForeignKey("institutions.Office", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    number = models.CharField(_("register number"), max_length=30)
    direction = models.CharField(max_length=3, choices=Direction, default=Direction.IN)
    presented_by = models.CharField(max_length=240, default="", blank=True)
    by = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["number"], name="one_register_number")]

    def __str__(self) -> str:
        return self.number


class Document(Fenced):
    """A file of a case; the public sees those meant for them."""

    class Kind(models.TextChoices):
        ATTACHMENT = "attachment", _("Handed in")
        RECEIPT = "receipt", _("Receipt")
        DECISION = "decision", _("Decision")
        LETTER = "letter", _("Letter")
        INTERNAL = "internal", _("Internal")

    class Scan(models.TextChoices):
        NONE = "none", _("No scanner configured")
        QUARANTINE = "quarantine", _("Waiting for the virus scan")
        CLEAN = "clean", _("Clean")
        INFECTED = "infected", _("Infected")

    fence = Within("case", shown="public")
    uid = public_id()
    case = models.ForeignKey(Case, models.PROTECT, related_name="documents")
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, blank=True, related_name="documents")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.ATTACHMENT)
    code = models.CharField(max_length=60, default="", blank=True)  # which required document it answers
    name = models.CharField(_("name"), max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to=random_name, max_length=120)
    scan = models.CharField(max_length=10, choices=Scan, default=Scan.NONE)
    public = models.BooleanField(default=True)
    by = models.CharField(max_length=200)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"document {self.pk}"


class DocumentRequest(Fenced):
    """The citizen is asked for something; meanwhile a pause may stop the clock."""

    fence = Within("case")
    uid = public_id()
    case = models.ForeignKey(Case, models.CASCADE, related_name="requests")
    text = models.TextField(_("what is needed, in plain words"))
    article = models.CharField(max_length=120, default="", blank=True)
    by = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    answer_by = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("answer"), default="", blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"request {self.pk}"
