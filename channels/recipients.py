"""Who is told, where and in which language."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Q
from django.utils.timezone import now

from cases.models import Case
from channels.texts import LANGUAGES
from citizens import states
from citizens.models import ContactPoint
from czrm.institutions.models import User
from czrm.trail.models import Event


@dataclass(frozen=True)
class Recipient:
    """An officer's notice names neither case nor citizen: whoever follows the case must not read who works on it."""

    name: str
    address: str
    language: str
    channel: str = "email"
    citizen_id: int | None = None
    case_id: int | None = None


def citizen_of(case: Case, event: Event) -> list[Recipient]:
    """At the address they prefer or have proved; else where they want this case answered; else any they gave."""
    language = speaks(case.citizen.language if case.citizen else "", case)
    known = addresses(case)
    sure = [point.value for point in known if point.preferred or point.verified_at]
    address = next(iter([*sure, *([case.reply_email] if case.reply_email else []), *[point.value for point in known]]), "")
    if case.citizen and states.forbids(case.citizen.state, states.NOTICE):
        address = ""
    if not address and case.citizen_id is None:
        return []  # nobody left a way to be told: an anonymous case
    name = case.citizen.given or case.citizen.name if case.citizen else case.reply_name
    return [Recipient(name, address.lower(), language, citizen_id=case.citizen_id, case_id=case.pk)]


def addresses(case: Case) -> list[ContactPoint]:
    """E-mail addresses in force that this institution knows, the surest first; a household's last."""
    if case.citizen_id is None:
        return []
    current = Q(valid_until=None) | Q(valid_until__gt=now())
    points = ContactPoint.objects.filter(current, citizen=case.citizen_id, institution=case.institution_id, kind=ContactPoint.Kind.EMAIL)
    return list(points.order_by("shared", "-preferred", F("verified_at").desc(nulls_last=True), "-pk"))


def citizen_unless_decided(case: Case, event: Event) -> list[Recipient]:
    """A decision was announced when it was signed and when it was handed over: its filing is no news."""
    return [] if case.decisions.filter(withdrawn_at=None).exists() else citizen_of(case, event)


def in_charge(case: Case, event: Event) -> list[Recipient]:
    """Whoever has the case; else whoever asked last; else the team's common address. Nobody is told what they did themselves."""
    user_id = case.assignee_id or last_asker(case)
    if user_id is None:
        team = case.team
        return [Recipient(team.name, team.email.lower(), speaks("", case))] if team and team.email else []
    officer = User.objects.filter(pk=user_id, is_active=True).first()
    if officer is None or officer.pk == event.user_id:
        return []
    return [Recipient(officer.first_name or str(officer), officer.email.lower(), speaks(officer.language, case))]


def last_asker(case: Case) -> int | None:
    asked = Event.objects.filter(case_id=case.pk, kind="case.citizen_asked").order_by("-pk")
    return asked.values_list("user_id", flat=True).first()


def newly_in_charge(case: Case, event: Event) -> list[Recipient]:
    return in_charge(case, event) if event.data.get("assignee_id") == case.assignee_id and case.assignee_id else []


def speaks(wanted: str, case: Case) -> str:
    return next((language for language in (wanted, case.institution.language) if language in LANGUAGES), LANGUAGES[0])
