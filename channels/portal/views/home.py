"""What one can do here, and what to know before."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from cases.models import Procedure
from channels.portal import catalogue, drafts
from channels.portal.pages import address, help_of, here, show
from czrm.doors.pages import page
from czrm.kit.actor import Request

YEAR = 365 * 24 * 60 * 60


@page("portal.see", guests=True)
def home(request: Request, institution: str) -> HttpResponse:
    body, text = here(request), request.GET.get("q", "").strip()[:100]
    every = catalogue.published(body)
    found = catalogue.find(every, text) if text else every
    return show(request, "home.html", {
        "q": text, "every": len(every), "found": len(found), "groups": catalogue.by_life_event(found), **help_of(body),
    })  # fmt: skip


@page("portal.see", guests=True)
def procedure(request: Request, institution: str, slug: str) -> HttpResponse:
    found = of_portal(request, slug)
    assert found.current is not None
    return show(request, "procedure.html", {
        "procedure": found, "before": catalogue.before_starting(found.current), **help_of(here(request)),
        "begun": str(found.pk) in request.session.get(drafts.IN_SESSION, {}),
    })  # fmt: skip


def of_portal(request: Request, slug: str) -> Procedure:
    rows = Procedure.objects.select_related("current")
    return get_object_or_404(rows, institution=here(request), slug=slug, status="published", portal=True, current__isnull=False)


@page("portal.see", guests=True)
@require_POST
def language(request: Request, institution: str) -> HttpResponse:
    """Kept on this device only."""
    wanted, back = request.POST.get("language", ""), request.POST.get("next", "")
    if not back.startswith("/portal/") or not url_has_allowed_host_and_scheme(back, None):
        back = address(request, "home")
    response = redirect(back)
    if wanted in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, wanted, max_age=YEAR, samesite="Lax", httponly=True, secure=settings.HTTPS)
    return response
