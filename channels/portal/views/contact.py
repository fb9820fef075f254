"""How one is reached: what each institution has, a new way, a code that proves it, and what is no longer one's own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from channels.portal import limits, ways
from channels.portal.forms_mine import SharedForm, VerifyingForm, WayForm
from channels.portal.pages import go, help_of, here, show
from citizens import contact_points, reach
from citizens.models import ContactPoint
from citizens.services.contact_codes import texts_go_out, ways_to_prove
from czrm.doors.pages import page
from czrm.institutions.entrance import HIGH
from czrm.kit.actor import Request, Visitor
from czrm.kit.refused import Refused
from czrm.trail.access import write_down

from .walk import too_often

ICONS = {"email": "mail", "phone": "phone", "address": "map-pin"}


def me(request: Request) -> Visitor:
    """For themselves only: an agent may see cases."""
    actor = request.actor
    if not isinstance(actor, Visitor) or actor.behalf is not None:
        raise PermissionDenied
    return actor


@page("portal.see_contact", guests=True)
def contact(request: Request, institution: str) -> HttpResponse:
    """By the institution that states it, this one first; who came in by a code sees as much of this one's as lets them know it again."""
    actor, this = me(request), here(request)
    sure = actor.assurance == HIGH
    rows = serving(actor).select_related("institution").order_by("institution__name", "kind", "-preferred", "pk")
    found = list(rows if sure else rows.filter(institution=this))
    mine, others = [], dict[Any, list[dict[str, Any]]]()
    for point in found:
        told = row(point, sure=sure)
        if point.institution_id == this.pk:
            mine.append(told)
        else:
            others.setdefault(point.institution, []).append(told)
    write_down("portal.see_contact", "contact", actor.citizen_id, by=actor, categories=("contact",))
    context = {"mine": mine, "others": others.items(), "sure": sure, "this": this, "texts": texts_go_out(), "kinds": KINDS}
    return show(request, "mine_contact.html", context | help_of(this))


KINDS = (("email", "mail"), ("phone", "phone"), ("address", "map-pin"))


def row(point: ContactPoint, *, sure: bool) -> dict[str, Any]:
    return {
        "point": point, "value": value(point) if sure else contact_points.masked(point.kind, point.value), "icon": ICONS[point.kind],
        "purpose": reach.purpose_name(point.purpose), "may_prove": not point.verified_at and reach.CODE in ways_to_prove(point),
        "shareable": point.kind != ContactPoint.Kind.ADDRESS,
    }  # fmt: skip


def value(point: ContactPoint) -> str:
    is_phone = point.kind == ContactPoint.Kind.PHONE
    return contact_points.display_phone(point.value, point.institution.country) if is_phone else point.value


@page("portal.add_contact_point", guests=True)
def new(request: Request, institution: str, kind: str) -> HttpResponse:
    """One question; then a code goes there, if one can."""
    me(request)
    if kind not in ICONS:
        raise Http404
    form = WayForm(request.POST or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            point = ways.add_way(kind, form.cleaned_data["value"], by=request.actor)
        except Refused as no:
            form.add_error("value", no.words)
        else:
            if not point.verified_at and reach.CODE in ways_to_prove(point):
                return sent(request, point)
            messages.success(request, _("Saved."))
            return go(request, "my_contact")
    return show(request, "mine_contact_ask.html", {"form": form, "kind": kind}, status=422 if form.errors else 200)


@require_POST
@page("portal.send_code", guests=True)
def send(request: Request, institution: str, uid: UUID) -> HttpResponse:
    return sent(request, own(request, uid))


def sent(request: Request, point: ContactPoint) -> HttpResponse:
    """A code that went less than a minute ago is still the one."""
    if not limits.allowed(limits.CODES_BY_ADDRESS, limits.address_of(request)):
        return too_often(request)
    try:
        ways.send_code(point, language=request.LANGUAGE_CODE, by=request.actor)
    except Refused as no:
        messages.warning(request, no.words)
        if no.code != "code_too_soon":
            return go(request, "my_contact")
    return go(request, "contact_code", point.uid)


@page("portal.check_code", guests=True)
def code(request: Request, institution: str, uid: UUID) -> HttpResponse:
    """A wrong code is counted, so its page answers as one that was done: a refusal would undo the count."""
    point = own(request, uid)
    form = VerifyingForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        checked = ways.check_code(point, form.cleaned_data["code"], by=request.actor)
        if checked.right:
            messages.success(request, _("Verified. We know now that it is yours."))
            return go(request, "my_contact")
        form.add_error("code", _("This code is not right, has been used, or is older than ten minutes. Check it, or ask for another."))
    elif form.errors:
        status = 422
    return show(request, "mine_contact_code.html", {"form": form, "point": point, "value": value(point)}, status=status)


@page("portal.edit_contact_point", guests=True)
def shared(request: Request, institution: str, uid: UUID) -> HttpResponse:
    point = own(request, uid)
    form = SharedForm(request.POST or None, initial={"shared": "yes" if point.shared else "no"})
    if request.method == "POST" and form.is_valid():
        ways.share_way(point, shared=form.cleaned_data["shared"] == "yes", by=request.actor)
        messages.success(request, _("Saved."))
        return go(request, "my_contact")
    return show(request, "mine_contact_ask.html", {"form": form, "value": value(point)}, status=422 if form.errors else 200)


@page("portal.retire_contact_point", guests=True)
def drop(request: Request, institution: str, uid: UUID) -> HttpResponse:
    point = get_object_or_404(serving(me(request)).select_related("institution"), uid=uid)
    elsewhere = point.institution_id != here(request).pk
    if request.method == "POST":
        try:
            opened = ways.drop_way(point, by=request.actor)
        except Refused as no:
            messages.warning(request, no.words)
        else:
            told = _("%(institution)s received it with the number %(number)s and will answer you.")
            facts = {"institution": point.institution.name, "number": opened.case.number} if opened else {}
            messages.success(request, told % facts if opened else _("We no longer use it."))
        return go(request, "my_contact")
    context = {"point": point, "value": value(point), "elsewhere": elsewhere, "last": last_of_its_kind(request, point)}
    return show(request, "mine_contact_drop.html", context)


def last_of_its_kind(request: Request, point: ContactPoint) -> bool:
    """Whether nothing is left by which this institution could write."""
    left = serving(me(request)).filter(institution=point.institution_id, kind__in=("email", "phone")).exclude(pk=point.pk)
    return point.kind != ContactPoint.Kind.ADDRESS and not left.exists()


def own(request: Request, uid: UUID) -> ContactPoint:
    """Of one's own, as this institution states it."""
    return get_object_or_404(serving(me(request)).select_related("institution"), uid=uid, institution=here(request))


def serving(actor: Visitor) -> Any:
    return ContactPoint.objects.filter(Q(valid_until=None) | Q(valid_until__gt=now()), citizen=actor.citizen_id)
