"""Protected people: who is named for them, and the glass that is broken when it cannot wait."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from citizens import definers, services
from citizens.forms_protection import EndForm, GlassForm, OfficerForm, ProtectForm
from citizens.models import Citizen, Clearance
from citizens.services.protection import Guard, guard_of, protected_people
from citizens.services.region import region_of
from czrm.doors.pages import page
from czrm.institutions.models import User
from czrm.kit.actor import Request
from czrm.kit.refused import Refused
from czrm.trail.access import searched

from .shared import clerk

END_IDS = "end_of_%d_%%s"


@page("protected.see")
def protected(request: Request) -> HttpResponse:
    """Those the supervisor is cleared for, and how many others there are."""
    return listed(request)


def listed(request: Request, *, about: Citizen | None = None, officer: forms.Form | None = None, end: forms.Form | None = None,
           refused: str = "") -> HttpResponse:  # fmt: skip
    guards = protected_people(by=request.actor)
    if guards:
        searched("protected.see", [guard.citizen.pk for guard in guards], by=request.actor)
    hidden, unattended = definers.protected_here()
    rows = [row(request, guard, about, officer, end) for guard in guards]
    context = {"rows": rows, "hidden": hidden, "unattended": unattended, "refused": refused}
    return render(request, "citizens/protected_list.html", context, status=422 if about else 200)


def row(request: Request, guard: Guard, about: Citizen | None, officer: forms.Form | None, end: forms.Form | None) -> dict[str, Any]:
    here, named = about == guard.citizen, {held.user_id for held in guard.named}
    people, auto_id = colleagues(request).exclude(pk__in=named), f"of_{guard.citizen.pk}_%s"
    return {
        "guard": guard, "officer": (here and officer) or OfficerForm(people=people, auto_id=auto_id),
        "end": (here and end) or EndForm(auto_id=END_IDS % guard.citizen.pk),
        "may_name": not guard.named or clerk(request).user_id in named,
    }  # fmt: skip


@page("citizen.protect", opens=Citizen)
def protect(request: Request, citizen: Citizen) -> HttpResponse:
    form = ProtectForm(request.POST or None, people=colleagues(request).exclude(pk=clerk(request).user_id))
    if form.is_valid():
        try:
            services.protect_citizen(citizen, **form.cleaned_data, by=request.actor)
            messages.success(request, _("The record is protected: from now on only the officers named see it."))
            return redirect("citizens:show", citizen.uid)
        except Refused as refused:
            form.add_error(None, refused.words)
    return render(request, "citizens/citizen_protect.html", {"citizen": citizen, "form": form}, status=422 if form.errors else 200)


@require_POST
@page("citizen.unprotect", opens=Citizen)
def unprotect(request: Request, citizen: Citizen) -> HttpResponse:
    form = EndForm(request.POST, auto_id=END_IDS % citizen.pk)
    if form.is_valid():
        try:
            services.unprotect_citizen(citizen, reason=form.cleaned_data["reason"], by=request.actor)
            messages.success(request, _("The protection has ended: whoever attends people sees the record again."))
            return redirect("citizens:show", citizen.uid)
        except Refused as refused:
            form.add_error(None, refused.words)
    return listed(request, about=citizen, end=form)


@require_POST
@page("citizen.name_officer", opens=Citizen)
def name_officer(request: Request, citizen: Citizen) -> HttpResponse:
    form = OfficerForm(request.POST, people=colleagues(request), auto_id=f"of_{citizen.pk}_%s")
    if form.is_valid():
        try:
            services.name_officer(citizen, **form.cleaned_data, by=request.actor)
            return redirect("citizens:protected")
        except Refused as refused:
            form.add_error(None, refused.words)
    return listed(request, about=citizen, officer=form)


@require_POST
@page("citizen.unname_officer", opens=Clearance)
def unname_officer(request: Request, clearance: Clearance) -> HttpResponse:
    try:
        services.unname_officer(clearance, by=request.actor)
    except Refused as refused:
        return listed(request, about=clearance.citizen, refused=refused.words)
    return redirect("citizens:protected")


@require_POST
@page("citizen.break_glass")
def glass(request: Request) -> HttpResponse:
    """First what will happen, then the deed; what confirms the person is carried along, never in an address."""
    asked = "reason" not in request.POST
    form = GlassForm(None if asked else request.POST, initial=request.POST.dict(), country=region_of(request.actor))
    if form.is_valid():
        data = form.cleaned_data
        try:
            opened = services.break_glass(
                data["id_kind"], data["id_number"], birth=data["birth"], surname=data["surname"], reason=data["reason"], by=request.actor
            )
            if opened.uid:  # the page says until when
                return redirect("citizens:show", opened.uid)
            until = time_format(localtime(opened.until).time())
            messages.warning(request, _("The record is open to you until %(time)s.") % {"time": until})
            return redirect("citizens:search")
        except Refused as refused:
            form.add_error(None, refused.words)
    return render(request, "citizens/citizen_glass.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@page("citizen.close_glass", opens=Citizen)
def close_glass(request: Request, citizen: Citizen) -> HttpResponse:
    services.close_glass(citizen, by=request.actor)
    messages.success(request, _("The record is closed to you again."))
    named = guard_of(citizen, by=request.actor) if Citizen.objects.filter(pk=citizen.pk).exists() else None
    return redirect("citizens:show", citizen.uid) if named else redirect("citizens:search")


def colleagues(request: Request) -> QuerySet[User]:
    here = {
        "memberships__institution": clerk(request).institution_id, "memberships__active": True,
        "memberships__roles__overlap": ["officer", "supervisor"],
    }  # fmt: skip
    return User.objects.filter(is_active=True, **here).order_by("first_name", "last_name", "pk")
