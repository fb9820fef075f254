"""What allauth asks of us: accounts come by invitation, and the last second factor stays."""

from __future__ import annotations

import time
from io import BytesIO
from typing import Any, NoReturn

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from .models import Membership

VOUCHED, BEGUN_AT = "vouched", "log_in_at"  # the session's keys: what a provider said, and the portal one began at


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: Any) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Signing in a moment ago is proof enough; allauth alone would ask again at once."""
        records = get_authentication_records(context.request, context.request.user)
        fresh = bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        return not fresh and bool(super().is_reauthentication_required(app=app, **kwargs))

    def populate_username(self, request: Any, user: Any) -> None:
        user.username = user.email


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _("It is your only second factor: add another one before you remove it."),
        "incorrect_code": _("That code is not right, or it has expired. Wait for the next one and try again."),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """A member must keep one that is not merely the recovery codes."""
        others = Authenticator.objects.filter(user=authenticator.user_id).exclude(pk=authenticator.pk)
        works = Membership.objects.filter(user=authenticator.user_id, active=True).exists()
        return settings.DEMO or not works or others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()

    def build_totp_svg(self, url: str) -> str:
        """Dark on light whatever the page's mode: cameras read it."""
        drawn = BytesIO()
        segno.make(url, error="m").save(drawn, kind="svg", scale=5, border=4, light="#ffffff", dark="#14171a", xmldecl=False)
        return drawn.getvalue().decode()


class SocialAdapter(DefaultSocialAccountAdapter):
    """The protocol is allauth's; whose record it is, the portal decides: no account is linked by an e-mail, none is signed up."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> NoReturn:
        """What the provider told goes into the session, for the portal where it began; nothing else of allauth's log-in happens."""
        told = sociallogin.account.extra_data
        token, more = told.get("id_token") or {}, told.get("userinfo") or {}
        if not token.get("sub") or more.get("sub", token["sub"]) != token["sub"]:  # OpenID Connect Core 5.3.2
            self.on_authentication_error(request, None)
        provider = f"oidc:{token.get('iss', '')}"[:60]
        request.session[VOUCHED] = {"provider": provider, "claims": token | more, "at": time.time()}
        raise ImmediateHttpResponse(redirect("portal:arrival", request.session.get(BEGUN_AT, "-")))

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> NoReturn:
        """Cancelled, or something is wrong over there: back to the portal, in words."""
        messages.warning(request, _("The identity service did not confirm who you are. Try again, or come in another way."))
        raise ImmediateHttpResponse(redirect("portal:log_in", request.session.get(BEGUN_AT, "-")))
