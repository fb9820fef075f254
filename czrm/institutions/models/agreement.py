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
    def in_force(self) -> Self:
        return self.filter(status=Agreement.Status.IN_FORCE, valid_from__lte=Now(), valid_to__gt=Now())

    def open_to(self, consumer_id: int, purpose_id: int) -> Self:
        return self.in_force().filter(consumer=consumer_id, purpose=purpose_id)


AgreementManager = FencedManager.from_queryset(AgreementQuerySet)


class Agreement(Fenced):
    """The provider opens categories of data to the consumer, for one purpose and a time; only definer functions put it in force."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_FORCE = "in_force", _("In force")
        SUSPENDED = "suspended", _("Suspended")
        REVOKED = "revoked", _("Revoked")

    fence = Between("provider", "consumer", born="status = 'draft' and provider_approved_by is null and consumer_approved_by is null")
    mutable = ("legal_basis", "scopes", "procedures", "valid_from", "valid_to", "document")
    uid = public_id()
    provider = models.ForeignKey(Institution, models.CASCADE, related_name="+")
    consumer = models.ForeignKey(Institution, models.CASCADE, related_name="+")
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+")
    legal_basis = models.CharField(max_length=300, default="", blank=True)
    scopes = ArrayField(models.CharField(max_length=20))
    procedures = ArrayField(models.CharField(max_length=120), default=list)  # act codes; empty means all
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    document = models.CharField(max_length=200, default="", blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    provider_approved_by = models.BigIntegerField(null=True, editable=False)
    consumer_approved_by = models.BigIntegerField(null=True, editable=False)
    objects = AgreementManager()  # type: ignore[misc]

    class Meta:
        indexes = [models.Index(fields=["consumer", "purpose"], name="agreement_in_force", condition=models.Q(status="in_force"))]
        constraints = [
            models.CheckConstraint(name="agreement_two_sides", condition=~models.Q(provider=models.F("consumer"))),
            models.CheckConstraint(name="agreement_period", condition=models.Q(valid_from__lt=models.F("valid_to"))),
        ]

    def __str__(self) -> str:
        return f"agreement {self.pk}"
