"""What DRF loads by name while it is itself loading: it may not import a DRF view."""

from __future__ import annotations

from typing import Any

from rest_framework.authentication import SessionAuthentication
from rest_framework.pagination import CursorPagination


class DoorAuthentication(SessionAuthentication):
    """The door knows who it is; a session must still show its CSRF token, a bearer token need not."""

    def authenticate(self, request: Any) -> tuple[Any, None] | None:
        actor = request._request.actor
        if actor is None:
            return None
        if "Authorization" not in request.headers:
            self.enforce_csrf(request)
        return actor, None

    def authenticate_header(self, request: Any) -> str:
        return "Bearer"


class Pages(CursorPagination):
    ordering = "-id"
    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 500
