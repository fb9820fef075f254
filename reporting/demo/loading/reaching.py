"""How the people of the cast are reached: proved, shared, retired, with the dates on which their officers would have done so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.utils.timezone import get_current_timezone, localdate

from citizens.models import Citizen, ContactPoint
from citizens.services.contact_points import keep
from czrm.kit.actor import Clerk, acting
from czrm.trail.models import Event
from czrm.trail.say import subject_of
from reporting.demo.declared import Declared, declared

from .record import clerk
from .registering import Citizens
from .setting import Setting


def reach(settings: Sequence[Setting], people: Citizens, now: datetime) -> None:
    for key, rows in declared("record")["points"].items():
        for row in rows:
            by = clerk(settings, row["by"])
            with acting(by):
                reach_one(by, Citizen.objects.get(pk=people[key]), row, now)


def reach_one(by: Clerk, citizen: Citizen, row: Declared, now: datetime) -> None:
    began = ago(now, row["days"])
    point, new = keep(citizen.links.get(institution=by.institution_id), row["kind"], row["value"])
    point.purpose, point.shared, point.valid_from = row.get("purpose", ""), row.get("shared", False), began
    told: list[tuple[str, datetime, dict[str, str]]] = [("added", began, {})] if new else []
    if "proved" in row:
        point.verified_at, point.verified_how, point.verified_by = ago(now, row["proved_days"]), row["proved"], by.name
        told.append(("verified", point.verified_at, {"how": row["proved"]}))
    if "ended" in row:
        point.valid_until = ago(now, row["ended_days"])
        told.append(("retired", point.valid_until, {"why": row["ended"]}))
    point.save()
    for what, at, data in told:
        write(by, point, what, at, data)


def ago(now: datetime, days: int) -> datetime:
    return datetime.combine(localdate(now) - timedelta(days=days), time(11, 20), get_current_timezone())


def write(by: Clerk, point: ContactPoint, what: str, at: datetime, data: dict[str, str]) -> None:
    Event.objects.create(
        institution_id=point.institution_id, citizen_id=point.citizen_id, kind=f"citizen.contact_point_{what}", by=by.name,
        user_id=by.user_id, subject=subject_of(point), data={"way": point.kind} | data, at=at, dispatched_at=at,
    )  # fmt: skip
