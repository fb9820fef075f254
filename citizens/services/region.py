"""In which country somebody acts: how its telephones and documents are read."""

from __future__ import annotations

from czrm.institutions.context import remembered
from czrm.kit.actor import Actor


def region_of(by: Actor) -> str:
    institution = remembered(getattr(by, "institution_id", None) or getattr(by, "portal_id", None) or 0)
    return institution.country if institution else ""
