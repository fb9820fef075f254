"""What a citizen does at the portal about who acts for whom, and about what they agree to."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext

from citizens import acting as door
from citizens import mandates
from citizens.models import Citizen, Consent, ConsentText, Mandate
from citizens.services import budget, give_consent, grant_mandate, identify_citizen, revoke_mandate, withdraw_consent
from citizens.services.identity import link_of
from citizens.services.mandates import procedures_of
from czrm.kit.actor import Actor, Machine, Visitor, acting, deputy
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

from .services import agent_of, citizen_of

PORTAL = "portal"


class Named(NamedTuple):
    """Whom one names as agent: their document and first surname, as on it."""

    kind: str
    number: str
    surname: str


@service("portal.find_agent")
def find_agent(agent: Named, *, by: Actor) -> Citizen | None:
    """Somebody this institution attends; who is not there, who does not match and who is protected are answered alike, counted and written
    down: a document and a surname are known to those a person is protected from, and at a desk somebody looks at who asks."""
    me = oneself(by)
    budget.spend("identify", by=me)
    with acting(hands(me)) as institution:
        found = identify_citizen(agent.kind, agent.number, birth=None, surname=agent.surname, by=institution)
        known = Citizen.objects.exclude(state=Citizen.State.PROTECTED)
        return known.filter(uid=found.uid).first() if found and found.uid else None


@service("portal.grant_mandate")
def grant_at_portal(agent: Citizen, *, procedure: str, days: int, by: Actor) -> Mandate:
    """For one procedure and a time."""
    me = oneself(by)
    return grant_mandate(
        principal=known(me), agent=agent, acts=mandates.for_procedures([procedure]), ground=Mandate.Ground.PERSON,
        evidence=gettext("Granted in the portal by the person, signed in"), valid_until=now() + timedelta(days=days), by=hands(me),
    )  # fmt: skip


@service("portal.revoke_mandate")
def revoke_at_portal(mandate: Mandate, *, by: Actor) -> Mandate:
    """By who granted it or who holds it, without a reason."""
    me = oneself(by)
    mandate = mine(me).get(pk=mandate.pk)
    ender = Mandate.Ender.PERSON if mandate.principal_id == me.citizen_id else Mandate.Ender.AGENT
    return revoke_mandate(mandate, ender=ender, why="", by=hands(me))


@service("portal.act_for")
def act_for(mandate: Mandate, *, by: Actor) -> Mandate:
    """From the next request on; whoever is acted for may read when it began."""
    me = oneself(by)
    mandate = mine(me).get(pk=mandate.pk, agent=me.citizen_id)
    if door.held(mandate.pk, me.citizen_id, mandate.institution_id) is None:
        raise Refused("mandate.ended", gettext("This mandate does not count now, or not in the portal."))
    with acting(hands(me)) as institution:
        link = link_of(mandate.principal_id, by=institution)
        say("mandate.used", link, by=institution, public=True, mandate=str(mandate.uid), channel=PORTAL)
    return mandate


@service("portal.give_consent")
def agree(text: ConsentText, *, by: Actor) -> Consent:
    citizen, evidence = signer(by)
    return give_consent(citizen, text, channel=PORTAL, evidence=evidence, agent=agent_of(by), by=hands(by))


@service("portal.withdraw_consent")
def disagree(text: ConsentText, *, by: Actor) -> Consent:
    citizen, evidence = signer(by)
    return withdraw_consent(citizen, text, channel=PORTAL, evidence=evidence, agent=agent_of(by), by=hands(by))


def oneself(by: Actor) -> Visitor:
    """A mandate lets nobody give or use another mandate."""
    if not isinstance(by, Visitor):
        raise PermissionDenied("only a citizen who has logged in")
    if by.behalf is not None:
        raise Refused("mandate.own_hands", gettext("You act for another person now. Go back to your own affairs first."))
    return by


def hands(by: Actor) -> Machine:
    return deputy(by, PORTAL)


def known(me: Visitor) -> Citizen:
    found = citizen_of(me)
    if found is None:
        raise Refused("portal.unknown", gettext("This institution does not attend you yet: ask for something first, or come to an office."))
    return found


def signer(by: Actor) -> tuple[Citizen, str]:
    """Who agrees, and what proves it where another signs."""
    if not isinstance(by, Visitor):
        raise PermissionDenied("only a citizen who has logged in")
    agent = agent_of(by)
    return known(by), gettext("Signed by %(name)s, with a mandate") % {"name": agent.name} if agent else ""


def mine(me: Visitor) -> QuerySet[Mandate]:
    """Those this institution keeps, of one's own or for others."""
    return Mandate.objects.filter(Q(principal=me.citizen_id) | Q(agent=me.citizen_id), institution=me.portal_id)


class Row(NamedTuple):
    mandate: Mandate
    name: str  # of the other person
    scope: list[str]
    counts: bool  # now


def rows(by: Visitor) -> tuple[list[Row], list[Row]]:
    """Who acts for me, and for whom I act. The names are read by the institution's own hands: one is not shown other people."""
    keys = list(mine(by).values_list("pk", flat=True))
    with acting(hands(by)):
        names = procedures_of(by.portal_id or 0)
        held = Mandate.objects.filter(pk__in=keys).select_related("principal", "agent").order_by("-pk")
        given: list[Row] = []
        taken: list[Row] = []
        for one in held:
            mine_to_give = one.principal_id == by.citizen_id
            other = one.agent if mine_to_give else one.principal
            counts = mandates.in_force(one, now())
            (given if mine_to_give else taken).append(Row(one, other.name, mandates.in_words(one.acts, names), counts))
    return given, taken
