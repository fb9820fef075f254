"""The second factor: outside a demonstration nobody works without one.

Asked for in one place, `entrance.at_session`: a session that has not shown a second factor gives no actor, whatever the page.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

SHOWN = "second_factor"  # the session's key: whose second factor was shown in it

View = Callable[..., HttpResponseBase]


def passed(user: Any, request: HttpRequest) -> bool:
    return settings.DEMO or request.session.get(SHOWN) == user.pk


def remember(sender: object, request: HttpRequest, user: Any, **_: object) -> None:
    """Hears allauth when an authenticator is added or used: at log-in, or to confirm who it is."""
    request.session[SHOWN] = user.pk


def forget(sender: object, request: HttpRequest, user: Any, **_: object) -> None:
    """Hears allauth when an authenticator is removed: who took away the last one sets up another before going on."""
    if not has_one(user):
        request.session.pop(SHOWN, None)


def fresh(view: View) -> View:
    """For sensitive pages: who has been away for a while shows again that it is them."""
    confirm: View = reauthentication_required(view)

    @wraps(view)
    def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return (view if settings.DEMO else confirm)(request, *args, **kwargs)

    return enter


def has_one(user: Any) -> bool:
    return bool(is_mfa_enabled(user))
