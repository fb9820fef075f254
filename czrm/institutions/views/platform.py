"""The platform operator's pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from czrm.doors.pages import page
from czrm.institutions import health, invitations, mfa
from czrm.institutions.forms import BodyForm, PlaceForm
from czrm.institutions.models import Institution, Membership
from czrm.institutions.services.members import Invitee
from czrm.institutions.services.platform import create_institution, deactivate_institution, place_institution, reactivate_institution
from czrm.kit.actor import Request

from .common import done, form_page

LINK = "first_link"  # the session's key: the first administrator's link, shown once


@page("institution.see")
def platform(request: Request) -> HttpResponse:
    bodies = (
        Institution.objects.filter(kind=Institution.Kind.BODY)
        .defer("theme", "logo")
        .annotate(people=Count("memberships", filter=Q(memberships__active=True)))
        .order_by("-active", "name")
    )
    context: dict[str, Any] = {"bodies": bodies, "link": request.session.pop(LINK, None)}
    if request.actor.may("institution.see"):
        context["facts"] = health.facts()
    return render(request, "institutions/institution_list.html", context)


@page("institution.create")
@mfa.fresh
def institution_new(request: Request) -> HttpResponse:
    form = BodyForm(request.POST or None)
    made: list[Membership] = []

    def create() -> None:
        data = form.cleaned_data
        first = Invitee(data["admin_email"], data["given"], data["surname"], ["administrator"])
        made.append(create_institution(facts=data, administrator=first, by=request.actor))

    if done(request, form, create):
        messages.success(request, _("%(name)s is there, and its first administrator is invited.") % {"name": made[0].institution})
        if made[0].invited_at and invitations.shown_on_screen():
            request.session[LINK] = invitations.link(made[0])
        return redirect("institutions:platform")
    return form_page(request, form, title=_("New institution"), back=reverse("institutions:platform"), submit=_("Create the institution"))


@page("institution.place")
@mfa.fresh
def institution_place(request: Request, uid: UUID) -> HttpResponse:
    body = get_object_or_404(Institution, uid=uid, kind=Institution.Kind.BODY)
    form = PlaceForm(request.POST or None, instance=Institution.objects.get(pk=body.pk))
    if done(request, form, lambda: place_institution(body, changes=form.cleaned_data, by=request.actor)):
        messages.success(request, _("Saved."))
        return redirect("institutions:platform")
    return form_page(request, form, template="institutions/institution_place.html", body=body, back=reverse("institutions:platform"))


@page("institution.deactivate")
@require_POST
@mfa.fresh
def institution_deactivate(request: Request, uid: UUID) -> HttpResponse:
    body = deactivate_institution(get_object_or_404(Institution, uid=uid, kind=Institution.Kind.BODY), by=request.actor)
    messages.success(request, _("%(name)s rests: nobody gets in until you bring it back. Nothing was deleted.") % {"name": body})
    return redirect("institutions:platform")


@page("institution.reactivate")
@require_POST
@mfa.fresh
def institution_reactivate(request: Request, uid: UUID) -> HttpResponse:
    body = reactivate_institution(get_object_or_404(Institution, uid=uid, kind=Institution.Kind.BODY), by=request.actor)
    messages.success(request, _("%(name)s works again.") % {"name": body})
    return redirect("institutions:platform")
