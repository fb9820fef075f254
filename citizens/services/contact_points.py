"""Where somebody can be reached, as this institution states it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import now
from django.utils.translation import gettext

from citizens import contact_points, definers, names, reach, states
from citizens.models import Citizen, CitizenLink, ContactCode, ContactPoint
from czrm.kit.actor import Actor, memory
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.models import Event
from czrm.trail.say import say

from .identity import insist_on_open_home, institution_of, not_ours
from .region import region_of

TOLD = ("citizen.contact_point_added", "citizen.contact_point_edited", "citizen.contact_point_verified", "citizen.contact_point_retired")


@service("citizen.add_contact_point")
def add_contact_point(
    citizen: Citizen, *, kind: str, value: str, purpose: str = "", shared: bool = False, until: datetime | None = None, by: Actor
) -> ContactPoint:
    """The same one a second time is no second one."""
    link = CitizenLink.objects.filter(citizen=citizen.pk, institution=institution_of(by)).first()
    if link is None:
        raise not_ours()
    states.insist(Citizen.objects.values_list("state", flat=True).get(pk=citizen.pk), states.REACH)
    insist_on_purpose(purpose)
    insist_on_future(until)
    value = normalised(kind, value, region_of(by))
    point, new = keep(link, kind, value, purpose=purpose, shared=shared, until=until)
    if new:
        say("citizen.contact_point_added", point, by=by, way=kind)
    return point


@service("citizen.edit_contact_point")
def edit_contact_point(
    point: ContactPoint, *, purpose: str, shared: bool, preferred: bool, until: datetime | None, by: Actor
) -> ContactPoint:
    """What it is for, who else uses it, how long it serves; another value is another way to reach them."""
    point = own(point, by=by)
    states.insist(Citizen.objects.values_list("state", flat=True).get(pk=point.citizen_id), states.REACH)
    insist_on_purpose(purpose, before=point.purpose)
    insist_on_future(until)
    wanted: dict[str, Any] = {"purpose": purpose, "shared": shared, "preferred": preferred, "valid_until": until}
    changed = [name for name, value in wanted.items() if getattr(point, name) != value]
    if not changed:
        return point
    if preferred and not point.preferred:
        rivals = ContactPoint.objects.filter(citizen=point.citizen_id, institution=point.institution_id, kind=point.kind, preferred=True)
        rivals.update(preferred=False)
    for name in changed:
        setattr(point, name, wanted[name])
    point.save(update_fields=changed)
    say("citizen.contact_point_edited", point, by=by, way=point.kind, changed=changed, purpose=purpose, shared=shared)
    return point


@service("citizen.verify_contact_point")
def verify_contact_point(point: ContactPoint, *, how: str, by: Actor) -> ContactPoint:
    """By a paper that was shown, such as a bill; an e-mail only by a code, since no paper proves who reads it."""
    point = own(point, by=by)
    states.insist(Citizen.objects.values_list("state", flat=True).get(pk=point.citizen_id), states.REACH)
    if how != reach.DOCUMENT or how not in reach.ways_to_prove(point.kind, point.value, texts=False):
        raise Refused("invalid_proof", gettext("This cannot be verified in that way: send a code."))
    return settled(point, how, by=by)


def settled(point: ContactPoint, how: str, *, by: Actor) -> ContactPoint:
    point.verified_at, point.verified_how, point.verified_by = now(), how, by.name
    point.save(update_fields=["verified_at", "verified_how", "verified_by"])
    say("citizen.contact_point_verified", point, by=by, way=point.kind, how=how)
    return point


@service("citizen.retire_contact_point")
def retire_contact_point(point: ContactPoint, *, why: str = "changed", by: Actor) -> ContactPoint:
    """It is no longer right: it stays in the history and is not used again, nor are the codes that went there."""
    point = ContactPoint.objects.select_for_update().get(pk=point.pk)
    if not in_force(point):
        return point
    if why not in reach.ENDED:
        raise Refused("invalid_reason", gettext("Say why it is no longer used."))
    point.valid_until, point.preferred = now(), False
    point.save(update_fields=["valid_until", "preferred"])
    ContactCode.objects.filter(point=point, used_at=None, expires_at__gt=now()).update(expires_at=now())
    say("citizen.contact_point_retired", point, by=by, way=point.kind, why=why)
    return point


def own(point: ContactPoint, *, by: Actor) -> ContactPoint:
    """Locked; what another institution states is read and never touched, and what is over stays as it was."""
    found = ContactPoint.objects.select_for_update().filter(institution=institution_of(by)).get(pk=point.pk)
    if not in_force(found):
        raise Refused("contact_point_over", gettext("This way to reach them is no longer used."))
    return found


def in_force(point: ContactPoint) -> bool:
    return point.valid_until is None or point.valid_until > now()


def serving() -> Q:
    return Q(valid_until=None) | Q(valid_until__gt=now())


def current(citizen: Citizen, *, by: Actor, anew: bool = False) -> list[Any]:
    """Those in force that may be seen, each with how many `others` of this institution's people have the same; asked once a page."""
    key, held = f"points:{citizen.pk}", memory()
    if anew or key not in held:
        mine: int = getattr(by, "institution_id", None) or 0
        rows = ContactPoint.objects.filter(serving(), citizen=citizen).annotate(others=others_at(mine))
        held[key] = list(rows.order_by("kind", "-preferred", "pk"))
    points: list[Any] = held[key]
    return points


def others_at(institution_id: int) -> Any:
    """Of e-mails also those in other capitals: asked of a definer function, for below a policy no index serves that."""
    reached = definers.reached_by("citizen_id", OuterRef("kind"), OuterRef("value"))
    alike = Q(value=OuterRef("value")) | Q(reached, value__iexact=OuterRef("value"))
    same = ContactPoint.objects.filter(serving(), alike, kind=OuterRef("kind"), institution=institution_id)
    counted = same.exclude(citizen=OuterRef("citizen")).order_by().values("kind").annotate(n=Count("citizen", distinct=True)).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def history(citizen: Citizen) -> tuple[list[ContactPoint], dict[int, list[Event]]]:
    """Every way to reach them that may be seen, also those that are over, and what happened to each, the latest first."""
    points = list(ContactPoint.objects.filter(citizen=citizen).select_related("institution").order_by("kind", "-pk"))
    found: dict[int, list[Event]] = {}
    for event in Event.objects.filter(citizen_id=citizen.pk, kind__in=TOLD).order_by("-pk"):
        found.setdefault(int(event.subject.rpartition(":")[2]), []).append(event)
    return points, found


def insist_on_purpose(purpose: str, *, before: str = "") -> None:
    if purpose and purpose != before and purpose not in reach.PURPOSES:
        raise Refused("invalid_purpose", gettext("Choose what it is used for from the list."))


def insist_on_future(until: datetime | None) -> None:
    if until is not None and until <= now():
        raise Refused("invalid_until", gettext("The last day it serves is in the past."))


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


def keep(
    link: CitizenLink, kind: str, value: str, *, purpose: str = "", shared: bool = False, until: datetime | None = None
) -> tuple[ContactPoint, bool]:
    rows = ContactPoint.objects.filter(serving(), institution=link.institution_id, citizen=link.citizen_id, kind=kind)
    same = rows.filter(value__iexact=value) if kind == ContactPoint.Kind.EMAIL else rows.filter(value=value)
    known = same.first()
    if known:
        return known, False
    if kind == ContactPoint.Kind.ADDRESS:
        insist_on_open_home(link.citizen_id)
    made = ContactPoint.objects.create(
        institution_id=link.institution_id, citizen_id=link.citizen_id, kind=kind, value=value, purpose=purpose, shared=shared,
        valid_until=until,
    )  # fmt: skip
    return made, True
