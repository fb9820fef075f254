"""Where people are attended, and who does the work."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from czrm.institutions.models import Office, Team
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

from .common import change, insist_on_new_name, locked, mine

OF_AN_OFFICE = ("name", "street_address", "municipality", "opening_hours", "phone", "active")
OF_A_TEAM = ("name", "office", "email", "active")


@service("office.create")
def create_office(*, facts: dict[str, Any], by: Actor) -> Office:
    insist_on_new_name(Office, facts["name"], by)
    office = Office.objects.create(institution_id=mine(by), **{key: value for key, value in facts.items() if key in OF_AN_OFFICE})
    say("office.created", office, by=by, name=office.name)
    return office


@service("office.edit")
def edit_office(office: Office, *, changes: dict[str, Any], by: Actor) -> Office:
    office = locked(office, by)
    if "name" in changes:
        insist_on_new_name(Office, changes["name"], by, but=office.pk)
    others = Office.objects.filter(institution=mine(by), active=True).exclude(pk=office.pk)
    if office.active and not changes.get("active", True) and not others.exists():
        raise Refused("last_office", gettext("It is the only office: open another one before you close it."))
    if changed := change(office, changes, OF_AN_OFFICE):
        say("office.edited", office, by=by, name=office.name, fields=changed, active=office.active)
    return office


@service("team.create")
def create_team(*, facts: dict[str, Any], by: Actor) -> Team:
    insist_on_new_name(Team, facts["name"], by)
    insist_on_own_office(facts.get("office"), by)
    team = Team.objects.create(institution_id=mine(by), **{key: value for key, value in facts.items() if key in OF_A_TEAM})
    say("team.created", team, by=by, name=team.name)
    return team


@service("team.edit")
def edit_team(team: Team, *, changes: dict[str, Any], by: Actor) -> Team:
    team = locked(team, by)
    if "name" in changes:
        insist_on_new_name(Team, changes["name"], by, but=team.pk)
    insist_on_own_office(changes.get("office"), by)
    if changed := change(team, changes, OF_A_TEAM):
        say("team.edited", team, by=by, name=team.name, fields=changed, active=team.active)
    return team


def insist_on_own_office(office: Office | None, by: Actor) -> None:
    if office is not None and office.institution_id != mine(by):
        raise Refused("invalid_office", gettext("Choose an office of this institution."))
