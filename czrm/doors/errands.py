"""The contact in progress travels in the address, `/@k7q2m9xd/desk/…`, so that two tabs may serve two people for two purposes.

Upper floors know contacts and portals; this one is told by settings which functions to ask.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import set_script_prefix
from django.utils.module_loading import import_string

from czrm.kit.actor import Clerk, Guest

MARK = re.compile(r"^/@(?P<code>[a-z0-9]{6,12})(?P<rest>/.*)$")


@dataclass(frozen=True)
class Errand:
    """The contact in progress, as the door and the top bar need it."""

    contact_id: int
    purpose_id: int | None
    code: str


def take_off(request: HttpRequest) -> str:
    """Strip the contact's code from the path; every address reversed during this request carries it again."""
    match = MARK.match(request.path_info)
    if match is None:
        set_script_prefix("/")
        return ""
    request.path_info = match["rest"]
    set_script_prefix(f"/@{match['code']}/")
    return match["code"]


def put_down() -> None:
    """The next request of this thread begins outside any contact."""
    set_script_prefix("/")


def without(request: HttpRequest) -> str:
    """The same address outside any contact."""
    set_script_prefix("/")
    query = request.META.get("QUERY_STRING", "")
    return request.path_info + (f"?{query}" if query else "")


def resolve(code: str, actor: Clerk) -> Errand | None:
    found: Errand | None = import_string(settings.ERRAND)(code, actor)
    return found


def guest(request: HttpRequest) -> Guest | None:
    found: Any = import_string(settings.GUEST)(request)
    return found
