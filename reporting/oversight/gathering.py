"""What the rules need, of one institution: the looks of a day, who its officers are, whom they opened, what is usual."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.db.models.functions import TruncDate

from cases import terms
from citizens import names
from citizens.models import Citizen, ContactPoint, NameToken
from czrm.institutions.models import Institution, Membership
from czrm.trail.models import AccessEntry, WatchedPerson, WatchRule

from .rules import RULES, Known, Look, Person, Setting, team_usual
from .shapes import SHAPES

BEFORE = timedelta(days=28)
LISTS = ("citizen.find", "citizen.register", "citizen.export")  # a name in a list was not opened; of a file others are told at once


@dataclass(frozen=True)
class Officers:
    """Who works or worked here, and in which teams."""

    people: dict[int, Person]
    teams: dict[int, frozenset[int]]


def settings_of(institution_id: int) -> dict[str, Setting]:
    """The rules that work, as shipped or as this institution tuned them."""
    tuned = {row.code: row for row in WatchRule.objects.filter(institution=institution_id)}
    return {
        code: Setting(tuned[code].limit, tuned[code].second) if code in tuned else Setting(shape.limit, shape.second)
        for code, shape in SHAPES.items()
        if code in RULES and (code not in tuned or tuned[code].active)
    }


def officers_of(institution_id: int) -> Officers:
    rows = Membership.objects.filter(institution=institution_id).select_related("user").prefetch_related("teams")
    people, teams = {}, {}
    for row in rows:
        user = row.user
        people[user.pk] = Person(
            frozenset(names.surname_tokens(user.last_name)), full(f"{user.first_name} {user.last_name}"),
            frozenset({user.email.lower()} - {""}), user.citizen_id,
        )  # fmt: skip
        teams[user.pk] = frozenset(team.pk for team in row.teams.all())
    return Officers(people, teams)


def days_of(institution: Institution, since: date, until: date) -> Iterator[tuple[date, datetime, datetime]]:
    """Each day of the institution's own clock, with its first moment and the next day's."""
    zone = ZoneInfo(institution.time_zone)
    for number in range((until - since).days + 1):
        day = since + timedelta(days=number)
        yield day, datetime.combine(day, time.min, zone), datetime.combine(day + timedelta(days=1), time.min, zone)


def looks_of(institution_id: int, begins: datetime, ends: datetime, officers: Officers) -> list[Look]:
    rows = entries_of(institution_id, begins, ends, officers).order_by("pk")
    values = rows.values_list("pk", "at", "user_id", "citizen_id", "verb", "purpose_id", "refused")
    return [
        Look(pk, at, user, citizen, verb, why is not None, no is not None)
        for pk, at, user, citizen, verb, why, no in values.iterator(chunk_size=5000)
    ]


def entries_of(institution_id: int, begins: datetime, ends: datetime, officers: Officers) -> Any:
    """What officers looked at; not what they do at the portal as citizens, nor the watching itself."""
    rows = AccessEntry.objects.filter(institution=institution_id, at__gte=begins, at__lt=ends, user_id__in=officers.people)
    return rows.exclude(verb__in=LISTS).exclude(verb__startswith="portal.").exclude(verb__startswith="access.")


def known_of(institution: Institution, officers: Officers, looks: Iterable[Look], begins: datetime) -> Known:
    citizens = people_of({look.citizen_id for look in looks if look.citizen_id is not None})
    usual = usual_of(institution, officers, begins)
    wanted = {name for person in officers.people.values() for name in person.surnames}
    return Known(
        officers=officers.people, citizens=citizens, usual=usual, team=team_usual(usual, officers.teams),
        bearers=dict(NameToken.objects.filter(token__in=wanted).values_list("token", "seen")),
        watched=dict(WatchedPerson.objects.filter(institution=institution).values_list("citizen_id", "reason")),
        open=terms.calendar_of(institution).open,
    )  # fmt: skip


def people_of(keys: set[int]) -> dict[int, Person]:
    """Those whom the institution may see; of others nothing is compared."""
    emails: dict[int, set[str]] = {}
    points = ContactPoint.objects.filter(citizen__in=keys, kind=ContactPoint.Kind.EMAIL, valid_until=None)
    for citizen_id, value in points.values_list("citizen_id", "value"):
        emails.setdefault(citizen_id, set()).add(value.lower())
    rows = Citizen.objects.filter(pk__in=keys).values_list("pk", "given", "surname", "second_surname")
    return {
        pk: Person(
            frozenset({*names.surname_tokens(surname), *names.surname_tokens(second)}), full(f"{given} {surname} {second}"),
            frozenset(emails.get(pk, ())),
        )
        for pk, given, surname, second in rows
    }  # fmt: skip


def usual_of(institution: Institution, officers: Officers, begins: datetime) -> dict[int, float]:
    """People a day, in the middle of the days on which an officer opened any."""
    zone = ZoneInfo(institution.time_zone)
    rows = entries_of(institution.pk, begins - BEFORE, begins, officers).filter(citizen_id__isnull=False, refused=None)
    days = rows.annotate(on=TruncDate("at", tzinfo=zone)).values("user_id", "on").annotate(people=Count("citizen_id", distinct=True))
    counts: dict[int, list[int]] = {}
    for user_id, people in days.values_list("user_id", "people"):
        counts.setdefault(user_id, []).append(people)
    return {user_id: float(median(people)) for user_id, people in counts.items()}


def full(name: str) -> str:
    return " ".join(names.words(name))
