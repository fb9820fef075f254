"""When the institution works: what is changed here moves the dates of its open cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import holidays
from django.db.models import F
from django.utils.timezone import localdate
from django.utils.translation import gettext

from cases import clock, redating, terms
from cases.models import Calendar, ClosedDay
from czrm.institutions.models import Institution
from czrm.institutions.services.common import change, insist_on_new_name, locked, mine
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

OF_A_CALENDAR = ("name", "country", "region", "time_zone", "shifts", "default")
COUNTS = {"country", "region", "time_zone", "shifts", "default"}
FARTHEST = timedelta(days=3660)


class Applied(NamedTuple):
    """The calendar as it stands, how many cases it moved, and whether the rest is left to a task."""

    calendar: Calendar
    moved: int = 0
    later: bool = False


@service("calendar.edit")
def edit_calendar(calendar: Calendar | None, *, facts: dict[str, Any], by: Actor) -> Applied:
    """Change a calendar, or make one of `facts` where there is none; the first is the default, and one default follows another."""
    institution = alone(by)
    row = locked(calendar, by) if calendar else Calendar(institution=institution, time_zone=institution.time_zone)
    insist_on_new_name(Calendar, facts.get("name", row.name), by, but=row.pk)
    wanted = {**{name: getattr(row, name) for name in OF_A_CALENDAR}, **facts}
    insist_on_territory(wanted["country"], wanted["region"])
    insist_on_hours(wanted["time_zone"], wanted["shifts"])
    others = Calendar.objects.filter(institution=institution).exclude(pk=row.pk)
    facts = facts | {"default": row.default or bool(facts.get("default")) or not others.exists()}
    if facts["default"] and not row.default:
        others.filter(default=True).update(default=False)
    if row.pk is None:
        row = Calendar.objects.create(institution=institution, **{name: value for name, value in facts.items() if name in OF_A_CALENDAR})
        say("calendar.created", row, by=by, name=row.name, default=row.default)
        return applied(row, by)
    changed = change(row, facts, OF_A_CALENDAR)
    if changed:
        say("calendar.edited", row, by=by, name=row.name, fields=changed)
    return applied(row, by) if COUNTS & set(changed) else Applied(row)


@service("calendar.close_day")
def close_day(calendar: Calendar, *, day: date, name: str, by: Actor) -> Applied:
    alone(by)
    row = locked(calendar, by)
    if not name.strip():
        raise Refused("invalid_day_name", gettext("Write why it is closed: citizens read it when they ask for the date."))
    if abs(day - localdate()) > FARTHEST:
        raise Refused("invalid_day", gettext("That day is more than ten years away: check the year."))
    if ClosedDay.objects.filter(calendar=row, day=day).exists():
        raise Refused("day_closed_twice", gettext("That day is already closed: remove it first to give it another name."))
    ClosedDay.objects.create(calendar=row, day=day, name=name.strip())
    say("calendar.day_closed", row, by=by, day=day.isoformat(), name=name.strip())
    return applied(row, by)


@service("calendar.open_day")
def open_day(calendar: Calendar, *, day: date, by: Actor) -> Applied:
    """Take one of the institution's own days out; DoesNotExist if it was not closed."""
    alone(by)
    row = locked(calendar, by)
    ClosedDay.objects.get(calendar=row, day=day).delete()
    say("calendar.day_opened", row, by=by, day=day.isoformat())
    return applied(row, by)


def applied(row: Calendar, by: Actor) -> Applied:
    """Only the default calendar counts the terms; above the limit the dates move in a task, once this is committed."""
    Calendar.objects.filter(pk=row.pk).update(edition=F("edition") + 1)
    if not row.default:
        return Applied(row)
    valid = terms.clock_of(row, ClosedDay.objects.filter(calendar=row))
    insist_on_extensions(row, valid)
    waiting = redating.running(row.institution_id).count()
    if waiting > redating.AT_ONCE:
        say("calendar.redating", row, by=by, open=waiting)
        return Applied(row, later=True)
    moved, after = redating.redate_batch(row, valid, by=by)
    while after is not None:
        more, after = redating.redate_batch(row, valid, after, by=by)
        moved += more
    return Applied(row, moved)


def alone(by: Actor) -> Institution:
    """One change of calendars at a time: which one is the default hangs on all of them."""
    return locked(Institution.objects.defer("logo", "theme").get(pk=mine(by)), by)


def insist_on_extensions(row: Calendar, valid: clock.Calendar) -> None:
    """An extension was granted before its term ended: no later calendar may say otherwise."""
    if numbers := redating.lost(row.institution_id, valid):
        words = gettext("With this change the extension of these cases would have come too late: %(cases)s. Decide them first.")
        raise Refused("extension_lost", words % {"cases": ", ".join(numbers[: redating.SHOWN])})


def insist_on_territory(country: str, region: str) -> None:
    known = holidays.list_supported_countries()
    if country not in known or (region and region not in known[country]):
        raise Refused("invalid_territory", gettext("The public holidays of that territory are not known: choose another one."))


def insist_on_hours(zone: str, shifts: Mapping[str, Sequence[Sequence[str]]]) -> None:
    try:
        clock.Calendar(ZoneInfo(zone).key, clock.week_of(shifts))
    except (ValueError, KeyError, TypeError) as error:
        words = gettext("Open on one day of the week at least, with shifts that end after they begin and do not overlap.")
        raise Refused("invalid_hours", words) from error
