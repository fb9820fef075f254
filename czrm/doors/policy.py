"""What a browser may load: said once by the settings for pages, and by the API itself, whose answers load nothing."""

from __future__ import annotations

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase

NOTHING_AT_ALL = {HEADER: "default-src 'none'; frame-ancestors 'none'"}


class ContentPolicy(CSPMiddleware):
    """An answer that brings its own policy needs no other made."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if HEADER in response:
            return response
        answer: HttpResponseBase = super().process_response(request, response)
        return answer
