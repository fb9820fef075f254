"""Who is told, where and in which language."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Q
from django.utils.timezone import now

from cases.models import Case
from channels.texts import LANGUAGES
from citizens import contact_points, reach, states
from citizens.models import ContactPoint
from citizens.services.contact_codes import texts_go_out
from czrm.institutions.models import User
from czrm.kit.refused import Refused
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
    why_not: str = "no_address"  # there is no address


def citizen_of(case: Case, event: Event) -> list[Recipient]:
    """By e-mail, or by short message where they prefer the telephone or have nothing else; who left no way is nobody's to tell."""
    language = speaks(case.citizen.language if case.citizen else "", case)
    known = points(case)
    email = best([point for point in known if point.kind == ContactPoint.Kind.EMAIL], case.reply_email).lower()
    phones = [point for point in known if point.kind == ContactPoint.Kind.PHONE and reach.takes_texts(point.value)]
    phone = best(phones, reply_phone(case))
    first_phone = case.citizen is not None and case.citizen.channel == ContactPoint.Kind.PHONE
    ways = {"sms": phone if texts_go_out() else "", "email": email}
    channel = next((way for way in (("sms", "email") if first_phone else ("email", "sms")) if ways[way]), "email")
    address, why_not = ways[channel], "no_sms" if phone and not email else "no_address"
    if case.citizen and states.forbids(case.citizen.state, states.NOTICE):
        address, why_not = "", "no_address"
    if not (email or phone) and case.citizen_id is None:
        return []
    name = case.citizen.given or case.citizen.name if case.citizen else case.reply_name
    return [Recipient(name, address, language, channel, citizen_id=case.citizen_id, case_id=case.pk, why_not=why_not)]


def points(case: Case) -> list[ContactPoint]:
    """What this institution knows and is in force, the surest first and a household's last; what is for emergencies is left alone."""
    if case.citizen_id is None:
        return []
    current = Q(valid_until=None) | Q(valid_until__gt=now())
    rows = ContactPoint.objects.filter(current, citizen=case.citizen_id, institution=case.institution_id).exclude(purpose=reach.EMERGENCIES)
    known = rows.order_by("shared", "-preferred", F("verified_at").desc(nulls_last=True), "-pk")
    return sorted(known, key=lambda point: point.purpose != reach.NOTICES)


def best(known: list[ContactPoint], reply: str) -> str:
    """What is meant for notices, preferred or proved; else where they want this case answered; else any they gave."""
    sure = [point.value for point in known if point.preferred or point.verified_at or point.purpose == reach.NOTICES]
    return next(iter([*sure, *([reply] if reply else []), *[point.value for point in known]]), "")


def reply_phone(case: Case) -> str:
    """As it was typed at the portal, if it is a number that takes short messages."""
    try:
        number = contact_points.normalise_phone(case.reply_phone, case.institution.country) if case.reply_phone else ""
    except Refused:
        return ""
    return number if reach.takes_texts(number) else ""


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
