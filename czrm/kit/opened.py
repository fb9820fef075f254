"""Which other institutions' rows the agreements open to whoever acts, and what an outside client filed."""

from __future__ import annotations

from typing import Any, NamedTuple

from . import near
from .actor import Machine, Staff


class OpenAgreement(NamedTuple):
    """What an agreement opens, to whom it was asked for; `procedures` are act codes, which the floors above understand."""

    agreement_id: int
    provider_id: int
    scopes: list[str]
    procedures: list[str]


def filing_elsewhere(actor: Staff) -> int | None:
    """The client whose filings stand in another institution's rows. Those into its own are found with its own, by one index."""
    return actor.client_id if isinstance(actor, Machine) and actor.host_id != actor.institution_id else None


def institutions_open_to(actor: Staff, scope: str) -> list[int]:
    """The actor's own institution, and those whose agreements open the scope for the stated purpose."""
    return [actor.institution_id, *opened_by_scope(actor).get(scope, [])]


def opened_by_scope(actor: Staff) -> dict[str, list[int]]:
    """The providers whose agreements are open to the actor's institution for the stated purpose, by scope."""
    opened: dict[str, list[int]] = {}
    for agreement in agreements_open_to(actor):
        for scope in agreement.scopes:
            opened.setdefault(scope, []).append(agreement.provider_id)
    return opened


def agreements_open_to(actor: Staff) -> list[OpenAgreement]:
    """Remembered for seconds, which can hide but never show: what a manager lets through, the policy asks about at each statement."""
    purpose = actor.purpose_id
    if purpose is None:
        return []
    return near.remembered(("agreements", actor.institution_id, purpose), lambda: ask_agreements(actor, purpose))


def forget_opened(institution_id: int, purpose_id: int) -> None:
    """So that an agreement shows at once in this process what it opens; others know it within seconds."""
    near.forget(("agreements", institution_id, purpose_id))


def ask_agreements(actor: Staff, purpose_id: int) -> list[OpenAgreement]:
    from django.apps import apps

    agreements: Any = apps.get_model("institutions", "Agreement")
    rows = agreements.objects.open_to(actor.institution_id, purpose_id)
    return [OpenAgreement(*row) for row in rows.values_list("pk", "provider", "scopes", "procedures")]
