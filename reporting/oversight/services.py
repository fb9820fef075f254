"""Deeds of whoever watches over the accesses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.utils.timezone import now
from django.utils.translation import gettext

from citizens.models import Citizen
from czrm.institutions.models import Institution
from czrm.kit.actor import Actor, Clerk, Machine
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.models import Finding, WatchedPerson, WatchRule
from czrm.trail.say import say

from . import gathering
from .rules import RULES, Found
from .shapes import SHAPES

LONGEST = 92  # days reviewed at once
MOST = 500  # entries kept with a finding


@dataclass(frozen=True)
class Reviewed:
    days: int
    found: int
    new: int


@service("access.review")
def review_accesses(*, since: date, until: date, by: Actor) -> Reviewed:
    """Apply the rules day by day; what was found before is found once, and what was decided stays decided."""
    institution = own(by)
    if not timedelta(0) <= until - since < timedelta(days=LONGEST):
        raise Refused("invalid_period", gettext("Choose a period of at most %(days)s days, the first before the last.") % {"days": LONGEST})
    settings, officers = gathering.settings_of(institution.pk), gathering.officers_of(institution.pk)
    found = new = 0
    for day, begins, ends in gathering.days_of(institution, since, until):
        looks = gathering.looks_of(institution.pk, begins, ends, officers)
        if not looks:
            continue
        known = gathering.known_of(institution, officers, looks, begins)
        for code, setting in settings.items():
            for each in RULES[code](looks, known, setting):
                found, new = found + 1, new + keep(institution, day, each)
    say("access.reviewed", institution, by=by, since=since.isoformat(), until=until.isoformat(), found=found, new=new)
    return Reviewed((until - since).days + 1, found, new)


def keep(institution: Institution, day: date, found: Found) -> bool:
    """Whether it is new; one that waits for its decision takes what was added since."""
    finding, new = Finding.objects.get_or_create(
        institution=institution, rule=found.rule, day=day, user_id=found.user_id, key=found.key,
        defaults={"citizen_id": found.citizen_id, "data": found.data, "entries": list(found.entries[:MOST])},
    )  # fmt: skip
    if not new and finding.decision == Finding.Decision.OPEN and finding.data != found.data:
        finding.data, finding.entries = found.data, list(found.entries[:MOST])
        finding.save(update_fields=["data", "entries"])
    return new


@service("access.decide")
def decide_finding(finding: Finding, *, decision: str, note: str, by: Actor) -> Finding:
    """What the data-protection officer makes of it, with a reason; it may be decided again, and each time is told in the trail."""
    finding = Finding.objects.select_for_update(no_key=True).get(pk=finding.pk, institution=own(by).pk)
    if decision not in {Finding.Decision.JUSTIFIED, Finding.Decision.ASKED, Finding.Decision.REPORTED}:
        raise Refused("invalid_decision", gettext("Choose what you decide."))
    if not note.strip():
        raise Refused("invalid_note", gettext("Say why: whoever audits the review reads it."))
    finding.decision, finding.note, finding.decided_by, finding.decided_at = decision, note.strip(), by.name, now()
    finding.save(update_fields=["decision", "note", "decided_by", "decided_at"])
    say("access.finding_decided", own(by), by=by, finding=str(finding.uid), rule=finding.rule, decision=decision)
    return finding


@service("access.set_rules")
def set_rules(rows: dict[str, tuple[bool, int, int]], *, by: Actor) -> None:
    """By rule: whether it works, its threshold and its second one. They count from the next review on."""
    institution = own(by)
    for code, (active, limit, second) in rows.items():
        if code not in SHAPES:
            raise Refused("invalid_rule", gettext("There is no such rule."))
        WatchRule.objects.update_or_create(
            institution=institution, code=code, defaults={"active": active, "limit": limit, "second": second}
        )
    said = {code: [active, limit, second] for code, (active, limit, second) in rows.items()}
    say("access.rules_set", institution, by=by, rules=said)


@service("access.watch_person")
def watch_person(citizen: Citizen, *, reason: str, by: Actor) -> WatchedPerson:
    """Every look at their data will be shown; the event names nobody, for officers read events."""
    citizen = Citizen.objects.get(pk=citizen.pk)
    if not reason.strip():
        raise Refused("invalid_reason", gettext("Say why this person is watched over."))
    watched, new = WatchedPerson.objects.get_or_create(
        institution=own(by), citizen_id=citizen.pk, defaults={"reason": reason.strip(), "by": by.name}
    )
    if new:
        say("access.person_watched", own(by), by=by, watched=str(watched.uid))
    return watched


@service("access.unwatch_person")
def unwatch_person(watched: WatchedPerson, *, by: Actor) -> None:
    watched = WatchedPerson.objects.get(pk=watched.pk, institution=own(by).pk)
    say("access.person_unwatched", own(by), by=by, watched=str(watched.uid))
    watched.delete()


def own(by: Actor) -> Institution:
    if not isinstance(by, Clerk | Machine):
        raise PermissionDenied
    return Institution.objects.defer("logo", "theme").get(pk=by.institution_id)
