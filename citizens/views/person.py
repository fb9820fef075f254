"""The page of one person: who, how to treat them well, what is open, what happened."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from citizens import identifiers, names, services, states
from citizens.forms import BASES, REASONS, CorrectForm, DocumentForm, RevealForm, VerifyForm
from citizens.models import Citizen, CitizenLink, ContactPoint, Identifier
from citizens.services.contact_points import current
from citizens.services.matches import doubles_of
from citizens.services.protection import guard_of
from citizens.services.record import dealings
from citizens.services.region import region_of
from czrm.doors.pages import page, shown
from czrm.doors.panels import panel
from czrm.kit.actor import Request
from czrm.kit.refused import Refused

from .contact_points import panel as panel_of_points
from .shared import purpose_of

PANELS = {
    "cases": "cases:of", "history": "channels:of", "facts": "citizens:facts", "relationships": "citizens:relationships",
    "acting": "citizens:acting", "mandates": "citizens:mandates", "consents": "citizens:consents",
}  # fmt: skip


@page("citizen.see", opens=Citizen)
def show(request: Request, citizen: Citizen) -> HttpResponse:
    drawn = {place: part(request, name, citizen) for place, name in PANELS.items()} | {"points_panel": panel_of_points(request, citizen)}
    return render(request, "citizens/citizen_show.html", portrait(request, citizen) | drawn)


def part(request: Request, name: str, citizen: Citizen) -> str:
    """Nothing where no floor draws it yet."""
    try:
        return panel(request, name, citizen)
    except NoReverseMatch:
        return ""


@require_POST
@page("citizen.reveal", opens=Citizen)
def reveal(request: Request, citizen: Citizen) -> HttpResponse:
    form = RevealForm(request.POST)
    if not form.is_valid():
        return render(request, "citizens/citizen_show.html#documents", portrait(request, citizen) | {"reveal": form}, status=422)
    reason = str(dict(REASONS)[form.cleaned_data["reason"]])
    services.reveal_documents(citizen, reason=reason, by=request.actor)
    reach = panel_of_points(request, citizen, revealed=True) if citizen.state == Citizen.State.PROTECTED else ""
    return render(request, "citizens/citizen_show.html#revealed", portrait(request, citizen, revealed=True) | {"points_panel": reach})


@require_POST
@page("citizen.add_identifier", opens=Citizen)
def verify(request: Request, citizen: Citizen, number: str) -> HttpResponse:
    identifier = Identifier.objects.get(citizen=citizen, uid=number)
    form = VerifyForm(request.POST)
    if form.is_valid():
        how = form.cleaned_data["how"]
        services.add_identifier(citizen, kind=identifier.kind, number=identifier.number, how=how, by=request.actor)
        messages.success(request, _("The identity is verified."))
    return redirect("citizens:show", citizen.uid)


@page("citizen.edit", opens=Citizen)
def edit(request: Request, citizen: Citizen) -> HttpResponse:
    form = CorrectForm(request.POST or None, citizen=citizen)
    if form.is_valid():
        try:
            services.correct_citizen(citizen, changes=form.changes(), reason=form.cleaned_data["reason"], by=request.actor)
            messages.success(request, _("Corrected. What was written before is kept."))
            return redirect("citizens:show", citizen.uid)
        except Refused as refused:
            form.add_error(None, refused.words)
    document = DocumentForm(country=region_of(request.actor), organisation=citizen.kind == Citizen.Kind.ORGANISATION)
    context = portrait(request, citizen) | {"form": form, "document_form": document}
    return render(request, "citizens/citizen_edit.html", context, status=422 if form.errors else 200)


@require_POST
@page("citizen.add_identifier", opens=Citizen)
def identifier(request: Request, citizen: Citizen) -> HttpResponse:
    form = DocumentForm(request.POST, country=region_of(request.actor), organisation=citizen.kind == Citizen.Kind.ORGANISATION)
    form.fields["id_number"].required = True
    if form.is_valid():
        try:
            services.add_identifier(citizen, kind=form.cleaned_data["id_kind"], number=form.cleaned_data["id_number"], by=request.actor)
            messages.success(request, _("The document is added."))
            return redirect("citizens:show", citizen.uid)
        except Refused as refused:
            form.add_error(None, refused.words)
    context = portrait(request, citizen) | {"form": CorrectForm(citizen=citizen), "document_form": form}
    return render(request, "citizens/citizen_edit.html", context, status=422)


def portrait(request: Request, citizen: Citizen, *, revealed: bool = False) -> dict[str, Any]:
    """All that the page says of somebody, in three queries."""
    by = request.actor
    facet = dealings(citizen, by=by, anew=request.method == "POST")
    documents = [document_shown(each, revealed=revealed) for each in facet.documents]
    hidden = citizen.state == Citizen.State.PROTECTED and not revealed
    points = current(citizen, by=by, anew=request.method == "POST")
    if not facet.linked:  # an agreement shows them
        shown(request, *CitizenLink.objects.filter(citizen=citizen), categories=("citizen",))
    link = facet if facet.linked else None
    stands = {deed: link is not None and not states.forbids(citizen.state, deed) for deed in (states.EDIT,)}
    address = next((point.value for point in points if point.kind == ContactPoint.Kind.ADDRESS), "")
    return {
        "citizen": citizen,
        "initials": names.PersonName(citizen.given or citizen.name, citizen.surname, citizen.second_surname).initials,
        "age": age(citizen.birth), "organisation": citizen.kind == Citizen.Kind.ORGANISATION,
        "documents": documents, "verified": any(each["verified_at"] for each in documents), "revealed": revealed,
        "place": "" if hidden else address.rpartition(",")[2].strip(),
        "link": link, "basis": dict(BASES).get(link.basis, link.basis) if link else "",
        "doubles": doubles_of(facet.doubles), "purpose": purpose_of(request), "reveal": RevealForm(), "verify": VerifyForm(),
        "may": {
            "edit": by.may("citizen.edit") and link is not None, "add_identifier": by.may("citizen.add_identifier") and stands[states.EDIT],
        },
        "guard": guard_of(citizen, by=by) if citizen.state == Citizen.State.PROTECTED else None, "may_protect": by.may("citizen.protect"),
        "told": states.TOLD.get(citizen.state), "may_open": by.may("case.open") and not states.forbids(citizen.state, states.CASE),
        "may_reveal": by.may("citizen.reveal") and bool(documents or hidden),
    }  # fmt: skip


def document_shown(document: dict[str, Any], *, revealed: bool) -> dict[str, Any]:
    kind = identifiers.KINDS.get(document["kind"])
    shown = identifiers.display if revealed else identifiers.mask
    return document | {"label": kind.label if kind else document["kind"], "number": shown(document["kind"], document["number"])}


def age(birth: date | None) -> int | None:
    today = localdate()
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day)) if birth else None
