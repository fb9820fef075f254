"""The way through a request: where its draft is, which page comes next, what stands around each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from cases.models import Procedure
from channels.portal import drafts, limits, steps
from channels.portal.drafts import Draft
from channels.portal.pages import address, go, show
from czrm.kit.actor import Request


def draft_of(request: Request, procedure: Procedure) -> Draft | None:
    code = request.session.get(drafts.IN_SESSION, {}).get(str(procedure.pk))
    found = drafts.find(code) if code else None
    return found if found and found.procedure_id == procedure.pk else None


def remember(request: Request, draft: Draft) -> None:
    request.session[drafts.IN_SESSION] = {**request.session.get(drafts.IN_SESSION, {}), str(draft.procedure_id): draft.code}


def forget(request: Request, procedure: Procedure) -> None:
    kept = request.session.get(drafts.IN_SESSION, {})
    request.session[drafts.IN_SESSION] = {key: code for key, code in kept.items() if key != str(procedure.pk)}


def expired(request: Request, procedure: Procedure) -> HttpResponse:
    forget(request, procedure)
    messages.warning(request, _("We no longer have the request you had begun: it may have expired. Please begin again."))
    return go(request, "procedure", procedure.slug)


def pages_of(procedure: Procedure, draft: Draft) -> list[steps.Step]:
    assert procedure.current is not None
    return steps.steps(procedure, procedure.current, draft)


def onwards(request: Request, procedure: Procedure, draft: Draft, current: steps.Step) -> HttpResponse:
    """To the next page; back to the check for whoever came from there and has nothing open."""
    if "later" in request.POST:
        return go(request, "saved", procedure.slug)
    found = pages_of(procedure, draft)
    if "check" in request.GET:
        return go(request, "step", procedure.slug, steps.first_open(found, draft))
    return go(request, "step", procedure.slug, steps.after(found, current.key))


def around(request: Request, procedure: Procedure, found: list[steps.Step], current: steps.Step) -> dict[str, Any]:
    earlier, from_check = steps.before(found, current.key), "check" in request.GET
    back = address(request, "step", procedure.slug, steps.CHECK if from_check else earlier) if earlier or from_check else ""
    return {
        "procedure": procedure, "step": current, "place": found.index(current) + 1, "total": len(found),
        "back": back or address(request, "procedure", procedure.slug),
    }  # fmt: skip


def within_limits(request: Request) -> bool:
    browser = limits.browser_of(request)
    by_browser = not browser or limits.allowed(limits.BY_BROWSER, browser)  # without a cookie no form gets this far
    return limits.allowed(limits.BY_ADDRESS, limits.address_of(request)) and by_browser


def too_often(request: Request) -> HttpResponse:
    return show(request, "too_often.html", status=429)
