"""“Who looked at my data”: told to the person themselves, and to nobody who only holds a key."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from channels.portal import accesses as log
from channels.portal.pages import show
from czrm.doors.pages import page
from czrm.kit.actor import Request, Visitor
from czrm.trail.access import write_down


@page("portal.see_accesses", guests=True)
def accesses(request: Request, institution: str) -> HttpResponse:
    me = request.actor
    if not isinstance(me, Visitor) or me.limited:  # who acts in some matters is not told who looked at everything
        raise PermissionDenied
    before = request.GET.get("before", "")
    shown = log.page_of(me, int(before) if before.isdecimal() else None)
    write_down("portal.see_accesses", "accesses", me.citizen_id, by=me, categories=("access",))
    return show(request, "accesses.html", {
        "days": shown.days, "first": bool(before), "older": shown.before,
    })  # fmt: skip
