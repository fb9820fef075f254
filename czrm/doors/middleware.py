"""The one door: session or token becomes an Actor; one transaction, one database context, one response."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Generator, Iterable, Iterator
from contextvars import copy_context
from dataclasses import replace
from typing import Any

import structlog
from django.db import transaction
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from czrm.kit.actor import Actor, Clerk, acting
from czrm.trail.access import PAGE_VIEW, turned_away
from czrm.trail.afterwards import waiting

from . import errands, tokens

Respond = Callable[[HttpRequest], HttpResponseBase]


class Door:
    """Owns the transaction: whatever answers 400 or worse is undone, and refusals are then written down."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        code = errands.take_off(request)
        try:
            return self.answer(request, code)
        finally:
            errands.put_down()

    def answer(self, request: HttpRequest, code: str) -> HttpResponseBase:
        actor = who(request)
        if code and isinstance(actor, Clerk):
            found = errands.resolve(code, actor)
            if found is None:  # closed, or somebody else's: go on without its purpose
                return redirect(errands.without(request))
            actor = replace(actor, contact_id=found.contact_id, purpose_id=found.purpose_id)
            request.errand = found  # type: ignore[attr-defined]
        request.actor = actor  # type: ignore[attr-defined]
        if actor is None:  # login pages, health checks: no fenced row can be read
            return self.get_response(request)
        structlog.contextvars.bind_contextvars(institution=getattr(actor, "institution_id", None), actor=type(actor).__name__)
        return self.let_in(request, actor)

    def let_in(self, request: HttpRequest, actor: Actor) -> HttpResponseBase:
        view_id = page_view(request)
        request.page_view = view_id  # type: ignore[attr-defined]
        token = PAGE_VIEW.set(view_id)
        try:
            with waiting() as deeds, acting(actor):
                response = self.get_response(request)  # template responses are rendered inside
                if response.status_code >= 400:
                    transaction.set_rollback(True)
            for deed in deeds:
                with acting(actor):
                    deed()
            if response.status_code in (403, 404):
                with acting(actor):  # a second transaction of the same connection: a pool of one must do
                    turned_away(request.path_info, response.status_code, by=actor)
        finally:
            PAGE_VIEW.reset(token)
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = streamed(response.streaming_content, actor)  # type: ignore[arg-type]
        return response


def who(request: HttpRequest) -> Actor | None:
    """A bearer token wins over a session; a token is never completed with a cookie."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return tokens.bearer(token, request)
    user: Any = request.user
    if user.is_authenticated:
        return user.as_actor(request)
    return errands.guest(request)


def page_view(request: HttpRequest) -> str:
    """Panels say which page they belong to, so that the log shows them as one look."""
    try:
        return str(uuid.UUID(request.headers.get("X-Page-View", "")))
    except ValueError:
        return str(uuid.uuid4())


def streamed(chunks: Iterable[bytes], actor: Actor) -> Iterator[bytes]:
    """A streamed response is written after the door closed: it opens a transaction of its own, in a context of its own."""

    def act() -> Generator[bytes, None, None]:
        with acting(actor):
            yield from chunks

    context, inside, end = copy_context(), act(), object()
    try:
        while (chunk := context.run(next, inside, end)) is not end:
            yield chunk  # type: ignore[misc]
    finally:  # also when the reader hangs up half-way
        context.run(inside.close)
