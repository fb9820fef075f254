"""What kinds of data somebody sees who opens a thing, by its model: the scopes of agreements and the categories of facts."""

from __future__ import annotations

from typing import Any

SEEN: dict[str, tuple[str, ...]] = {
    "citizens.citizen": ("citizen", "contact"),
    "citizens.citizenlink": ("citizen",),
    "citizens.identifier": ("citizen",),
    "citizens.contactpoint": ("contact",),
    "citizens.relationship": ("family",),
    "citizens.mandate": ("mandate",),
    "citizens.consent": ("consent",),
    "citizens.clearance": ("citizen",),
    "cases.case": ("case",),
    "cases.document": ("document",),
    "cases.documentrequest": ("case",),
    "cases.decision": ("case",),
    "channels.contact": ("interaction",),
    "channels.notice": ("notice",),
    "reporting.export": ("case",),
    "trail.finding": ("access",),
    "trail.watchedperson": ("access",),
    "trail.accessdelay": ("access",),
}


def kinds(thing: Any) -> tuple[str, ...]:
    """A fact says its own category; what holds no person's data, nothing."""
    own = getattr(thing, "category", "")
    return (own,) if own else SEEN.get(thing._meta.label_lower, ())
