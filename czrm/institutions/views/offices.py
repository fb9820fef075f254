"""Offices and teams."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from czrm.doors.pages import page
from czrm.institutions.forms import OfficeForm, TeamForm
from czrm.institutions.models import Office, Team
from czrm.institutions.services.offices import create_office, create_team, edit_office, edit_team
from czrm.kit.actor import Request

from .common import clerk, done, form_page


@page("office.edit")
def offices(request: Request) -> HttpResponse:
    own = clerk(request).institution_id
    context = {
        "offices": Office.objects.filter(institution=own).order_by("-active", "name"),
        "teams": Team.objects.filter(institution=own).select_related("office").order_by("-active", "name"),
    }
    return render(request, "institutions/office_list.html", context)


@page("office.create")
def office_new(request: Request) -> HttpResponse:
    form = OfficeForm(request.POST or None)
    if done(request, form, lambda: create_office(facts=form.cleaned_data, by=request.actor)):
        messages.success(request, _("The office is open."))
        return redirect("institutions:offices")
    return form_page(request, form, title=_("New office"), back=reverse("institutions:offices"), submit=_("Create the office"))


@page("office.edit")
def office(request: Request, uid: UUID) -> HttpResponse:
    own = get_object_or_404(Office, uid=uid, institution=clerk(request).institution_id)
    form = OfficeForm(request.POST or None, instance=Office.objects.get(pk=own.pk))
    if done(request, form, lambda: edit_office(own, changes=form.cleaned_data, by=request.actor)):
        messages.success(request, _("Saved."))
        return redirect("institutions:offices")
    return form_page(request, form, title=own.name, back=reverse("institutions:offices"), submit=_("Save"))


@page("team.create")
def team_new(request: Request) -> HttpResponse:
    form = TeamForm(request.POST or None, of=clerk(request).institution_id)
    if done(request, form, lambda: create_team(facts=form.cleaned_data, by=request.actor)):
        messages.success(request, _("The team is ready: give it members."))
        return redirect("institutions:offices")
    return form_page(request, form, title=_("New team"), back=reverse("institutions:offices"), submit=_("Create the team"))


@page("team.edit")
def team(request: Request, uid: UUID) -> HttpResponse:
    own = get_object_or_404(Team, uid=uid, institution=clerk(request).institution_id)
    form = TeamForm(request.POST or None, instance=Team.objects.get(pk=own.pk), of=own.institution_id)
    if done(request, form, lambda: edit_team(own, changes=form.cleaned_data, by=request.actor)):
        messages.success(request, _("Saved."))
        return redirect("institutions:offices")
    return form_page(request, form, title=own.name, back=reverse("institutions:offices"), submit=_("Save"))
