"""What a mandate allows: act codes, and the one answer to "may X do this act for Y, now, by this channel?"

An act code is a plain string: `area.deed:about`, where `about` is the address of a procedure. Granted codes may be wider: `*` is
every act, `cases.*` every act of that area, `cases.open` that act whatever it is about. Nothing here knows a procedure or a
database; moments are aware datetimes. Who represents a minor by law does so until majority: 18 years in the six countries served
(CL: Código Civil art. 26; ES: Constitución art. 12; CO: Ley 27 de 1977; MX: Código Civil Federal art. 646; PE and AR: Código Civil art. 42
and art. 25). A mandate ends with the death of either (CL: Código Civil art. 2163 n.º 5).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVERYTHING = "*"
OPEN, SEE, ANSWER = "cases.open", "cases.see", "documents.answer"
CONSENT = "consents.give"
DEEDS: dict[str, Promise] = {OPEN: _("open"), SEE: _("follow"), ANSWER: _("answer what is asked")}
ALL_CASES = ("cases.*", "documents.*")
MAJORITY = 18  # years
CODE = re.compile(r"\*|[a-z_]+\.(?:\*|[a-z_]+(?::[-\w]+)?)")
ENDED_STATES = ("deceased", "dissolved")


class Granted(Protocol):
    """What is asked of a mandate."""

    @property
    def acts(self) -> Sequence[str]: ...
    @property
    def channels(self) -> Sequence[str]: ...
    @property
    def valid_from(self) -> Any: ...
    @property
    def valid_until(self) -> datetime | None: ...
    @property
    def revoked_at(self) -> datetime | None: ...


REASONS: dict[str, Promise] = {  # from the farthest to the nearest to a yes: the nearest is told
    "none": _("%(agent)s has no mandate of %(principal)s here. Record one first, with its evidence."),
    "other_act": _("The mandate of %(agent)s is for something else: it does not cover this for %(principal)s."),
    "revoked": _("The mandate of %(agent)s for %(principal)s was revoked."),
    "ended": _("The mandate of %(agent)s for %(principal)s has ended."),
    "not_yet": _("The mandate of %(agent)s for %(principal)s does not count yet."),
    "channel": _("The mandate of %(agent)s for %(principal)s does not count in this channel."),
    "principal_gone": _("%(principal)s has died or was dissolved: with that every mandate ended."),
    "agent_gone": _("%(agent)s has died or was dissolved: with that the mandate ended."),
}


@dataclass(frozen=True)
class Verdict:
    """`reason` is empty where it is allowed; `mandate` is the one that allows it, or none where one acts for oneself."""

    allowed: bool
    reason: str = ""
    words: str = ""
    mandate: Any = None


def covers(granted: str, act: str) -> bool:
    if granted == EVERYTHING:
        return True
    if granted.endswith(".*"):
        return act.startswith(granted[:-1])
    return act == granted or (":" not in granted and act.partition(":")[0] == granted)


def allows(acts: Iterable[str], act: str) -> bool:
    return any(covers(granted, act) for granted in acts)


def in_force(mandate: Granted, at: datetime) -> bool:
    return standing(mandate, at) == ""


def standing(mandate: Granted, at: datetime) -> str:
    """Why it does not count at that moment, or nothing: from its first moment up to, and not with, its last."""
    if mandate.revoked_at is not None and mandate.revoked_at <= at:
        return "revoked"
    if mandate.valid_until is not None and mandate.valid_until <= at:
        return "ended"
    return "not_yet" if mandate.valid_from > at else ""


def why_not(mandate: Granted, act: str, channel: str, at: datetime) -> str:
    """The reason why this mandate does not allow the act, or nothing."""
    if not allows(mandate.acts, act):
        return "other_act"
    return standing(mandate, at) or ("channel" if mandate.channels and channel not in mandate.channels else "")


def decide(mandates: Iterable[Granted], act: str, *, channel: str, at: datetime, agent: str = "active", principal: str = "active",
           names: Mapping[str, str] | None = None) -> Verdict:  # fmt: skip
    """`mandates` are those of one agent for one principal, `agent` and `principal` their states, `names` theirs for the words."""
    nearest, order = "none", list(REASONS)
    if principal in ENDED_STATES or agent in ENDED_STATES:
        return refusal("principal_gone" if principal in ENDED_STATES else "agent_gone", names)
    for mandate in mandates:
        reason = why_not(mandate, act, channel, at)
        if not reason:
            return Verdict(True, mandate=mandate)
        nearest = max(nearest, reason, key=order.index)
    return refusal(nearest, names)


def refusal(reason: str, names: Mapping[str, str] | None) -> Verdict:
    told = {"agent": "?", "principal": "?"} | dict(names or {})
    return Verdict(False, reason, str(REASONS[reason]) % told)


def about(acts: Iterable[str]) -> list[str]:
    """The procedures that codes name, each once."""
    return list(dict.fromkeys(act.partition(":")[2] for act in acts if ":" in act))


def in_words(acts: Iterable[str], names: Mapping[str, str]) -> list[str]:
    """A line for each thing they allow; `names` are those of the procedures, by their address."""
    acts = list(acts)
    if EVERYTHING in acts:
        return [str(_("Everything, as the person themself"))]
    if set(ALL_CASES) <= set(acts):
        return [str(_("All requests: open them, follow them, answer what is asked"))]
    lines = []
    for slug in about(acts):
        name, deeds = names.get(slug, slug), [deed for deed in DEEDS if f"{deed}:{slug}" in acts]
        whole = _("“%(name)s”: open, follow and answer") if len(deeds) == len(DEEDS) else _("“%(name)s”: %(deeds)s")
        lines.append(str(whole) % {"name": name, "deeds": ", ".join(str(DEEDS[deed]) for deed in deeds)})
    wider = [str(DEEDS.get(act, act)) for act in acts if ":" not in act]
    return lines + ([str(_("All requests: %(deeds)s")) % {"deeds": ", ".join(wider)}] if wider else [])


def for_procedures(slugs: Iterable[str]) -> list[str]:
    """All that can be done in these procedures and in no other."""
    return [f"{deed}:{slug}" for slug in slugs for deed in DEEDS]


def are_codes(acts: Iterable[str]) -> bool:
    return all(CODE.fullmatch(act) for act in acts)


def birthday(birth: date, years: int) -> date:
    """Who was born on a 29 February has it on 1 March of a common year."""
    try:
        return birth.replace(year=birth.year + years)
    except ValueError:
        return date(birth.year + years, 3, 1)


def is_minor(birth: date | None, on: date) -> bool:
    """Of whom no birth date is known it is not said."""
    return birth is not None and on < birthday(birth, MAJORITY)
