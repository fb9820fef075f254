"""What somebody says at the portal of how they are reached: a statement to this institution, done by its own hands."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext, override

from cases.services import Opened, open_case
from citizens import contact_points, services
from citizens.models import Citizen, ContactPoint
from citizens.services.contact_codes import Checked
from citizens.services.logins import come_to_portal
from czrm.kit.actor import Actor, Visitor, acting, deputy
from czrm.kit.service import service

from .mine import procedure_for


@service("portal.add_contact_point")
def add_way(kind: str, value: str, *, by: Actor) -> ContactPoint:
    assert isinstance(by, Visitor)
    come_to_portal(by)
    hands = deputy(by, "portal")
    with acting(hands):
        return services.add_contact_point(Citizen.objects.get(pk=by.citizen_id), kind=kind, value=value, by=hands)


@service("portal.send_code")
def send_code(point: ContactPoint, *, language: str, by: Actor) -> None:
    services.send_contact_code(point, language=language, by=deputy(by, "portal"))


@service("portal.check_code")
def check_code(point: ContactPoint, typed: str, *, by: Actor) -> Checked:
    return services.check_contact_code(point, typed, by=deputy(by, "portal"))


@service("portal.edit_contact_point")
def share_way(point: ContactPoint, *, shared: bool, by: Actor) -> ContactPoint:
    return services.edit_contact_point(
        point, purpose=point.purpose, shared=shared, preferred=point.preferred, until=point.valid_until, by=deputy(by, "portal")
    )


@service("portal.retire_contact_point")
def drop_way(point: ContactPoint, *, by: Actor) -> Opened | None:
    """This institution stops using it at once; another one, which keeps its own statement, is asked to, by a case with its clock."""
    assert isinstance(by, Visitor)
    hands = deputy(replace(by, portal_id=point.institution_id), "portal")
    if point.institution_id == by.portal_id:
        with acting(hands):
            services.retire_contact_point(point, why="asked", by=hands)
        return None
    with acting(hands):
        procedure = procedure_for(point.institution_id)
        citizen = Citizen.objects.filter(pk=by.citizen_id).first()
    with override(point.institution.language):
        title = gettext("Correction asked for: %(label)s") % {"label": point.get_kind_display()}
        text = gettext("The person says at the portal that this way to reach them is no longer theirs: %(value)s")
    text %= {"value": told(point, citizen)}
    return open_case(procedure=procedure, citizen=citizen, title=title[:120], description=text, channel="portal", by=hands)


def told(point: ContactPoint, citizen: Citizen | None) -> str:
    """Where a protected person lives is read at no desk, also where it is said to be wrong."""
    protected = citizen is None or citizen.state == Citizen.State.PROTECTED
    return contact_points.masked(point.kind, point.value) if protected else point.value
