"""Coming in: with an identity provider, or by a code to an e-mail of one's own; and going out."""

from __future__ import annotations

import time
from typing import Any

from allauth.socialaccount.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from channels.portal import limits, logins, samples
from channels.portal.forms_mine import CodeForm, EmailForm, EmailOrPhoneForm
from channels.portal.pages import address, go, help_of, here, show
from citizens import vouching
from citizens.services.contact_codes import texts_go_out
from czrm.doors.pages import page
from czrm.institutions.adapters import BEGUN_AT, VOUCHED
from czrm.institutions.entrance import HIGH, LOW, assure
from czrm.institutions.models import User
from czrm.kit.actor import Guest, Request, Visitor
from czrm.kit.refused import Refused

from .walk import too_often

NEXT, ASKED = "log_in_next", "code_asked"
FRESH = 5 * 60  # seconds what a provider said may wait


@page("portal.log_in", guests=True)
def log_in(request: Request, institution: str) -> HttpResponse:
    """The ways there are; where one wanted to go is remembered."""
    wanted = request.GET.get("next", "")
    if wanted.startswith(address(request, "home")) and url_has_allowed_host_and_scheme(wanted, None):
        request.session[NEXT] = wanted
    if isinstance(request.actor, Visitor) and request.actor.assurance == HIGH:
        return onwards(request)
    provider = settings.OIDC_NAME or _("your national identity service")
    offered = {"provider": provider if settings.OIDC_ISSUER else "", "demo": settings.DEMO, "texts": texts_go_out()}
    return show(request, "login.html", offered)


@page("portal.log_in", guests=True)
def identity(request: Request, institution: str) -> HttpResponse:
    """To the provider; allauth keeps the state and the proof key, and the adapter brings one back to `arrival`."""
    if not settings.OIDC_ISSUER:
        raise Http404
    request.session[BEGUN_AT] = here(request).slug
    provider: Any = get_adapter().get_provider(request, "citizens")
    try:
        return provider.redirect(request, "login")
    except OSError:  # what requests raises where nobody answers
        messages.warning(request, _("The identity service does not answer now. Try again later, or come in another way."))
        return go(request, "log_in")


@page("portal.log_in", guests=True)
def sample(request: Request, institution: str) -> HttpResponse:
    """In place of a provider, for the people of the sample; nowhere but in a demonstration."""
    if not settings.DEMO:
        raise Http404
    if request.method == "POST" and (chosen := samples.SAMPLES.get(request.POST.get("who", ""))):
        request.session[VOUCHED] = {"provider": samples.PROVIDER, "claims": chosen.claims, "at": time.time()}
        return go(request, "arrival")
    return show(request, "login_sample.html", {"samples": samples.SAMPLES.values()})


@page("portal.log_in", guests=True)
def arrival(request: Request, institution: str) -> HttpResponse:
    """What the provider said is read once."""
    told = request.session.pop(VOUCHED, None)
    if told is None or time.time() - told["at"] > FRESH:
        return go(request, "log_in")
    rules = samples.RULES if settings.DEMO and told["provider"] == samples.PROVIDER else logins.rules()
    try:
        arrived = logins.come_in(vouching.read(told["provider"], told["claims"], rules), by=request.actor)
    except Refused as no:
        messages.warning(request, no.words)
        return go(request, "log_in")
    if arrived.account is None:
        return show(request, "login_waiting.html", {"refused": arrived.outcome == "refused", **help_of(here(request))})
    return entered(request, arrived.account, HIGH)


@page("portal.ask_code", guests=True)
def code(request: Request, institution: str) -> HttpResponse:
    """Whatever address is written, the next page is the same."""
    form = (EmailOrPhoneForm if texts_go_out() else EmailForm)(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return show(request, "login_code.html", {"form": form}, status=422 if form.errors else 200)
    email, region = form.cleaned_data["email"], here(request).country
    within = limits.allowed(limits.CODES_BY_ADDRESS, limits.address_of(request))
    if not (within & limits.allowed(limits.CODES_BY_POINT, f"{here(request).pk}:{logins.way_to(email, region)[1]}")):
        return too_often(request)
    logins.ask_code(email, region=region, language=request.LANGUAGE_CODE, by=request.actor)
    request.session[ASKED] = {"email": email, "at": time.time(), "wrong": False}
    return go(request, "code_check")


@page("portal.use_code", guests=True)
def check_code(request: Request, institution: str) -> HttpResponse:
    """A wrong code is counted, so its page answers as one that was done: a refusal would undo the count."""
    asked = request.session.get(ASKED)
    if asked is None:
        return go(request, "code")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not limits.allowed(limits.BY_ADDRESS, limits.address_of(request)):
            return too_often(request)
        account = logins.use_code(asked["email"], form.cleaned_data["code"], region=here(request).country, by=request.actor)
        if account:
            del request.session[ASKED]
            return entered(request, account, LOW)
        form.add_error("code", _("This code is not right, has been used, or is older than ten minutes. Check it, or ask for another."))
        return show(request, "login_code_check.html", {"form": form, "email": asked["email"]})
    return show(request, "login_code_check.html", {"form": form, "email": asked["email"]}, status=422 if form.errors else 200)


def entered(request: Request, account: User, level: str) -> HttpResponse:
    actor: Any = request.actor
    assert isinstance(actor, Guest | Visitor)
    wanted = request.session.pop(NEXT, "")
    assure(request, account, level, int(actor.portal_id or 0))
    request.session[NEXT] = wanted
    return onwards(request)


def onwards(request: Request) -> HttpResponse:
    wanted = request.session.pop(NEXT, "") or address(request, "mine")
    response = redirect(wanted)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@page("portal.log_out", guests=True)
def log_out(request: Request, institution: str) -> HttpResponse:
    home = address(request, "home")
    logout(request)
    messages.success(request, _("You are signed out. Nobody can see your data on this device."))
    return redirect(home)
