"""Agreements: drawn up by one side, approved by a person of each, suspended or revoked by either at once."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext

from czrm.institutions import definers, openings, sharing
from czrm.institutions.models import Agreement, Institution, Purpose
from czrm.institutions.standing import side_of, standing
from czrm.kit.actor import Actor, Clerk
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

from .common import mine


@dataclass(frozen=True)
class Terms:
    """What an agreement says; `procedures` are addresses at the provider's, none of them means all."""

    title: str
    purpose: Purpose
    scopes: list[str]
    valid_from: datetime
    valid_to: datetime
    legal_basis: str
    responsible: str = ""
    procedures: list[str] = field(default_factory=list)
    document: str = ""


@service("agreement.draft")
def draft_agreement(*, provider: Institution, consumer: Institution, terms: Terms, by: Actor) -> Agreement:
    insist_on_parties(provider, consumer, by)
    facts = columns(terms, provider)
    made = Agreement.objects.create(provider=provider, consumer=consumer, drafted_by=by.name, **facts)
    tell("agreement.drafted", made, by, title=made.title)
    return made


@service("agreement.edit")
def edit_agreement(agreement: Agreement, *, seen: int, terms: Terms, by: Actor) -> Agreement:
    """Of a draft only; whoever had approved it approves what it says now, or does not."""
    agreement = ours(agreement, by)
    insist_on_draft(agreement)
    facts = columns(terms, agreement.provider)
    changed = [name for name, value in facts.items() if getattr(agreement, name) != value]
    if not changed:
        return agreement
    if definers.edit(agreement.pk, seen, facts) is None:
        raise changed_meanwhile()
    tell("agreement.edited", agreement, by, fields=changed)
    return again(agreement)


@service("agreement.approve")
def approve_agreement(agreement: Agreement, *, seen: int, by: Actor) -> Agreement:
    """For one's own side, of the text that was `seen`; in force when a person of each side has."""
    if not isinstance(by, Clerk):
        raise PermissionDenied
    agreement = ours(agreement, by)
    insist_on_draft(agreement)
    if agreement.edition != seen:
        raise changed_meanwhile()
    if standing(agreement).key == "stale":
        raise Refused("agreement.over", gettext("Its term is already over: change the dates first."))
    if by.user_id in (agreement.provider_approved_by, agreement.consumer_approved_by):
        raise Refused("agreement.same_person", gettext("You approved it already: the other side is for another person to approve."))
    definers.approve(agreement.pk, seen)
    agreement = again(agreement)
    if side_of(agreement, by.institution_id).approved_by != by.user_id:
        raise changed_meanwhile()
    tell("agreement.approved", agreement, by, in_force=agreement.status == Agreement.Status.IN_FORCE)
    known(agreement)
    return agreement


@service("agreement.suspend")
def suspend_agreement(agreement: Agreement, *, reason: str, by: Actor) -> Agreement:
    """Closed from the next request on; only the side that suspends resumes."""
    agreement = ours(agreement, by)
    insist_on_signed(agreement)
    if side_of(agreement, mine(by)).suspended_at:
        raise Refused("agreement.suspended", gettext("Your institution has suspended it already."))
    return end(agreement, Agreement.Status.SUSPENDED, "agreement.suspended", reason, by)


@service("agreement.resume")
def resume_agreement(agreement: Agreement, *, by: Actor) -> Agreement:
    agreement = ours(agreement, by)
    if not side_of(agreement, mine(by)).suspended_at:
        raise Refused("agreement.not_suspended", gettext("Your institution has not suspended it: whoever did may resume it."))
    insist_on_signed(agreement)
    definers.resume(agreement.pk)
    agreement = again(agreement)
    tell("agreement.resumed", agreement, by, in_force=agreement.status == Agreement.Status.IN_FORCE)
    known(agreement)
    return agreement


@service("agreement.revoke")
def revoke_agreement(agreement: Agreement, *, reason: str, by: Actor) -> Agreement:
    """For good, from the next request on; a draft is withdrawn."""
    agreement = ours(agreement, by)
    if agreement.status != Agreement.Status.DRAFT:
        insist_on_signed(agreement)
    return end(agreement, Agreement.Status.REVOKED, "agreement.revoked", reason, by)


def end(agreement: Agreement, wanted: str, kind: str, reason: str, by: Actor) -> Agreement:
    reason = reason.strip()
    if not reason:
        raise Refused("invalid_reason", gettext("Write the reason: the other side reads it."))
    definers.end(agreement.pk, wanted, reason)
    agreement = again(agreement)
    say(kind, Sided(agreement, mine(by)), by=by, reason=reason)
    known(agreement)
    return agreement


class Sided:
    """An agreement in the trail of one of its two sides."""

    def __init__(self, agreement: Agreement, institution_id: int) -> None:
        self.institution_id, self.pk, self._meta = institution_id, agreement.pk, agreement._meta


def tell(kind: str, agreement: Agreement, by: Actor, **data: Any) -> None:
    say(kind, Sided(agreement, mine(by)), by=by, **data)


def known(agreement: Agreement) -> None:
    """At once in this process, also to who asks before the transaction is over; in others within seconds."""
    openings.forget(agreement)
    transaction.on_commit(lambda: openings.forget(agreement))


def columns(terms: Terms, provider: Institution) -> dict[str, Any]:
    facts = asdict(terms) | {"purpose_id": terms.purpose.pk, "procedures": [openings.act(slug) for slug in sorted(terms.procedures)]}
    del facts["purpose"]
    known = [scope for scope, _label in sharing.choices()]
    if not terms.scopes or not set(terms.scopes) <= set(known):
        raise Refused("invalid_scopes", gettext("Choose the data it opens, from the list."))
    if not set(terms.procedures) <= {slug for slug, _name in sharing.offered(provider.pk)}:
        raise Refused("invalid_procedures", gettext("Choose procedures of the institution that gives the data."))
    if terms.procedures and not set(terms.scopes) & set(sharing.OF_CASES):
        raise Refused("invalid_procedures", gettext("Procedures limit cases only: open cases too, or choose no procedure."))
    if terms.valid_from >= terms.valid_to or terms.valid_to <= now():
        raise Refused("invalid_term", gettext("It must end after it begins, and later than today."))
    if not terms.legal_basis.strip():
        raise Refused("invalid_legal_basis", gettext("Write the law or the decision it rests on."))
    return facts | {"scopes": [scope for scope in known if scope in terms.scopes]}


def insist_on_parties(provider: Institution, consumer: Institution, by: Actor) -> None:
    bodies = {body.kind for body in (provider, consumer)}
    if provider.pk == consumer.pk or mine(by) not in (provider.pk, consumer.pk) or bodies != {Institution.Kind.BODY}:
        raise Refused("invalid_parties", gettext("An agreement is between your institution and another public body of this system."))


def insist_on_draft(agreement: Agreement) -> None:
    if agreement.status != Agreement.Status.DRAFT:
        raise Refused("agreement.not_draft", gettext("It is no draft any more: to change it, draw up a new one and revoke this one."))


def insist_on_signed(agreement: Agreement) -> None:
    if standing(agreement).key not in ("later", "in_force", "soon", "suspended"):
        raise Refused("agreement.not_in_force", gettext("It is not in force: there is nothing to stop or to resume."))


def changed_meanwhile() -> Refused:
    return Refused("agreement.changed", gettext("Somebody changed it meanwhile: read it again, then decide."))


def ours(agreement: Agreement, by: Actor) -> Agreement:
    """As it is now; DoesNotExist if it is between others."""
    return Agreement.objects.of(mine(by)).select_related("provider", "consumer", "purpose").get(pk=agreement.pk)


def again(agreement: Agreement) -> Agreement:
    return Agreement.objects.select_related("provider", "consumer", "purpose").get(pk=agreement.pk)
