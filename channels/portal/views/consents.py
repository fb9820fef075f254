"""What one agrees to: sentences with what follows from them, given and withdrawn with one button."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from channels.portal.mandates import agree, disagree
from channels.portal.pages import go, here, show
from citizens import mandates as rules
from citizens.models import ConsentText
from citizens.services.consents import ledger
from czrm.doors.pages import page
from czrm.kit.actor import Request, Visitor
from czrm.kit.refused import Refused
from czrm.trail.access import searched

from .mandates import visitor


@page("portal.see_consents")
def consents(request: Request, institution: str) -> HttpResponse:
    me, body = visitor(request), here(request)
    if me.limited:
        return go(request, "acting")
    if me.behalf is not None:
        searched("portal.see_consents", [me.citizen_id], by=me)
    found = ledger(me.citizen_id, institution_id=body.pk)
    return show(request, "consent_list.html", {
        "rows": found.standings, "lines": found.lines, "whose": whose(me), "may_sign": may_sign(me),
        "name": me.behalf.name if me.behalf else "",
    })  # fmt: skip


def whose(me: Visitor) -> str:
    """A mark of the person a page is about, which tells nothing of them."""
    return salted_hmac("whose", str(me.citizen_id)).hexdigest()[:16]


def may_sign(me: Visitor) -> bool:
    return me.behalf is None or rules.allows(me.behalf.acts, rules.CONSENT)


@page("portal.give_consent")
@require_POST
def give(request: Request, institution: str, uid: str) -> HttpResponse:
    agree(signed(request, uid), by=request.actor)
    messages.success(request, _("Thank you: we wrote down that you agree. You can withdraw it here whenever you want."))
    return go(request, "consents")


@page("portal.withdraw_consent")
@require_POST
def withdraw(request: Request, institution: str, uid: str) -> HttpResponse:
    disagree(signed(request, uid), by=request.actor)
    messages.success(request, _("We wrote down that you no longer agree. It counts from now on."))
    return go(request, "consents")


def signed(request: Request, uid: str) -> ConsentText:
    """For the person the page was about: in another tab one may act for somebody else by now."""
    me = visitor(request)
    if request.POST.get("whose") != whose(me):
        raise Refused("consent.another", _("This page was about another person. Open your consents again."))
    found = ConsentText.objects.filter(institution=here(request))
    if me.limited:
        raise Http404
    return get_object_or_404(found, uid=uid)
