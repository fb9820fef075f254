"""For whom somebody acts at a portal: asked at the door, before anybody acts."""

from __future__ import annotations

from citizens import definers
from czrm.kit.actor import Behalf


def held(mandate_id: int, agent_id: int, institution_id: int) -> tuple[int, Behalf] | None:
    """The principal, and by what; None once the mandate is revoked, over, or somebody else's. One statement, for every request asks it."""
    found = definers.held_mandate(mandate_id, agent_id, institution_id)
    if found is None:
        return None
    principal, name, acts = found
    return principal, Behalf(mandate_id, agent_id, name, frozenset(acts))
