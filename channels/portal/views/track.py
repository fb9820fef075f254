"""Following a request with its number and key."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.models import Case
from cases.numbers import normalise_case_number, normalise_tracking_key
from channels.portal import limits, tracking
from channels.portal.forms import TrackForm
from channels.portal.pages import go, show
from channels.portal.services import open_by_key
from czrm.doors.pages import page
from czrm.kit.actor import Request, Visitor
from czrm.kit.refused import Refused

from .walk import too_often, within_limits

IN_SESSION = "track_link"


@page("portal.track", guests=True)
def track(request: Request, institution: str) -> HttpResponse:
    """A link or QR brings both: they leave the address at once, and a button opens, so that no preview of a link does."""
    if "key" in request.GET:
        request.session[IN_SESSION] = {"number": request.GET.get("number", "")[:60], "key": request.GET["key"][:60]}
        return go(request, "track")
    if request.method == "POST":
        return opening(request)
    brought = request.session.get(IN_SESSION) or {"number": request.GET.get("number", "")[:60]}
    following = tracking.in_hand(request)
    return show(request, "track.html", {"form": TrackForm(initial=brought), "brought": "key" in brought, "following": following})


def opening(request: Request) -> HttpResponse:
    form = TrackForm(request.POST)
    if form.is_valid() and readable(form):
        number = normalise_case_number(form.cleaned_data["number"])
        if not (within_limits(request) & limits.allowed(limits.BY_NUMBER, number)):
            return too_often(request)
        found = open_by_key(number, form.cleaned_data["key"], by=request.actor)
        if found:
            return opened(request, number, *found)
        form.add_error(None, _("We found no request with this number and this key. Compare both with your receipt."))
    request.session.pop(IN_SESSION, None)
    return show(request, "track.html", {"form": form, "brought": False}, status=422)


def readable(form: TrackForm) -> bool:
    """What cannot be a number or a key is said without looking for it."""
    for field, normalise in (("number", normalise_case_number), ("key", normalise_tracking_key)):
        try:
            normalise(form.cleaned_data[field])
        except Refused as no:
            form.add_error(field, no.words)
    return not form.errors


def opened(request: Request, number: str, case_id: int, digest: str) -> HttpResponse:
    limits.forgive(limits.BY_BROWSER, limits.browser_of(request))
    limits.forgive(limits.BY_NUMBER, number)
    request.session.pop(IN_SESSION, None)
    if isinstance(request.actor, Visitor) and not Case.objects.filter(pk=case_id).exists():
        messages.info(request, _("This request is not yours. To follow it with its key, sign out first."))
        return go(request, "track")
    tracking.remember(request, case_id, digest)
    return go(request, "case", number)


@page("portal.track", guests=True)
@require_POST
def leave(request: Request, institution: str) -> HttpResponse:
    """Nothing of the request stays in this session."""
    for name in (tracking.IN_SESSION, IN_SESSION, "sent", "portal_held"):
        request.session.pop(name, None)
    request.session.cycle_key()
    messages.success(request, _("You have left the request. Nobody can see it on this device without its key."))
    return go(request, "home")
