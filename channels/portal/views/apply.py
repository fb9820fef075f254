"""Asking for something: one question a page, saved as one goes, taken up again with a code."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.models import Procedure
from channels.portal import drafts, limits, steps
from channels.portal.drafts import Draft
from channels.portal.forms import ResumeForm, form_of, keep
from channels.portal.pages import go, here, show
from channels.portal.services import discard_draft, save_draft
from citizens import mandates
from czrm.doors.pages import page
from czrm.kit.actor import Request
from czrm.kit.refused import Refused

from .documents import documents
from .home import of_portal
from .walk import around, draft_of, expired, forget, onwards, pages_of, remember, too_often, within_limits


@page("portal.apply", guests=True)
def apply(request: Request, institution: str, slug: str) -> HttpResponse:
    """Begin, or go on where one was."""
    procedure = of_portal(request, slug)
    draft = draft_of(request, procedure)
    if draft is None or draft.sent_as:
        if request.method != "POST":
            return go(request, "procedure", slug)
        if not limits.allowed(limits.BEGUN, limits.address_of(request)):
            return too_often(request)
        if no := beyond_the_mandate(request, procedure):
            messages.warning(request, no)
            return go(request, "procedure", slug)
        draft = save_draft(drafts.new(procedure, request.actor), by=request.actor)
        remember(request, draft)
    return go(request, "step", slug, steps.first_open(pages_of(procedure, draft), draft))


def beyond_the_mandate(request: Request, procedure: Procedure) -> str:
    """Told before anything is written, to whoever acts for another without a mandate for this."""
    behalf = getattr(request.actor, "behalf", None)
    if behalf is None or mandates.allows(behalf.acts, f"{mandates.OPEN}:{procedure.slug}"):
        return ""
    words = _("You act for %(name)s, but not for this procedure. Go back to your own affairs to ask for it yourself.")
    return words % {"name": behalf.name}


@page("portal.apply", guests=True)
def step(request: Request, institution: str, slug: str, step: str) -> HttpResponse:
    procedure = of_portal(request, slug)
    draft = draft_of(request, procedure)
    if draft is None:
        return expired(request, procedure)
    if draft.sent_as:
        return go(request, "receipt")
    found = pages_of(procedure, draft)
    current = next((one for one in found if one.key == step), None)
    if current is None:
        return go(request, "step", slug, steps.first_open(found, draft))
    view = documents if current.key == "documents" else question
    return view(request, procedure, draft, found, current)


def question(request: Request, procedure: Procedure, draft: Draft, found: list[steps.Step], current: steps.Step) -> HttpResponse:
    assert procedure.current is not None
    form = form_of(current, procedure.current, draft, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if form.is_valid():
            keep(current, form, draft)
            save_draft(draft, by=request.actor)
            return onwards(request, procedure, draft, current)
        if "later" in request.POST:
            return go(request, "saved", procedure.slug)
    return show(request, "step.html", around(request, procedure, found, current) | {"form": form}, status=422 if form.errors else 200)


@page("portal.apply", guests=True)
def saved(request: Request, institution: str, slug: str) -> HttpResponse:
    procedure = of_portal(request, slug)
    draft = draft_of(request, procedure)
    if draft is None or draft.sent_as:
        return expired(request, procedure)
    return show(request, "saved.html", {"procedure": procedure, "draft": draft})


@page("portal.apply", guests=True)
@require_POST
def discard(request: Request, institution: str, slug: str) -> HttpResponse:
    procedure = of_portal(request, slug)
    draft = draft_of(request, procedure)
    if draft:
        discard_draft(draft, by=request.actor)
    forget(request, procedure)
    messages.success(request, _("We deleted what you had written."))
    return go(request, "procedure", slug)


@page("portal.apply", guests=True)
def resume(request: Request, institution: str) -> HttpResponse:
    """Every failure is told alike."""
    form = ResumeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not within_limits(request):
            return too_often(request)
        try:
            draft = drafts.find(form.cleaned_data["code"])
        except Refused:
            draft = None
        procedure = (
            Procedure.objects.filter(pk=draft.procedure_id, institution=here(request), status="published").first()
            if draft and not draft.sent_as
            else None
        )
        if draft and procedure:
            remember(request, draft)
            return go(request, "apply", procedure.slug)
        form.add_error("code", _("We found no saved request with this code. Compare it with what you noted; after 30 days we delete them."))
    return show(request, "resume.html", {"form": form}, status=422 if form.errors else 200)
