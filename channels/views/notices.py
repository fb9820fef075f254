"""What an officer was told: the citizen answered, a case came."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.timezone import now

from cases.models import Case
from channels.models import Notice
from channels.services import read_notice
from channels.texts import CITIZEN, MESSAGES
from czrm.doors.pages import page
from czrm.kit.actor import Request
from czrm.trail.models import Event

from .common import clerk

KINDS = [kind for kind, message in MESSAGES.items() if message.to is not CITIZEN]
ICONS = {
    "case.citizen_answered": "mail-opened",
    "case.assigned": "user-check",
    "access.budget_exceeded": "alert-triangle",
    "citizen.glass_broken": "shield-lock",
    "export.people_asked": "download",
}
KEPT = timedelta(days=30)
MOST = 50


def told(request: Request) -> QuerySet[Notice]:
    user: Any = request.user
    return Notice.objects.filter(
        recipient=user.email.lower(), kind__in=KINDS, institution=clerk(request).institution_id, created_at__gt=now() - KEPT
    )


def unread(request: Request) -> QuerySet[Notice]:
    return told(request).exclude(status=Notice.Status.READ)


@page("notice.see")
def bell(request: Request) -> HttpResponse:
    """The latest first, those not opened yet marked."""
    return render(request, "channels/notice_bell.html", {"entries": entries(told(request))})


def entries(notices: QuerySet[Notice]) -> list[dict[str, Any]]:
    """Each with the case it is about: an officer's notice names it only through its event."""
    rows = list(notices.order_by("-id")[:MOST])
    events = Event.objects.in_bulk([row.event_id for row in rows])
    cases = Case.objects.only("number", "title").in_bulk({event.case_id for event in events.values() if event.case_id})
    return [
        {"notice": row, "icon": ICONS.get(row.kind, "mail"), "case": cases.get(event.case_id or 0)}
        for row in rows
        if (event := events.get(row.event_id))
    ]


@page("notice.read", opens=Notice)
def open_notice(request: Request, notice: Notice) -> HttpResponseBase:
    """To the case it is about, or its own words where it is about none; from now on it is read."""
    read_notice(notice, by=request.actor)
    event = Event.objects.filter(pk=notice.event_id).first()
    if event is not None and event.case_id is None:
        return render(request, "channels/notice_show.html", {"notice": notice})
    case = Case.objects.filter(pk=event.case_id or 0).first() if event else None
    if case is None:
        raise Http404
    return redirect("cases:show", case.number)
