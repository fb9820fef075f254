"""People by the value of an attribute that their institution marked as one by which people are found."""

from __future__ import annotations

from citizens import definers
from citizens.attributes import display
from citizens.contact_points import Query
from citizens.definers import Row
from czrm.kit.actor import Actor, Clerk, Machine

from .attributes import read_by, vocabulary
from .region import region_of


def by_attribute(asked: Query, most: int, *, by: Actor) -> list[tuple[Row, str]]:
    """Each with the reason to show: the attribute and its value. Where a protected person lives finds nobody."""
    if not isinstance(by, Clerk | Machine):
        return []
    known = vocabulary([by.institution_id])
    if not any(definition.searchable for definition in known.values()):
        return []
    typed = [asked.text, *([asked.birth_date.isoformat()] if asked.birth_date and asked.meaning == "date" else [])]
    found = []
    for row, code, value in definers.find_by_fact(typed, most):
        definition = read_by(known, code, "", by.institution_id)
        found.append((row, f"{definition.label}: {display(definition, value, region_of(by))}"))
    return found
