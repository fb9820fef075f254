"""What the municipalities state of the people of the cast: by the services, as their officers would, on days gone by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.utils.timezone import get_current_timezone, localdate

from citizens import services
from citizens.models import Citizen, Fact
from czrm.kit.actor import Clerk, acting
from reporting.demo.declared import Declared, declared

from .registering import Citizens
from .setting import Setting


def state(settings: Sequence[Setting], people: Citizens, now: datetime) -> None:
    """The first setting's own people are those of the cast; who states something says in which municipality."""
    found, today = declared("record"), localdate(now)
    for setting in settings:
        for facts in found["attributes"].get(setting.institution.slug, ()):
            services.create_attribute(facts=facts, by=setting.machine)
    for key, rows in found["facts"].items():
        for row in rows:
            state_one(clerk(settings, row["by"]), people[key], row, today)
    for row in found["relationships"]:
        by = clerk(settings, row["by"])
        services.state_relationship(
            citizen(people[row["who"]], by), kind=row["kind"], other=citizen(people[row["other"]], by), since=day(row, today),
            evidence=row.get("evidence", ""), by=by,
        )  # fmt: skip


def state_one(by: Clerk, person: int, row: Declared, today: date) -> None:
    on = day(row, today)
    fact = services.state_fact(
        citizen(person, by), attribute=row["attribute"], value=row["value"], origin=row["origin"], evidence=row.get("evidence", ""),
        observed_on=on, verified_how=row.get("checked", ""), by=by,
    )  # fmt: skip
    if fact.verified_at and on:
        with acting(by):
            Fact.objects.filter(pk=fact.pk).update(verified_at=datetime.combine(on, time(12), get_current_timezone()))


def citizen(key: int, by: Clerk) -> Citizen:
    with acting(by):
        return Citizen.objects.get(pk=key)


def clerk(settings: Sequence[Setting], key: str) -> Clerk:
    return next(setting for setting in settings if key in setting.staff).clerk(key)


def day(row: Declared, today: date) -> date | None:
    return today - timedelta(days=row["days"]) if "days" in row else None
