"""What institutions share, for what, and on which ground."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from czrm.kit.fence import Between, Open
from czrm.kit.fenced import Fenced, FencedManager, FencedQuerySet
from czrm.kit.fields import public_id

from .institution import Institution


class Purpose(models.Model):
    """Why data is read; stated by the contact or by the client, shown to the citizen."""

    fence = Open("a vocabulary, public by nature")
    code = models.SlugField(unique=True, max_length=60)
    name = models.CharField(_("name"), max_length=200)
    legal_basis = models.CharField(_("legal basis"), max_length=300, default="", blank=True)

    def __str__(self) -> str:
        return self.name


class AgreementQuerySet(FencedQuerySet["Agreement"]):
    def of(self, institution_id: int) -> Self:
        return self.filter(models.Q(provider=institution_id) | models.Q(consumer=institution_id))

    def in_force(self) -> Self:
        return self.filter(status=Agreement.Status.IN_FORCE, valid_from__lte=Now(), valid_to__gt=Now())

    def open_to(self, consumer_id: int, purpose_id: int) -> Self:
        return self.in_force().filter(consumer=consumer_id, purpose=purpose_id)


AgreementManager = FencedManager.from_queryset(AgreementQuerySet)


class Agreement(Fenced):
    """The provider opens categories of data to the consumer, for one purpose and a time.

    A draft is edited and approved, an agreement suspended, resumed and revoked in definer functions only (institutions/definers.py).
    Each side suspends for itself: it is in force again when no side does.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_FORCE = "in_force", _("In force")
        SUSPENDED = "suspended", _("Suspended")
        REVOKED = "revoked", _("Revoked")

    fence = Between(
        "provider", "consumer", born="status = 'draft' and provider_approved_by is null and consumer_approved_by is null and edition = 1"
    )
    mutable = ()
    uid = public_id()
    title = models.CharField(_("title"), max_length=120, default="", blank=True)
    provider = models.ForeignKey(Institution, models.CASCADE, related_name="+", verbose_name=_("who gives the data"))
    consumer = models.ForeignKey(Institution, models.CASCADE, related_name="+", verbose_name=_("who reads the data"))
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+", verbose_name=_("purpose"))
    legal_basis = models.CharField(_("legal basis"), max_length=300, default="", blank=True)
    scopes = ArrayField(models.CharField(max_length=20), verbose_name=_("data"))
    procedures = ArrayField(models.CharField(max_length=120), default=list, verbose_name=_("procedures"))  # act codes; empty means all
    responsible = models.CharField(_("officer responsible at the body that asks"), max_length=160, default="", blank=True)
    valid_from = models.DateTimeField(_("from"))
    valid_to = models.DateTimeField(_("until"))
    document = models.CharField(_("signed document"), max_length=200, default="", blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    edition = models.PositiveIntegerField(default=1)  # counts the edits of a draft: one approves what one has read
    drafted_by = models.CharField(max_length=200, default="", blank=True, editable=False)
    drafted_at = models.DateTimeField(db_default=Now(), editable=False)
    provider_approved_by = models.BigIntegerField(null=True, editable=False)
    consumer_approved_by = models.BigIntegerField(null=True, editable=False)
    provider_approved_at = models.DateTimeField(null=True, editable=False)
    consumer_approved_at = models.DateTimeField(null=True, editable=False)
    provider_suspended_at = models.DateTimeField(null=True, editable=False)
    consumer_suspended_at = models.DateTimeField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)
    reason = models.CharField(max_length=300, default="", blank=True, editable=False)  # why it was last suspended or revoked
    objects = AgreementManager()  # type: ignore[misc]

    class Meta:
        indexes = [models.Index(fields=["consumer", "purpose"], name="agreement_in_force", condition=models.Q(status="in_force"))]
        constraints = [
            models.CheckConstraint(name="agreement_two_sides", condition=~models.Q(provider=models.F("consumer"))),
            models.CheckConstraint(name="agreement_period", condition=models.Q(valid_from__lt=models.F("valid_to"))),
        ]

    def __str__(self) -> str:
        return f"agreement {self.pk}"
