"""The only way to write: permission, transaction and fence in one decorator."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction

from .actor import Clerk, Guest, Machine, Visitor, acting
from .verbs import SERVICES

_undivided: ContextVar[bool] = ContextVar("undivided", default=False)

P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def undivided() -> Iterator[None]:
    """A service that fails within fails the whole: it needs no savepoint. So a service called by a service, and the API; a page goes on."""
    token = _undivided.set(True)
    try:
        yield
    finally:
        _undivided.reset(token)


def service(verb: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function the deed of a verb; its author is the keyword `by`, without default."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        by = inspect.signature(function).parameters.get("by")
        if by is None or by.kind is not by.KEYWORD_ONLY or by.default is not by.empty:
            raise TypeError(f"{function.__qualname__} must take a keyword `by: Actor` without default")
        if verb in SERVICES:
            raise TypeError(f"two services claim {verb}")

        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            by = kwargs["by"]
            assert isinstance(by, Clerk | Visitor | Guest | Machine)
            if not by.may(verb):
                raise PermissionDenied(verb)
            savepoint = not _undivided.get()
            with undivided(), acting(by), transaction.atomic(savepoint=savepoint):
                return function(*args, **kwargs)

        SERVICES[verb] = run
        return run

    return decorate
