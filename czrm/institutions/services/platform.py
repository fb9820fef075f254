"""The platform operator's deeds: institutions come, and rest."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext

from czrm.institutions import context, portals, roles
from czrm.institutions.models import Institution, Membership
from czrm.kit.actor import Actor, Machine
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

from .common import change, mine
from .institution import theme_of
from .members import Invitee, invite_member

BIRTH = ("name", "short_name", "slug", "code", "host", "country", "time_zone", "language", "color")
PLACE = ("name", "short_name", "slug", "host")
COLOR = "#3b4a54"


def found_platform(name: str, operator: Invitee) -> Membership:
    """The institution that makes the others, when there is nobody yet who could be asked; back comes its first operator's invitation."""
    if Institution.objects.exists():
        raise Refused("platform_founded", gettext("There are institutions already: the platform's operators invite each other."))
    platform = Institution.objects.create(
        kind=Institution.Kind.PLATFORM, name=name, short_name=name[:60], slug="plataforma", code="CZ", color=COLOR, theme=theme_of(COLOR)
    )
    roles.sync(platform)
    portals.forget()
    return invite_member(operator, by=Machine("found_platform", platform.pk))


@service("institution.create")
def create_institution(*, facts: dict[str, Any], administrator: Invitee, by: Actor) -> Membership:
    """A public body and its first administrator, who is invited; back comes the invitation."""
    platform = platform_of(by)
    facts = {key: value for key, value in facts.items() if key in BIRTH}
    insist_on_free(facts)
    institution = Institution.objects.create(kind=Institution.Kind.BODY, theme=theme_of(facts["color"]), **facts)
    roles.sync(institution)
    say("institution.created", platform, by=by, slug=institution.slug)
    portals.forget()
    return invite_member(administrator, by=Machine("institution.create", institution.pk))


@service("institution.place")
def place_institution(institution: Institution, *, changes: dict[str, Any], by: Actor) -> Institution:
    """Its name and its addresses: what links and letters already sent depend on."""
    platform = platform_of(by)
    institution = body(institution)
    insist_on_free(changes, but=institution.pk)
    changed = change(institution, changes, PLACE)
    if changed:
        say("institution.placed", platform, by=by, slug=institution.slug, fields=changed)
        forget(institution)
    return institution


@service("institution.deactivate")
def deactivate_institution(institution: Institution, *, by: Actor) -> Institution:
    """Its people, its portal and its clients stop at their next request; nothing is lost."""
    return switch(institution, active=False, kind="institution.deactivated", by=by)


@service("institution.reactivate")
def reactivate_institution(institution: Institution, *, by: Actor) -> Institution:
    return switch(institution, active=True, kind="institution.reactivated", by=by)


def switch(institution: Institution, *, active: bool, kind: str, by: Actor) -> Institution:
    platform = platform_of(by)
    institution = body(institution)
    if change(institution, {"active": active}, ("active",)):
        say(kind, platform, by=by, slug=institution.slug)
        forget(institution)
    return institution


def platform_of(by: Actor) -> Institution:
    platform = Institution.objects.get(pk=mine(by))
    if platform.kind != Institution.Kind.PLATFORM:
        raise PermissionDenied
    return platform


def body(institution: Institution) -> Institution:
    return Institution.objects.select_for_update(no_key=True).get(pk=institution.pk, kind=Institution.Kind.BODY)


def insist_on_free(facts: dict[str, Any], but: int | None = None) -> None:
    words = {
        "slug": gettext("Another institution has that address: choose another."),
        "code": gettext("Another institution numbers its cases with that code: choose another."),
        "host": gettext("Another institution has that host name."),
    }
    for name, sentence in words.items():
        same = Institution.objects.filter(**{name: facts.get(name)}).exclude(pk=but or 0)
        if facts.get(name) and same.exists():
            raise Refused(f"invalid_{name}_taken", sentence)


def forget(institution: Institution) -> None:
    context.forget(institution)
    portals.forget()
