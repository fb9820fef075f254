"""One's own data: what each institution holds, how to have it put right, how one is reached."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from channels.portal import mine
from channels.portal.forms_mine import PreferencesForm, RectifyForm
from channels.portal.pages import go, help_of, show
from citizens import identifiers
from citizens.attributes import display
from citizens.categories import Category
from citizens.models import Citizen, Fact
from citizens.services.attributes import vocabulary
from czrm.doors.pages import page
from czrm.kit.actor import Request, Visitor
from czrm.kit.refused import Refused
from czrm.trail.access import write_down


def myself(request: Request) -> Citizen:
    """The person who logged in, for themselves: what an agent may see are cases."""
    actor = request.actor
    if not isinstance(actor, Visitor) or actor.behalf is not None:
        raise PermissionDenied
    return Citizen.objects.prefetch_related("identifiers").get(pk=actor.citizen_id)


@page("portal.see_data", guests=True)
def data(request: Request, institution: str) -> HttpResponse:
    """By the institution that states it, each with since when and how it is known."""
    person = myself(request)
    facts = list(
        Fact.objects.filter(citizen=person, retired_at=None).select_related("institution").order_by("institution__name", "category")
    )
    words = vocabulary({fact.institution_id for fact in facts})
    sources: dict[Any, list[dict[str, Any]]] = {}
    for fact in facts:
        sources.setdefault(fact.institution, []).append(told(fact, words))
    documents = [(identifiers.KINDS[one.kind].label, identifiers.mask(one.kind, one.number), one.verified_at)
                 for one in person.identifiers.all() if one.kind in identifiers.KINDS]  # fmt: skip
    categories = tuple(sorted({"identity", *(fact.category for fact in facts)}))
    write_down("portal.see_data", "data", person.pk, by=request.actor, categories=categories)
    return show(request, "mine_data.html", {"person": person, "documents": documents, "sources": sources.items()})


def told(fact: Fact, words: Any) -> dict[str, Any]:
    definition = words.get((fact.attribute, None)) or words.get((fact.attribute, fact.institution_id))
    return {
        "fact": fact, "category": Category(fact.category).label, "label": definition.label if definition else fact.attribute,
        "value": display(definition, fact.value, fact.institution.country) if definition else fact.value,
    }  # fmt: skip


@page("portal.rectify", guests=True)
def rectify(request: Request, institution: str, uid: UUID) -> HttpResponse:
    """One question; the institution that stated it answers, by a case with its clock."""
    person = myself(request)
    fact = get_object_or_404(Fact.objects.select_related("institution"), uid=uid, citizen=person, retired_at=None)
    form, row = RectifyForm(request.POST or None), told(fact, vocabulary({fact.institution_id}))
    if request.method == "POST" and form.is_valid():
        try:
            opened = mine.ask_correction(fact, label=str(row["label"]), text=form.cleaned_data["text"], by=request.actor)
        except Refused as no:
            form.add_error(None, no.words)
        else:
            sent = _("%(institution)s received it with the number %(number)s and will answer you.")
            messages.success(request, sent % {"institution": fact.institution.name, "number": opened.case.number})
            return go(request, "my_data")
    return show(request, "mine_rectify.html", {"form": form, "row": row, **help_of(fact.institution)}, status=422 if form.errors else 200)


@page("portal.prefer", guests=True)
def preferences(request: Request, institution: str) -> HttpResponse:
    person = myself(request)
    form = PreferencesForm(request.POST or None, initial={"language": person.language, "channel": person.channel})
    if request.method == "POST" and form.is_valid():
        try:
            mine.prefer(language=form.cleaned_data["language"], channel=form.cleaned_data["channel"], by=request.actor)
        except Refused as no:
            form.add_error(None, no.words)
        else:
            messages.success(request, _("Saved."))
            return go(request, "mine")
    return show(request, "mine_preferences.html", {"form": form}, status=422 if form.errors else 200)
