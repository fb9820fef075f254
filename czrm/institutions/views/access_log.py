"""Who looked at what, for whoever watches over it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.timezone import localdate

from czrm.doors.pages import page
from czrm.institutions import review
from czrm.institutions.forms import AccessFilter
from czrm.kit.actor import Request
from czrm.trail.access import write_down
from czrm.trail.models import AccessEntry

from .common import clerk


@page("access.see")
def access_log(request: Request) -> HttpResponse:
    form = AccessFilter(request.GET, by=clerk(request))
    before = request.GET.get("before", "")
    found = review.entries(form, clerk(request))
    looks = review.page_of(found if request.GET.get("citizen") else review.brief(found), int(before) if before.isdecimal() else None)
    kept: dict[str, Any] = {key: value for key, value in request.GET.items() if key != "before" and value}
    context = {
        "form": form,
        "looks": looks.shown,
        "filtered": bool(kept),
        "first": f"?{urlencode(kept)}" if before else "",
        "older": f"?{urlencode(kept | {'before': looks.before})}" if looks.before else "",
        "query": urlencode(kept),
    }
    write_down("access.see", request.META.get("QUERY_STRING", "")[:80] or "all", None, by=clerk(request))
    return render(request, "institutions/access_log.html", context, status=422 if form.errors else 200)


@page("access.own")
def access_own(request: Request) -> HttpResponse:
    """What one looked at oneself, by day."""
    by, before = clerk(request), request.GET.get("before", "")
    mine = AccessEntry.objects.filter(institution=by.institution_id, user_id=by.user_id).exclude(verb__startswith="portal.").order_by("-id")
    shown = review.page_of(review.brief(mine), int(before) if before.isdecimal() else None, size=80)
    context = {
        "days": review.by_day(shown.shown),
        "first": request.path if before else "",
        "older": f"?before={shown.before}" if shown.before else "",
    }
    return render(request, "institutions/access_own.html", context)


@page("access.export")
def access_export(request: Request) -> HttpResponseBase:
    """The same filters, all of it, line by line as the database gives them; the export itself is a line of the log."""
    actor = clerk(request)
    form = AccessFilter(request.GET, by=actor)
    write_down("access.export", request.META.get("QUERY_STRING", "")[:80] or "all", None, by=actor)
    response = StreamingHttpResponse(review.lines(review.entries(form, actor)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="accesses-{localdate():%Y-%m-%d}.csv"'
    return response
