"""The values of somebody's record, and what officers state, verify and take back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from citizens import services, states
from citizens.attributes import Definition, in_order
from citizens.categories import Category
from citizens.forms import VerifyForm
from citizens.forms_record import AttributeChoice, StateForm, WhyForm
from citizens.models import Citizen, Fact
from citizens.services import record
from citizens.services.attributes import read_by, vocabulary
from czrm.doors.pages import page, shown
from czrm.kit.actor import Request
from czrm.kit.refused import Refused

from .shared import IDS, clerk, purpose_of


@page("fact.see", opens=Citizen)
def facts(request: Request, citizen: Citizen) -> HttpResponse:
    return panel(request, citizen)


@page("citizen.state_fact", opens=Citizen)
def new(request: Request, citizen: Citizen) -> HttpResponse:
    """The dialog: first which attribute, then a form as its kind wants."""
    known = in_order(vocabulary([clerk(request).institution_id]).values(), citizen.kind)
    asked = request.POST.get("attribute") or request.GET.get("attribute", "")
    definition = next((each for each in known if each.code == asked), None)
    context: dict[str, Any] = {"citizen": citizen, "choice": AttributeChoice(initial={"attribute": asked}, definitions=known)}
    if definition is None:
        return render(request, "citizens/fact_new.html", context)
    form = StateForm(request.POST or None, definition=definition)
    if form.is_valid():
        try:
            services.state_fact(citizen, attribute=definition.code, by=request.actor, **form.cleaned_data)
        except Refused as refused:
            form.add_error("value" if refused.code == "invalid_value" else None, refused.words)
        else:
            messages.success(request, _("Stated. What was said before stays in the history."))
            return panel(request, citizen, anew=True)
    context |= {"form": form, "definition": definition}
    return render(request, "citizens/fact_new.html", context, status=422 if form.errors else 200)


@page("citizen.retire_fact", opens=Fact)
def retire(request: Request, fact: Fact) -> HttpResponse:
    form = WhyForm(request.POST or None, auto_id=IDS)
    citizen = of_own(request, fact)
    if form.is_valid():
        try:
            services.retire_fact(fact, reason=form.cleaned_data["reason"], by=request.actor)
            return panel(request, citizen, anew=True)
        except Refused as refused:
            form.add_error(None, refused.words)
    return dialog(request, fact, form, title=_("Take the value back"), submit=_("Take back"))


@page("citizen.verify_fact", opens=Fact)
def verify(request: Request, fact: Fact) -> HttpResponse:
    form = VerifyForm(request.POST or None, auto_id=IDS)
    citizen = of_own(request, fact)
    if form.is_valid():
        try:
            services.verify_fact(fact, how=form.cleaned_data["how"], by=request.actor)
            return panel(request, citizen, anew=True)
        except Refused as refused:
            form.add_error(None, refused.words)
    return dialog(request, fact, form, title=_("Verify the value"), submit=_("Verify"))


def panel(request: Request, citizen: Citizen, *, anew: bool = False) -> HttpResponse:
    found = record.facts_of(citizen, by=request.actor, anew=anew)
    read = [fact for _category, lines in found.sections for line in lines for fact in line.facts]
    shown(request, *read, categories=found.categories or (Category.IDENTITY,))
    sections = [(category, [line_shown(line) for line in lines]) for category, lines in found.sections]
    dealings = record.dealings(citizen, by=request.actor)
    may = {verb: dealings.linked and not states.forbids(citizen.state, states.STATE) and request.actor.may(f"citizen.{verb}_fact")
           for verb in ("state", "verify", "retire")}  # fmt: skip
    context = {
        "citizen": citizen,
        "sections": sections,
        "may": may,
        "purpose": purpose_of(request),
        "anew": anew,
        "own": clerk(request).institution_id,
    }
    answer = render(request, "citizens/fact_panel.html", context)
    if anew:
        answer["HX-Retarget"], answer["HX-Reswap"] = "#facts", "outerHTML"
    return answer


def line_shown(line: record.Line) -> dict[str, Any]:
    """A line as the page writes it; a hidden value does not reach the page at all."""
    sources = [source_shown(line.definition, fact, hidden=line.hidden) for fact in line.facts]
    values = {fact.value for fact in line.facts}
    return {
        "definition": line.definition, "own": line.own, "better": line.better, "hidden": line.hidden, "sources": sources,
        "best": sources[0] if sources else None, "differ": len(values) if len(values) > 1 else 0,
    }  # fmt: skip


def source_shown(definition: Definition, fact: Fact, *, hidden: bool) -> dict[str, Any]:
    return {
        "fact": fact, "value": "•••" if hidden else record.read(definition, fact),
        "institution": fact.institution.short_name or fact.institution.name,
        "on": fact.observed_on or fact.stated_at, "origin": fact.get_origin_display(), "evidence": "" if hidden else fact.evidence,
    }  # fmt: skip


def of_own(request: Request, fact: Fact) -> Citizen:
    """Another's statement is read, not touched."""
    if fact.institution_id != clerk(request).institution_id:
        raise Http404
    return Citizen.objects.get(pk=fact.citizen_id)


def dialog(request: Request, fact: Fact, form: Any, *, title: str, submit: str) -> HttpResponse:
    definition = vocabulary([fact.institution_id])
    label = read_by(definition, fact.attribute, fact.category, fact.institution_id).label
    context = {"form": form, "title": title, "submit": submit, "about": label, "action": request.path, "target": "#fact-dialog"}
    return render(request, "citizens/record_dialog.html", context, status=422 if form.errors else 200)
