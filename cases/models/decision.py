"""The answer of the institution, with its legal form."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from czrm.kit.fence import Within
from czrm.kit.fenced import Fenced
from czrm.kit.fields import public_id

from .case import Case
from .document import Document


class Decision(Fenced):
    """Who decided what, why, and how it can be appealed; its effect begins with its notification."""

    class Kind(models.TextChoices):
        GRANTED = "granted", _("Granted")
        PARTLY = "partly", _("Granted in part")
        REFUSED = "refused", _("Refused")
        ANSWERED = "answered", _("Answered")
        INADMISSIBLE = "inadmissible", _("Not admitted")

    fence = Within("case", since="notified_at")
    uid = public_id()
    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions")
    number = models.CharField(max_length=30, unique=True)
    kind = models.CharField(_("what is decided"), max_length=12, choices=Kind)
    grounds = models.TextField(_("grounds"))
    text = models.TextField(_("decision"))
    signer = models.CharField(_("signed by"), max_length=160)
    signer_post = models.CharField(_("post"), max_length=160)
    appeals = models.JSONField(default=list)
    document = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField()
    notified_at = models.DateTimeField(null=True, blank=True)
    notified_how = models.CharField(max_length=20, default="", blank=True)
    received_by = models.CharField(_("received by"), max_length=160, default="", blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.number
