"""Ways to reach an institution, and the words it uses."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from czrm.kit.fence import Owned, Published
from czrm.kit.fenced import Fenced
from czrm.kit.fields import public_id


class Channel(Fenced):
    """A way citizens reach the institution; its list is its own."""

    fence = Published()
    uid = public_id()
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="channels")
    code = models.SlugField(_("code"), max_length=12)
    name = models.CharField(_("name"), max_length=60)
    active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=10)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "code"], name="channel_code")]

    def __str__(self) -> str:
        return self.name


class ContactResult(Fenced):
    """How a contact may end; one key each at wrap-up."""

    fence = Owned("interaction")
    uid = public_id()
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    position = models.PositiveSmallIntegerField(_("key"), default=1)
    active = models.BooleanField(_("in use"), default=True)

    def __str__(self) -> str:
        return self.name


class MessageText(Fenced):
    """An institution's own words for a message, in place of the ones we ship."""

    fence = Owned("text")
    uid = public_id()
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    event = models.CharField(max_length=60)
    channel = models.CharField(max_length=8)
    language = models.CharField(max_length=5)
    subject = models.CharField(_("subject"), max_length=160, default="", blank=True)
    body = models.TextField(_("text"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "event", "channel", "language"], name="one_text")]

    def __str__(self) -> str:
        return f"{self.event} {self.channel} {self.language}"
