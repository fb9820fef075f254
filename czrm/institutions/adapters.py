"""What allauth asks of us: accounts come by invitation, and the last second factor stays."""

from __future__ import annotations

import time
from io import BytesIO
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .models import Membership


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
