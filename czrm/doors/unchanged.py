"""What an agency has read already and has not changed is not sent again."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware


class Unchanged(ConditionalGetMiddleware):
    """ETags for the API alone: a page of the desk is another one each time."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not request.path_info.startswith("/api/"):
            return response
        answer: HttpResponseBase = super().process_response(request, response)
        return answer
