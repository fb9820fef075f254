"""Who may act for whom: granted, revoked, and asked at each act."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.module_loading import import_string
from django.utils.timezone import localdate, now
from django.utils.translation import gettext

from citizens import mandates, states
from citizens.mandates import Verdict
from citizens.models import Citizen, CitizenLink, Mandate
from czrm.institutions.context import remembered
from czrm.kit import uploads
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

from .identity import institution_of, link_of, not_ours

MOST = 50  # mandates between two people that are asked about one act


def may_act(agent: Citizen, principal: Citizen, act: str, *, channel: str, at: datetime | None = None, by: Actor) -> Verdict:
    """May `agent` do this act for `principal`, then, by this channel, before the institution of `by`?"""
    if agent.pk == principal.pk:
        return Verdict(True)
    held = Mandate.objects.filter(institution=institution_of(by), principal=principal.pk, agent=agent.pk).order_by("-pk")[:MOST]
    return mandates.decide(
        held, act, channel=channel, at=at or now(), agent=agent.state, principal=principal.state,
        names={"agent": agent.name, "principal": principal.name},
    )  # fmt: skip


def insist(agent: Citizen, principal: Citizen, act: str, *, channel: str, by: Actor) -> Mandate | None:
    """The mandate that allows it, none where it is oneself; Refused in plain words otherwise."""
    verdict = may_act(agent, principal, act, channel=channel, by=by)
    if not verdict.allowed:
        raise Refused(f"mandate.{verdict.reason}", verdict.words)
    found: Mandate | None = verdict.mandate
    return found


def agents_for(principal: Citizen, act: str, *, by: Actor) -> list[Citizen]:
    """Who may do this act for them now, in one channel or another."""
    held = Mandate.objects.filter(institution=institution_of(by), principal=principal.pk, revoked_at=None).select_related("agent")
    able = [one for one in held if mandates.allows(one.acts, act) and mandates.in_force(one, now())]
    return sorted({one.agent for one in able if one.agent.state not in mandates.ENDED_STATES}, key=lambda agent: agent.name)


@service("mandate.grant")
def grant_mandate(
    *, principal: Citizen, agent: Citizen, acts: Sequence[str], ground: str, evidence: str, channels: Sequence[str] = (),
    valid_from: datetime | None = None, valid_until: datetime | None = None, document: UploadedFile[Any] | None = None, by: Actor,
) -> Mandate:  # fmt: skip
    """Both must be attended by the institution that keeps it; who represents a minor by law does so until they come of age."""
    principal, agent = (Citizen.objects.get(pk=who.pk) for who in (principal, agent))
    institution, begins = institution_of(by), valid_from or now()
    insist_on_both(principal, agent, by=by)
    insist_on_ground(principal, ground, localdate(begins, zone_of(institution)))
    insist_on_acts(acts, institution)
    if not evidence.strip():
        raise Refused("mandate.evidence", gettext("Write what proves it: the deed, the sentence, the certificate, or the signed paper."))
    ends = end_of(principal, ground, valid_until, zone_of(institution))
    if ends is not None and ends <= max(begins, now()):
        raise Refused("mandate.dates", gettext("It would end before it begins: correct the dates."))
    insist_on_a_new_one(principal, agent, acts, channels, institution)
    found = uploads.inspect_file(document) if document else None
    mandate = Mandate(
        institution_id=institution, principal=principal, agent=agent, acts=list(acts), channels=list(channels), ground=ground,
        evidence=evidence.strip()[:240], valid_from=begins, valid_until=ends, by=by.name, document_name=found.name if found else "",
    )  # fmt: skip
    if found:
        mandate.document.save(found.name, ContentFile(found.data), save=False)
    mandate.save()
    told(mandate, "mandate.granted", by=by, ground=ground, acts=mandate.acts, until=ends.isoformat() if ends else None)
    return mandate


@service("mandate.revoke")
def revoke_mandate(mandate: Mandate, *, ender: str, why: str, by: Actor) -> Mandate:
    """By the one it was granted for, who holds it, the office or a court: what the law or a court gave, those two do not end."""
    mandate = Mandate.objects.select_for_update(of=("self",)).select_related("principal", "agent").get(pk=mandate.pk)
    if mandate.institution_id != institution_of(by):
        raise not_ours()
    if mandate.revoked_at is not None:
        raise Refused("mandate.revoked", gettext("This mandate was already revoked."))
    if ender not in Mandate.Ender.values:
        raise Refused("mandate.ender", gettext("Say who revokes it."))
    if ender in ("person", "agent") and mandate.ground != Mandate.Ground.PERSON:
        raise Refused(
            "mandate.not_theirs", gettext("The law or a court gave this mandate: only a court, or the office with its proof, ends it.")
        )
    if ender in ("office", "court") and not why.strip():
        raise Refused("mandate.why", gettext("Say why, and by what: both people may read it."))
    mandate.revoked_at, mandate.revoked_as, mandate.revoked_by, mandate.revoked_why = now(), ender, by.name, why.strip()[:240]
    mandate.save(update_fields=["revoked_at", "revoked_as", "revoked_by", "revoked_why"])
    told(mandate, "mandate.revoked", by=by, ender=ender)
    return mandate


def told(mandate: Mandate, kind: str, *, by: Actor, **data: object) -> None:
    """In the history of both."""
    for way, who in (("principal", mandate.principal_id), ("agent", mandate.agent_id)):
        say(kind, link_of(who, by=by), by=by, public=True, mandate=str(mandate.uid), way=way, **data)


def insist_on_both(principal: Citizen, agent: Citizen, *, by: Actor) -> None:
    if principal.pk == agent.pk:
        raise Refused("mandate.oneself", gettext("Nobody needs a mandate to act for themselves: choose another person."))
    for who in (principal, agent):
        if who.state in mandates.ENDED_STATES:
            raise Refused("mandate.gone", gettext("%(name)s has died or was dissolved: no mandate can be given.") % {"name": who.name})
        states.insist(who.state, states.RELATE)
    if CitizenLink.objects.filter(institution=institution_of(by), citizen__in=[principal.pk, agent.pk]).count() < 2:
        raise not_ours()


def insist_on_ground(principal: Citizen, ground: str, begins: date) -> None:
    if ground not in Mandate.Ground.values:
        raise Refused("mandate.ground", gettext("Say who granted it: the law, a court or the person."))
    if principal.kind == Citizen.Kind.ORGANISATION:
        return
    minor = mandates.is_minor(principal.birth, begins)
    if ground == Mandate.Ground.PERSON and minor:
        raise Refused(
            "mandate.minor", gettext("A minor cannot grant a mandate: mother, father or guardian act for them by law or by a court.")
        )
    if ground == Mandate.Ground.LAW and principal.birth is None:
        raise Refused("mandate.birth", gettext("Write the birth date of the person first: the law gives a mandate for minors only."))
    if ground == Mandate.Ground.LAW and not minor:
        raise Refused(
            "mandate.of_age",
            gettext("Of age, nobody is represented by law alone: choose “by a court”, or “by the person” with their paper."),
        )


def insist_on_acts(acts: Sequence[str], institution_id: int) -> None:
    if not acts or not mandates.are_codes(acts):
        raise Refused("mandate.acts", gettext("Say what it is for: everything, all requests, or some procedures."))
    if set(mandates.about(acts)) - procedures_of(institution_id).keys():
        raise Refused("mandate.procedure", gettext("There is no such procedure here: choose one of the list."))


def insist_on_a_new_one(principal: Citizen, agent: Citizen, acts: Sequence[str], channels: Sequence[str], institution_id: int) -> None:
    """Two alike would leave one in force when the other is revoked."""
    for held in Mandate.objects.filter(institution=institution_id, principal=principal, agent=agent, revoked_at=None):
        if set(held.acts) == set(acts) and set(held.channels) == set(channels) and mandates.standing(held, now()) != "ended":
            raise Refused("mandate.already", gettext("This mandate is recorded already. To change it, revoke it and record it anew."))


def end_of(principal: Citizen, ground: str, asked: datetime | None, zone: tzinfo) -> datetime | None:
    """The moment from which it no longer counts."""
    if ground != Mandate.Ground.LAW or principal.kind == Citizen.Kind.ORGANISATION or principal.birth is None:
        return asked
    of_age = datetime.combine(mandates.birthday(principal.birth, mandates.MAJORITY), time.min, zone)
    return of_age if asked is None else min(asked, of_age)


def zone_of(institution_id: int) -> ZoneInfo:
    """Where days begin and end for it."""
    institution = remembered(institution_id)
    assert institution is not None
    return ZoneInfo(institution.time_zone)


def procedures_of(institution_id: int) -> dict[str, str]:
    """The names of the procedures a mandate may be for, by their address; the floor that knows them is named in the settings."""
    found: dict[str, str] = import_string(settings.PROCEDURES)(institution_id)
    return found
