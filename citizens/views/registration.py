"""A new person: whoever may be the same is shown first."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from citizens import contact_points, names, services
from citizens.forms import AttendForm, RegisterForm
from citizens.forms_record import OrganisationForm
from citizens.models import Fact
from citizens.services.region import region_of
from czrm.doors.pages import page
from czrm.kit.actor import Request
from czrm.kit.refused import Refused

from .search import document_in


@page("citizen.register")
def new(request: Request) -> HttpResponse:
    region = region_of(request.actor)
    organisation = (request.POST or request.GET).get("kind") == "organisation"
    text, shape = request.GET.get("q", "")[:120], OrganisationForm if organisation else RegisterForm
    if request.method != "POST":
        return shown(request, shape(initial=prefilled(text, region, organisation=organisation), country=region))
    form = shape(request.POST, country=region)
    if not form.is_valid():
        return shown(request, form, status=422)
    try:
        return registered(request, form)
    except Refused as refused:
        form.add_error(None, refused.words)
        return shown(request, form, status=422)


def registered(request: Request, form: RegisterForm) -> HttpResponse:
    """Registered, unless somebody may be the same and nobody has said yet that they are not."""
    apart = "apart" in request.POST
    person = form.person()
    if not apart:
        candidates = services.likely_same(person, by=request.actor)
        if candidates:
            return shown(request, form, candidates=candidates)
    citizen = services.register_citizen(person, basis=form.cleaned_data["basis"], apart=apart, by=request.actor)
    for code, value in form.traits().items() if isinstance(form, OrganisationForm) else ():
        services.state_fact(citizen, attribute=code, value=value, origin=Fact.Origin.CITIZEN, by=request.actor)
    messages.success(request, _("%(name)s is registered.") % {"name": citizen.name})
    if apart and services.suspect_match(citizen, person, by=request.actor):
        messages.info(request, _("It is very like somebody who was here already: your supervisor looks at both."))
    return redirect("citizens:show", citizen.uid)


def shown(request: Request, form: RegisterForm, *, candidates: Any = None, status: int = 200) -> HttpResponse:
    context = {"form": form, "candidates": candidates, "organisation": form.organisation, "search_query": request.GET.get("q", "")}
    if candidates and any(candidate.uid is None for candidate in candidates):
        person = form.person()
        data = {"id_kind": person.id_kind, "id_number": person.id_number, "surname": person.surname or person.name, "birth": person.birth}
        context["attend"] = AttendForm(data | {"basis": form.cleaned_data["basis"]}, country=form.country)
    return render(request, "citizens/citizen_new.html", context, status=status)


def prefilled(text: str, region: str, *, organisation: bool) -> dict[str, object]:
    """What was typed into the search box, put where it belongs."""
    asked = contact_points.guess(text, region, today=localdate())
    name = names.split_full_name(names.proper_case(asked.name))
    parts = (
        {"name": asked.name}
        if organisation
        else {"given": name.given, "surname": name.first_surname, "second_surname": name.second_surname}
    )
    phone = asked.text if asked.meaning == "phone" else ""
    return parts | {"email": asked.email, "phone": phone} | document_in(text, region)
