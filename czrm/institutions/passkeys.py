"""allauth's form for a passkey, in our words."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import gettext_lazy as _


class PasskeyForm(AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name, to tell it from others")
        passwordless = self.fields["passwordless"]
        passwordless.label, passwordless.help_text = _("Sign in with it alone, without a password"), ""
