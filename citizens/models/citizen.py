"""The one record of a person or an organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from czrm.kit.fence import Open, Owned, Personal
from czrm.kit.fenced import Fenced
from czrm.kit.fields import public_id

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from .contact_point import ContactPoint
    from .identifier import Identifier


class Citizen(Fenced):
    """A person or an organisation, once for all institutions; born, linked and changed only in definer functions."""

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Organisation")

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        DECEASED = "deceased", _("Deceased")
        DISSOLVED = "dissolved", _("Dissolved")
        PROTECTED = "protected", _("Protected")
        BLOCKED = "blocked", _("Blocked")

    fence = Personal("citizen", links="links")
    uid = public_id()
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.PERSON)
    name = models.CharField(_("full name"), max_length=240)
    given = models.CharField(_("given names"), max_length=120, default="", blank=True)
    surname = models.CharField(_("first surname"), max_length=80, default="", blank=True)
    second_surname = models.CharField(_("second surname"), max_length=80, default="", blank=True)
    surname_key = models.CharField(max_length=80, default="", blank=True)
    tokens = ArrayField(models.CharField(max_length=60), default=list)
    birth = models.DateField(_("birth date"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ACTIVE)
    language = models.CharField(_("preferred language"), max_length=5, default="", blank=True)
    channel = models.CharField(_("preferred channel"), max_length=10, default="", blank=True)
    care = models.TextField(_("how to treat them well"), default="", blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            GinIndex(fields=["tokens"], name="citizen_tokens"),
            models.Index(fields=["birth"], name="citizen_birth"),
            models.Index(fields=["id"], name="citizen_protected", condition=models.Q(state="protected")),
        ]

    if TYPE_CHECKING:
        links: RelatedManager[CitizenLink]
        identifiers: RelatedManager[Identifier]
        contact_points: RelatedManager[ContactPoint]

    def __str__(self) -> str:
        return f"citizen {self.pk}"


class CitizenLink(Fenced):
    """The facet: this institution deals with this citizen, since when and on what basis."""

    fence = Owned("citizen", citizen="citizen", definer_writes=True)
    citizen = models.ForeignKey(Citizen, models.CASCADE, related_name="links")
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    basis = models.CharField(max_length=120, default="", blank=True)
    since = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["citizen", "institution"], name="one_link")]

    def __str__(self) -> str:
        return f"link {self.pk}"


class NameToken(models.Model):
    """The vocabulary of name parts, by which a mistyped name finds the right ones."""

    fence = Open("words that occur in names, with how often; no person")
    token = models.CharField(max_length=60, unique=True)
    key = models.CharField(max_length=60, db_index=True)
    seen = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.token
