"""The page of one person: who, how to treat them well, what is open, what happened."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.cache import caches
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from citizens import contact_points, identifiers, names, services
from citizens.forms import BASES, REASONS, ContactPointForm, CorrectForm, DocumentForm, RevealForm, VerifyForm
from citizens.models import Citizen, CitizenLink, ContactPoint, Identifier
from citizens.services.region import region_of
from czrm.doors.pages import page
from czrm.institutions.models import Purpose
from czrm.kit.actor import Actor, Request
from czrm.kit.refused import Refused

MEMORY = 60  # seconds the name of a purpose may be old
WAYS = {"phone": "phone", "email": "mail", "address": "map-pin"}  # their icons


@page("citizen.see", opens=Citizen)
def show(request: Request, citizen: Citizen) -> HttpResponse:
    return render(request, "citizens/citizen_show.html", portrait(request, citizen))


@require_POST
@page("citizen.reveal", opens=Citizen)
def reveal(request: Request, citizen: Citizen) -> HttpResponse:
    form = RevealForm(request.POST)
    if not form.is_valid():
        return render(request, "citizens/citizen_show.html#documents", portrait(request, citizen) | {"reveal": form}, status=422)
    reason = str(dict(REASONS)[form.cleaned_data["reason"]])
    services.reveal_documents(citizen, reason=reason, by=request.actor)
    return render(request, "citizens/citizen_show.html#revealed", portrait(request, citizen, revealed=True))


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


@require_POST
@page("citizen.add_contact_point", opens=Citizen)
def contact_point(request: Request, citizen: Citizen) -> HttpResponse:
    form = ContactPointForm(request.POST)
    if form.is_valid():
        try:
            services.add_contact_point(citizen, **form.cleaned_data, by=request.actor)
            form = ContactPointForm()
        except Refused as refused:
            form.add_error("value", refused.words)
    context = portrait(request, citizen) | {"add": form}
    return render(request, "citizens/citizen_show.html#reach", context, status=422 if form.errors else 200)


@require_POST
@page("citizen.retire_contact_point", opens=ContactPoint)
def retire(request: Request, point: ContactPoint) -> HttpResponse:
    services.retire_contact_point(point, by=request.actor)
    return render(request, "citizens/citizen_show.html#reach", portrait(request, Citizen.objects.get(pk=point.citizen_id)))


def portrait(request: Request, citizen: Citizen, *, revealed: bool = False) -> dict[str, Any]:
    """All that the page says of somebody, in five queries."""
    region, by = region_of(request.actor), request.actor
    documents = [document_shown(each, revealed=revealed) for each in citizen.identifiers.order_by("verified_at", "pk")]
    hidden = citizen.state == Citizen.State.PROTECTED and not revealed
    current = citizen.contact_points.filter(valid_until=None).order_by("kind", "-preferred", "pk")
    points = [point_shown(each, region, hidden=hidden, by=by) for each in current]
    link = CitizenLink.objects.filter(citizen=citizen, institution=getattr(by, "institution_id", None)).first()
    address = next((point["value"] for point in points if point["kind"] == "address"), "")
    return {
        "citizen": citizen,
        "initials": names.PersonName(citizen.given or citizen.name, citizen.surname, citizen.second_surname).initials,
        "age": age(citizen.birth), "organisation": citizen.kind == Citizen.Kind.ORGANISATION,
        "documents": documents, "verified": any(each["verified_at"] for each in documents), "revealed": revealed,
        "points": points, "place": "" if hidden else address.rpartition(",")[2].strip(),
        "link": link, "basis": dict(BASES).get(link.basis, link.basis) if link else "",
        "purpose": purpose_of(request), "reveal": RevealForm(), "add": ContactPointForm(), "verify": VerifyForm(),
        "may": {verb: by.may(f"citizen.{verb}") and link is not None for verb in ("edit", "add_contact_point", "add_identifier")},
        "may_open": by.may("case.open"), "may_reveal": by.may("citizen.reveal") and bool(documents or hidden),
    }  # fmt: skip


def document_shown(identifier: Identifier, *, revealed: bool) -> dict[str, Any]:
    kind = identifiers.KINDS.get(identifier.kind)
    shown = identifiers.display if revealed else identifiers.mask
    return {"uid": identifier.uid, "label": kind.label if kind else identifier.kind, "number": shown(identifier.kind, identifier.number),
            "verified_at": identifier.verified_at}  # fmt: skip


def point_shown(point: ContactPoint, region: str, *, hidden: bool, by: Actor) -> dict[str, Any]:
    value = point.value
    if point.kind == ContactPoint.Kind.PHONE:
        value = contact_points.mask_phone(value) if hidden else contact_points.display_phone(value, region)
    elif hidden:
        value = contact_points.mask_email(value) if point.kind == ContactPoint.Kind.EMAIL else "•••"
    return {
        "uid": point.uid, "kind": point.kind, "icon": WAYS[point.kind], "label": point.get_kind_display(), "value": value,
        "shared": point.shared, "purpose": point.purpose, "mine": point.institution_id == getattr(by, "institution_id", None),
    }  # fmt: skip


def age(birth: date | None) -> int | None:
    today = localdate()
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day)) if birth else None


def purpose_of(request: Request) -> str:
    """For what the person is looked at: the purpose of the contact in progress."""
    purpose_id, near = getattr(request.actor, "purpose_id", None), caches["near"]
    if purpose_id is None:
        return ""
    name: str | None = near.get(f"purpose:{purpose_id}")
    if name is None:
        name = Purpose.objects.values_list("name", flat=True).get(pk=purpose_id)
        near.set(f"purpose:{purpose_id}", name, MEMORY)
    return name
