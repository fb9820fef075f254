"""Where somebody can be reached, as this institution states it."""

from __future__ import annotations

from django.utils.timezone import now
from django.utils.translation import gettext

from citizens import contact_points, names, states
from citizens.models import Citizen, CitizenLink, ContactPoint
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

from .identity import institution_of, not_ours
from .region import region_of


@service("citizen.add_contact_point")
def add_contact_point(citizen: Citizen, *, kind: str, value: str, purpose: str = "", shared: bool = False, by: Actor) -> ContactPoint:
    """The same one a second time is no second one."""
    link = CitizenLink.objects.filter(citizen=citizen.pk, institution=institution_of(by)).first()
    if link is None:
        raise not_ours()
    states.insist(Citizen.objects.values_list("state", flat=True).get(pk=citizen.pk), states.REACH)
    value = normalised(kind, value, region_of(by))
    point, new = keep(link, kind, value, purpose=purpose, shared=shared)
    if new:
        say("citizen.contact_point_added", point, by=by, way=kind)
    return point


@service("citizen.retire_contact_point")
def retire_contact_point(point: ContactPoint, *, by: Actor) -> ContactPoint:
    """It is no longer right: it stays in the history and is not used again."""
    point = ContactPoint.objects.select_for_update().get(pk=point.pk)
    if point.valid_until is None:
        point.valid_until = now()
        point.save(update_fields=["valid_until"])
        say("citizen.contact_point_retired", point, by=by, way=point.kind)
    return point


def normalised(kind: str, value: str, region: str) -> str:
    if kind == ContactPoint.Kind.PHONE:
        return contact_points.normalise_phone(value, region)
    if kind == ContactPoint.Kind.EMAIL:
        return contact_points.normalise_email(value)
    if kind == ContactPoint.Kind.ADDRESS and names.fold(value):
        return names.tidy(value)[:240]
    raise Refused("invalid_contact_point", gettext("Write the phone, the e-mail or the address."))


def keep_contact_point(link: CitizenLink, kind: str, value: str) -> None:
    if value:
        keep(link, kind, value)


def keep(link: CitizenLink, kind: str, value: str, *, purpose: str = "", shared: bool = False) -> tuple[ContactPoint, bool]:
    own = ContactPoint.objects.filter(institution=link.institution_id, citizen=link.citizen_id, kind=kind, valid_until=None)
    same = own.filter(value__iexact=value) if kind == ContactPoint.Kind.EMAIL else own.filter(value=value)
    known = same.first()
    if known:
        return known, False
    made = ContactPoint.objects.create(
        institution_id=link.institution_id, citizen_id=link.citizen_id, kind=kind, value=value, purpose=purpose, shared=shared
    )
    return made, True
