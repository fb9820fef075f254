"""Family, household, work and ownership: who is what to somebody."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from citizens import kinship, services, states
from citizens.forms_record import EndForm, RelationshipForm
from citizens.models import Citizen, Relationship
from citizens.reading import long_enough
from citizens.services import record
from czrm.doors.pages import page, shown
from czrm.kit.actor import Request
from czrm.kit.refused import Refused

from .search import WHILE_TYPING
from .shared import IDS, clerk


@page("relationship.see", opens=Citizen)
def relationships(request: Request, citizen: Citizen) -> HttpResponse:
    return panel(request, citizen)


@page("citizen.state_relationship", opens=Citizen)
def new(request: Request, citizen: Citizen) -> HttpResponse:
    form = RelationshipForm(request.POST or None, citizen_kind=citizen.kind)
    if form.is_valid():
        given = form.cleaned_data
        other = Citizen.objects.filter(uid=given["other"]).first()
        try:
            if other is None:
                raise Refused("invalid_other", _("Choose a person of the list."))
            services.state_relationship(
                citizen, kind=kinship.INVERSE[given["role"]], other=other, since=given["since"], evidence=given["evidence"],
                by=request.actor,
            )  # fmt: skip
        except Refused as refused:
            form.add_error("other" if refused.code == "invalid_other" else None, refused.words)
        else:
            messages.success(request, _("Stated. It stands on both pages."))
            return panel(request, citizen, anew=True)
    context = {"form": form, "citizen": citizen, "typed": request.POST.get("other_text", "")}
    return render(request, "citizens/relationship_new.html", context, status=422 if form.errors else 200)


@page("citizen.find")
def people(request: Request) -> HttpResponse:
    """Whom to choose, while one types."""
    text = request.GET.get("other_text", "").strip()
    context: dict[str, Any] = {}
    if long_enough(text):
        try:
            context["search"] = services.find_citizens(text, limit=WHILE_TYPING, typing=True, by=request.actor)
        except Refused as refused:
            context["refused"] = refused.words
    return render(request, "citizens/relationship_people.html", context)


@page("citizen.retire_relationship", opens=Relationship)
def retire(request: Request, relationship: Relationship) -> HttpResponse:
    """From the page of either of the two: `of` says whose."""
    if relationship.institution_id != clerk(request).institution_id:
        raise Http404
    far = request.GET.get("of") == "other"
    citizen = Citizen.objects.get(pk=relationship.other_id if far else relationship.citizen_id)
    form = EndForm(request.POST or None, auto_id=IDS)
    if form.is_valid():
        try:
            services.retire_relationship(
                relationship, reason=form.cleaned_data["reason"], ended=form.cleaned_data["ended"], by=request.actor
            )
            return panel(request, citizen, anew=True)
        except Refused as refused:
            form.add_error(None, refused.words)
    role = relationship.kind if far else kinship.INVERSE[relationship.kind]
    context = {
        "form": form, "title": _("It no longer holds"), "submit": _("Save"), "about": kinship.ROLES[role],
        "action": request.get_full_path(),
        "target": "#relationship-dialog",
    }  # fmt: skip
    return render(request, "citizens/record_dialog.html", context, status=422 if form.errors else 200)


def panel(request: Request, citizen: Citizen, *, anew: bool = False) -> HttpResponse:
    found = record.relatives_of(citizen, by=request.actor)
    shown(request, *(relative.row for relative in found), categories=("family",))
    by_role: dict[str, list[dict[str, Any]]] = {}
    for relative in found:
        by_role.setdefault(relative.role, []).append(relative_shown(relative, citizen, clerk(request).institution_id))
    groups = [(words, [one for role in roles for one in by_role.get(role, [])]) for _name, words, roles in kinship.GROUPS]
    linked = record.dealings(citizen, by=request.actor).linked and not states.forbids(citizen.state, states.RELATE)
    context = {
        "citizen": citizen, "groups": [(words, people) for words, people in groups if people], "anew": anew,
        "organisation": citizen.kind == Citizen.Kind.ORGANISATION,
        "may": {verb: linked and request.actor.may(f"citizen.{verb}_relationship") for verb in ("state", "retire")},
    }  # fmt: skip
    answer = render(request, "citizens/relationship_panel.html", context)
    if anew:
        answer["HX-Retarget"], answer["HX-Reswap"] = "#relationships", "outerHTML"
    return answer


def relative_shown(relative: record.Relative, citizen: Citizen, own: int) -> dict[str, Any]:
    row = relative.row
    return {
        "row": row, "role": kinship.ROLES[relative.role], "person": relative.person, "mine": row.institution_id == own,
        "of": "citizen" if row.citizen_id == citizen.pk else "other", "born": (relative.person or {}).get("birth", "") or "",
        "institution": row.institution.short_name or row.institution.name,
    }  # fmt: skip
