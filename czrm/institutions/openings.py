"""Which agreements are open to whoever acts, each with the procedures it is for.

Parties, purpose, categories and validity are the policies' to say. Which procedures an agreement allows is said here, and asked of by
whoever shows things of another institution that belong to a procedure (cases/sharing.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models

from czrm.kit.actor import Actor, Clerk, Machine
from czrm.kit.opened import agreements_open_to, forget_opened

from .models import Agreement

ACT = "cases.see"
EVERY = frozenset({"*", "cases.*", ACT})


@dataclass(frozen=True, slots=True)
class Opening:
    """`procedures` are their addresses at the provider's; None means all of them."""

    agreement_id: int
    provider_id: int
    procedures: frozenset[str] | None

    def stands(self) -> models.Exists:
        """True while the agreement is in force: asked by the statement itself, so that what is remembered can hide but never show."""
        return models.Exists(Agreement.objects.in_force().filter(pk=self.agreement_id))


def openings(actor: Actor, scope: str) -> list[Opening]:
    """The agreements that open this category to the actor for the stated purpose."""
    if not isinstance(actor, Clerk | Machine):
        return []
    opened = (one for one in agreements_open_to(actor) if scope in one.scopes)
    return [Opening(one.agreement_id, one.provider_id, procedures_of(one.procedures)) for one in opened]


def procedures_of(codes: list[str]) -> frozenset[str] | None:
    """A code that is not understood allows nothing."""
    if not codes or EVERY & set(codes):
        return None
    return frozenset(slug for act, _colon, slug in (code.partition(":") for code in codes) if act == ACT and slug)


def act(slug: str) -> str:
    """The act code by which an agreement names a procedure."""
    return f"{ACT}:{slug}"


def forget(agreement: Agreement) -> None:
    """So that who may read is asked anew in this process."""
    forget_opened(agreement.consumer_id, agreement.purpose_id)
