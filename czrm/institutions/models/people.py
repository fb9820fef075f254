"""Who may come in: people and other agencies' systems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication

from czrm.kit.fence import Open
from czrm.kit.fields import public_id

from .agreement import Purpose
from .institution import Institution, Office, Team

if TYPE_CHECKING:
    from czrm.kit.actor import Actor, Request


class User(AbstractUser):  # type: ignore[django-manager-missing]
    """Somebody who logs in: at work for institutions, as a citizen, or both."""

    fence = Open("read at login, when nobody acts yet")
    uid = public_id()
    email = models.EmailField(_("e-mail"), unique=True)
    citizen_id = models.BigIntegerField(null=True, blank=True, unique=True)
    shortcuts = models.BooleanField(_("single-key shortcuts"), default=True)
    language = models.CharField(_("language"), max_length=5, default="", blank=True)

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def as_actor(self, request: Request) -> Actor | None:
        from czrm.institutions.entrance import at_session

        return at_session(self, request)


class Membership(models.Model):
    """A person at work in an institution, with one or more roles and teams."""

    fence = Open("read to find out who acts")
    uid = public_id()
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=20), default=list)
    post = models.CharField(_("post"), max_length=120, default="", blank=True)
    office = models.ForeignKey(Office, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("office"))
    teams = models.ManyToManyField(Team, blank=True, related_name="members", verbose_name=_("teams"))
    active = models.BooleanField(default=True)
    invited_at = models.DateTimeField(null=True, blank=True)  # while the invitation is open; a newer one closes the older link
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "institution"], name="one_membership")]

    def __str__(self) -> str:
        return f"membership {self.pk}"


class Client(AbstractApplication):
    """An agency's system: it acts for its own institution, for one purpose, and may file into its host."""

    fence = Open("read to find out who acts")
    uid = public_id()
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="+")
    host = models.ForeignKey(Institution, models.CASCADE, null=True, blank=True, related_name="+")
    purpose = models.ForeignKey(Purpose, models.PROTECT, null=True, blank=True, related_name="+")
    verbs = ArrayField(models.CharField(max_length=60), default=list)
    active = models.BooleanField(default=True)

    def as_actor(self, request: Request) -> Actor | None:
        from czrm.institutions.entrance import as_machine

        return as_machine(self)
