"""The language and the clock of a page: what the user chose, else what their institution speaks and where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

from .context import institution_of


class InstitutionLocale:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        institution = institution_of(request)
        language = chosen(request) or (institution.language if institution else settings.LANGUAGE_CODE)
        translation.activate(language)
        request.LANGUAGE_CODE = language
        with timezone.override(ZoneInfo(institution.time_zone) if institution else None):
            return self.get_response(request)


def chosen(request: HttpRequest) -> str:
    user: Any = getattr(request, "user", None)
    wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) or getattr(user, "language", "")
    return wanted if wanted in dict(settings.LANGUAGES) else ""
