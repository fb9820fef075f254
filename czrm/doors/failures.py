"""What is answered when nothing is found or something breaks: a page to people, a problem to systems."""

from __future__ import annotations

import re
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError, JsonResponse
from django.template.loader import render_to_string
from django.views import defaults

from .api import PROBLEM

PAUSE = "5"  # seconds until one may try again
PORTAL = re.compile(r"^/portal/[-\w]+/")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(404, "not_found") if for_a_system(request) else defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """A database that is away or has no connection left is said to be busy: whoever asked may try again."""
    busy = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    response = problem(503 if busy else 500, "busy" if busy else "error") if for_a_system(request) else broken(request)
    if busy:
        response.status_code = 503
        response["Retry-After"] = PAUSE
    return response


def broken(request: HttpRequest) -> HttpResponse:
    """Asks nothing of the database, which may be what is broken."""
    return HttpResponseServerError(render_to_string("500.html", {"start_url": start_of(request)}))


def start_of(request: HttpRequest) -> str:
    """Where one begins again: at the portal whose address this is, else at the root, which knows who one is."""
    found = PORTAL.match(request.path_info)
    return found[0] if found else "/"


def for_a_system(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def problem(status: int, code: str) -> JsonResponse:
    title = code.replace("_", " ").capitalize()
    body = {"type": f"urn:czrm:problem:{code}", "title": title, "status": status, "code": code}
    return JsonResponse(body, status=status, content_type=PROBLEM)
