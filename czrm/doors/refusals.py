"""A rule's no becomes a page that says what to do; what was typed stays in the form of whoever catches it before."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from czrm.kit.refused import Refused


class Refusals:
    def __init__(self, get_response):  # type: ignore[no-untyped-def]
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer: HttpResponse = self.get_response(request)
        return answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused):
            return None
        return render(request, "409.html", {"code": error.code, "words": error.words}, status=409)
