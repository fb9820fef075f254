"""Who works here, as what, and until when."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from django.utils.timezone import now
from django.utils.translation import gettext

from czrm.institutions import roles as catalogue
from czrm.institutions.models import Institution, Membership, Office, Team, User
from czrm.kit.actor import Actor, Clerk
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

from .common import change, locked, mine
from .offices import insist_on_own_office

KEEPER = {"body": "administrator", "platform": "operator"}  # the role without which nobody could let anybody in


@dataclass(frozen=True)
class Invitee:
    """Whom to invite, and as what."""

    email: str
    given: str
    surname: str
    roles: list[str]
    post: str = ""
    office: Office | None = None
    teams: list[Team] = field(default_factory=list)


@service("member.invite")
def invite_member(invitee: Invitee, *, by: Actor) -> Membership:
    """Whoever has a user already joins at once; anybody else gets a link."""
    institution = held_still(by)
    insist_on_roles(invitee.roles, institution)
    insist_on_own_office(invitee.office, by)
    user = User.objects.filter(email__iexact=invitee.email).first() or newcomer(invitee)
    if Membership.objects.filter(user=user, institution=institution).exists():
        raise Refused("already_member", gettext("That person is in the list already: open them there to change or reactivate them."))
    joins = user.has_usable_password()
    membership = Membership.objects.create(
        user=user, institution=institution, roles=invitee.roles, post=invitee.post, office=invitee.office,
        active=joins, invited_at=None if joins else now(),
    )  # fmt: skip
    membership.teams.set(own_teams(invitee.teams, by))
    say("member.invited", membership, by=by, roles=invitee.roles, joined=joins)
    return membership


@service("member.remind")
def remind_member(membership: Membership, *, by: Actor) -> Membership:
    """A new link; the old one ends."""
    membership = locked(membership, by)
    if membership.invited_at is None:
        raise Refused("not_invited", gettext("There is no open invitation: the person has joined, or was deactivated."))
    change(membership, {"invited_at": now()}, ("invited_at",))
    say("member.invited", membership, by=by, roles=membership.roles, joined=False)
    return membership


@service("member.accept")
def accept_invitation(membership: Membership, *, given: str, surname: str, password: str, by: Actor) -> Membership:
    """The link that led here was signed by us; it counts once. Who has a password keeps it."""
    opened, membership = membership.invited_at, locked(membership, by)
    if opened is None or membership.invited_at != opened:
        raise Refused("invitation_over", gettext("This invitation was used already or withdrawn: ask for a new one."))
    user = membership.user
    if not user.has_usable_password():
        user.first_name, user.last_name = given, surname
        user.set_password(password)
        user.save(update_fields=["first_name", "last_name", "password"])
        EmailAddress.objects.update_or_create(user=user, email=user.email.lower(), defaults={"verified": True, "primary": True})
    change(membership, {"active": True, "invited_at": None}, ("active", "invited_at"))
    say("member.joined", membership, by=by)
    return membership


@service("member.edit")
def edit_member(membership: Membership, *, changes: dict[str, Any], by: Actor) -> Membership:
    institution = held_still(by)
    membership = locked(membership, by)
    if "roles" in changes:
        insist_on_roles(changes["roles"], institution)
        if KEEPER[institution.kind] not in changes["roles"]:
            insist_on_another_keeper(membership, institution)
    insist_on_own_office(changes.get("office"), by)
    changed = change(membership, changes, ("roles", "post", "office"))
    if "teams" in changes and set(membership.teams.all()) != set(changes["teams"]):
        membership.teams.set(own_teams(changes["teams"], by))
        changed.append("teams")
    if changed:
        say("member.edited", membership, by=by, fields=changed, roles=membership.roles)
    return membership


@service("member.deactivate")
def deactivate_member(membership: Membership, *, by: Actor) -> Membership:
    """Access ends at the person's next request; an open invitation is withdrawn."""
    institution = held_still(by)
    membership = locked(membership, by)
    if isinstance(by, Clerk) and membership.user_id == by.user_id:
        raise Refused("yourself", gettext("You cannot deactivate yourself: ask another administrator."))
    insist_on_another_keeper(membership, institution)
    change(membership, {"active": False, "invited_at": None}, ("active", "invited_at"))
    say("member.deactivated", membership, by=by)
    return membership


@service("member.reactivate")
def reactivate_member(membership: Membership, *, by: Actor) -> Membership:
    """Back to work; who never chose a password is invited again."""
    membership = locked(membership, by)
    if membership.active or membership.invited_at:
        raise Refused("not_deactivated", gettext("That person was not deactivated."))
    joins = membership.user.has_usable_password()
    change(membership, {"active": joins, "invited_at": None if joins else now()}, ("active", "invited_at"))
    say("member.reactivated" if joins else "member.invited", membership, by=by, roles=membership.roles, joined=joins)
    return membership


def held_still(by: Actor) -> Institution:
    """Two administrators must not remove each other in the same moment."""
    return Institution.objects.select_for_update(no_key=True).get(pk=mine(by))


def insist_on_roles(wanted: list[str], institution: Institution) -> None:
    if not wanted or not set(wanted) <= set(catalogue.KINDS[institution.kind]):
        raise Refused("invalid_roles", gettext("Choose at least one role."))


def insist_on_another_keeper(membership: Membership, institution: Institution) -> None:
    keeper = KEEPER[institution.kind]
    others = Membership.objects.filter(institution=institution, active=True, user__is_active=True, roles__contains=[keeper])
    if membership.active and keeper in membership.roles and not others.exclude(pk=membership.pk).exists():
        words = gettext("It is the last person with the role “%(role)s”: give that role to somebody else first.")
        raise Refused("last_administrator", words % {"role": catalogue.LABELS[keeper]})


def own_teams(teams: list[Team], by: Actor) -> list[Team]:
    return [team for team in teams if team.institution_id == mine(by)]


def newcomer(invitee: Invitee) -> User:
    email = invitee.email.lower()
    user = User(username=email, email=email, first_name=invitee.given, last_name=invitee.surname)
    user.set_unusable_password()
    user.save()
    return user
