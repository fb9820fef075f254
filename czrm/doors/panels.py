"""Parts of a page that other floors draw: named by address, never imported, and drawn in the page's own request.

A part keeps its verb, its look and its address, by which htmx may fetch it again. What breaks in it is undone, and the page goes on.
"""

from __future__ import annotations

from copy import copy
from typing import Any

import structlog
from django.db import connection, transaction
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import get_script_prefix, resolve, reverse
from django.utils.safestring import SafeString

from czrm.kit.actor import Request, current_actor

log = structlog.get_logger("czrm.panels")


def panel(request: Request, name: str, thing: Any) -> str:
    """The panel of this name about what the page has opened; nothing for who may not see it, words and a way to try again if it breaks."""
    drawn = part(request, name, thing)
    if drawn is None:
        return render_to_string("panel_failed.html", {"address": reverse(name, args=[thing.uid])})
    return drawn


def part(request: Request, name: str, *things: Any) -> str | None:
    """What this address answers about things that are at hand; None if it breaks, or where nothing can be asked any more."""
    if current_actor() is None or connection.needs_rollback:
        return None
    address = reverse(name, args=[thing.uid for thing in things])
    door: Any = resolve("/" + address.removeprefix(get_script_prefix())).func
    if not request.actor.may(door.verb):
        return ""
    try:
        with transaction.atomic():
            return SafeString(door.inside(by_itself(request), *things).content.decode())
    except Exception:
        log.exception("panel", view=name)
        return None


def by_itself(request: Request) -> Request:
    """The same request without what the page was asked for."""
    alone = copy(request)
    alone.GET = QueryDict()
    return alone
