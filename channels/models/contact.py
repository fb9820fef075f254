"""The contact moment, apart from the case."""

from __future__ import annotations

import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from czrm.kit.fence import Owned, Within
from czrm.kit.fenced import Fenced, FencedManager, FencedQuerySet
from czrm.kit.fields import public_id

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def contact_code() -> str:
    """What stands in the address while the contact lasts."""
    return "".join(secrets.choice(LETTERS) for _n in range(8))


class ContactQuerySet(FencedQuerySet["Contact"]):
    def in_progress(self) -> Self:
        return self.filter(ended_at=None)


ContactManager = FencedManager.from_queryset(ContactQuerySet)


class Contact(Fenced):
    """A meeting with a citizen on any channel; it gives the purpose for what is read meanwhile."""

    class Direction(models.TextChoices):
        IN = "in", _("Incoming")
        OUT = "out", _("Outgoing")

    fence = Owned("interaction", citizen="citizen")
    uid = public_id()
    code = models.CharField(max_length=12, unique=True, default=contact_code, editable=False)
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    citizen = models.ForeignKey("citizens.Citizen", models.PROTECT, null=True, blank=True, related_name="contacts")
    office = models.ForeignKey("institutions.Office", models.SET_NULL, null=True, blank=True, related_name="+")
    purpose = models.ForeignKey("institutions.Purpose", models.PROTECT, related_name="+", verbose_name=_("purpose"))
    channel = models.CharField(_("channel"), max_length=12, default="counter")
    direction = models.CharField(max_length=3, choices=Direction, default=Direction.IN)
    phone = models.CharField(_("phone"), max_length=30, default="", blank=True)
    notes = models.TextField(_("notes"), default="", blank=True)
    result = models.CharField(_("result"), max_length=60, default="", blank=True)
    answered = models.BooleanField(null=True)  # was the answer in the guide?
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    objects = ContactManager()  # type: ignore[misc]

    class Meta:
        indexes = [
            models.Index(fields=["user"], name="contact_in_progress", condition=models.Q(ended_at__isnull=True)),
            models.Index(fields=["citizen", "-id"], name="contact_of_citizen"),
            models.Index(fields=["institution", "-id"], name="contact_of_institution"),
            models.Index(fields=["user", "-id"], name="contact_of_user"),
        ]

    def __str__(self) -> str:
        return f"contact {self.pk}"


class ContactQuestion(Fenced):
    """One of the things asked in a contact, each closed on its own."""

    fence = Within("contact")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="questions")
    text = models.CharField(_("question"), max_length=300)
    case = models.ForeignKey("cases.Case", models.SET_NULL, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"question {self.pk}"
