"""Who acts for me, and for whom I act."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.models import Case, Procedure
from channels.portal import catalogue
from channels.portal.forms_mandates import MandateForm
from channels.portal.mandates import Named, act_for, find_agent, grant_at_portal, mine, revoke_at_portal, rows
from channels.portal.pages import go, here, show
from citizens import mandates as rules
from czrm.doors.pages import page
from czrm.institutions.entrance import ACTING
from czrm.kit.actor import Request, Visitor
from czrm.kit.refused import Refused
from czrm.trail.access import searched


@page("portal.see_mandates")
def mandates(request: Request, institution: str) -> HttpResponse:
    me = visitor(request)
    if me.behalf is not None:
        return go(request, "acting")
    given, taken = rows(me)
    return show(request, "mandate_list.html", {
        "given": [row for row in given if row.counts], "taken": [row for row in taken if row.counts],
        "over": [row for row in [*given, *taken] if not row.counts],
    })  # fmt: skip


@page("portal.grant_mandate")
def grant(request: Request, institution: str) -> HttpResponse:
    """Once somebody was looked for, the answer is no error of the request: that stays written down."""
    if visitor(request).behalf is not None:
        return go(request, "acting")
    body = here(request)
    form, looked = MandateForm(request.POST or None, country=body.country, procedures=catalogue.published(body)), False
    if request.method == "POST" and (looked := form.is_valid()):
        try:
            if granted(request, form.cleaned_data):
                return go(request, "mandates")
            form.add_error("number", _(
                "We know nobody here with this document and surname. Check both; if they are right, the person must first sign in to this"
                " portal or come to one of our offices."
            ))  # fmt: skip
        except Refused as no:
            form.add_error(None, no.words)
    return show(request, "mandate_new.html", {"form": form}, status=422 if form.errors and not looked else 200)


def granted(request: Request, said: dict[str, Any]) -> bool:
    agent = find_agent(Named(said["kind"], said["number"], said["surname"]), by=request.actor)
    if agent is None:
        return False
    grant_at_portal(agent, procedure=said["procedure"], days=int(said["days"]), by=request.actor)
    messages.success(request, _("%(name)s may now act for you. You can revoke it whenever you want.") % {"name": agent.name})
    return True


@page("portal.revoke_mandate")
def revoke(request: Request, institution: str, uid: str) -> HttpResponse:
    """Asked once more, for nothing brings it back."""
    me = visitor(request)
    row = next((row for part in rows(me) for row in part if str(row.mandate.uid) == str(uid)), None)
    if row is None:
        raise Http404
    if request.method == "POST":
        revoke_at_portal(row.mandate, by=me)
        messages.success(request, _("The mandate no longer counts, from this moment on."))
        return go(request, "mandates")
    return show(request, "mandate_revoke.html", {"row": row, "given": row.mandate.principal_id == me.citizen_id})


@page("portal.act_for")
@require_POST
def begin(request: Request, institution: str, uid: str) -> HttpResponse:
    me = visitor(request)
    mandate = act_for(get_object_or_404(mine(me), uid=uid, agent=me.citizen_id), by=me)
    remember(request, {"institution": mandate.institution_id, "mandate": mandate.pk})
    return go(request, "acting")


@page("portal.act_for")
def acting(request: Request, institution: str) -> HttpResponse:
    """What one can do for the other person here: their requests, and what may be asked for."""
    me, body = visitor(request), here(request)
    if me.behalf is None:
        return go(request, "mandates")
    cases = Case.objects.filter(institution=body, citizen=me.citizen_id).select_related("procedure").order_by("-pk")[:50]
    allowed = [one for one in catalogue.published(body) if rules.allows(me.behalf.acts, f"{rules.OPEN}:{one.slug}")]
    searched("portal.act_for", [me.citizen_id], by=me)
    names = {one.slug: one.name for one in Procedure.objects.filter(institution=body, slug__in=rules.about(me.behalf.acts))}
    return show(request, "acting.html", {
        "cases": cases, "procedures": allowed, "scope": rules.in_words(sorted(me.behalf.acts), names), "whole": me.behalf.whole,
    })  # fmt: skip


@page("portal.act_for")
@require_POST
def end(request: Request, institution: str) -> HttpResponse:
    remember(request, None)
    messages.success(request, _("You are back to your own affairs."))
    return go(request, "mandates")


def remember(request: Request, whom: dict[str, int] | None) -> None:
    """Under a new session key, and without what was begun for somebody else."""
    for name in (ACTING, "drafts", "sent", "portal_held"):
        request.session.pop(name, None)
    if whom:
        request.session[ACTING] = whom
    request.session.cycle_key()


def visitor(request: Request) -> Visitor:
    if not isinstance(request.actor, Visitor):
        raise Http404
    return request.actor
