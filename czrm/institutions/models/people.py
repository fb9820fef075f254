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
from czrm.kit.governed import Governed
from czrm.kit.policies import MINE

from .agreement import Purpose
from .institution import Institution, Office, Team

if TYPE_CHECKING:
    from czrm.kit.actor import Actor, Request

OF_MEMBER = "(select m.institution_id from institutions_membership m where m.id = {row}.membership_id)"
OF_TEAM = "(select t.institution_id from institutions_team t where t.id = {row}.team_id)"
OUTSIDER = (  # one institution's system never acts as another public body
    f"{MINE} = coalesce(institutions_client.host_id, institutions_client.institution_id)"
    f" and (institutions_client.institution_id = {MINE} or exists (select from institutions_institution body"
    " where body.id = institutions_client.institution_id and body.kind = 'outside'))"
)


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

    fence = Governed()
    uid = public_id()
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=20), default=list)
    post = models.CharField(_("post"), max_length=120, default="", blank=True)
    office = models.ForeignKey(Office, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("office"))
    teams = models.ManyToManyField(Team, through="Seat", blank=True, related_name="members", verbose_name=_("teams"))
    active = models.BooleanField(default=True)
    invited_at = models.DateTimeField(null=True, blank=True)  # while the invitation is open; a newer one closes the older link
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "institution"], name="one_membership")]

    def __str__(self) -> str:
        return f"membership {self.pk}"


class Seat(models.Model):
    """A member's place in a team, both of one institution."""

    fence = Governed(f"all (array[{OF_MEMBER}, {OF_TEAM}])")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, models.CASCADE, related_name="+")

    class Meta:
        db_table = "institutions_membership_teams"
        unique_together = [("membership", "team")]

    def __str__(self) -> str:
        return f"seat {self.pk}"


class Client(AbstractApplication):
    """An agency's system: it acts for its own institution, for one purpose, and may file into its host, which looks after it."""

    fence = Governed("coalesce({row}.host_id, {row}.institution_id)", born=OUTSIDER)
    mutable = ("name", "purpose", "verbs", "active", "client_id", "client_secret", "updated")
    uid = public_id()
    institution = models.ForeignKey(Institution, models.CASCADE, related_name="+")
    host = models.ForeignKey(Institution, models.CASCADE, null=True, blank=True, related_name="+")
    purpose = models.ForeignKey(Purpose, models.PROTECT, null=True, blank=True, related_name="+")
    verbs = ArrayField(models.CharField(max_length=60), default=list)
    active = models.BooleanField(default=True)

    def as_actor(self, request: Request) -> Actor | None:
        from czrm.institutions.entrance import as_machine

        return as_machine(self)
