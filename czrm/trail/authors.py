"""Whose name stands beside what happened."""

from __future__ import annotations

from django.utils.translation import gettext as _

MACHINE = "machine: "


def author(by: str) -> str:
    """What the institution's own hands did for a visitor of the portal, or by themselves, has no person's name."""
    if not by.startswith(MACHINE):
        return by
    return _("From the portal") if by == f"{MACHINE}portal" else _("Automatic")
