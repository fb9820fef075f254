"""The registry of verbs: which deeds, pages and API actions name them; the house tests walk it."""

from __future__ import annotations

from collections.abc import Callable

SERVICES: dict[str, Callable[..., object]] = {}
PAGES: dict[str, set[str]] = {}  # verb -> dotted names of the views that ask for it


def named_by(verb: str, view: Callable[..., object]) -> None:
    PAGES.setdefault(verb, set()).add(f"{view.__module__}.{view.__qualname__}")
