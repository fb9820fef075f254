"""A few looks that the rules of the review find, and the review itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from channels.models import Contact
from citizens.models import Citizen
from czrm.institutions.models import Institution, User
from czrm.kit.actor import Machine, acting
from czrm.kit.owner import as_owner
from czrm.trail.models import AccessEntry
from reporting.demo.cast import moment
from reporting.demo.dice import dice
from reporting.oversight.services import review_accesses, watch_person

from .pouring import Row, next_ids, pour
from .registering import Citizens
from .setting import Setting

REVIEWED = timedelta(days=21)
PAGE = (("citizen.see", ["citizen", "contact"]), ("case.see", ["case"]))
IN_ORDER = """
with placed as (select id, row_number() over (order by id) place, row_number() over (order by at, id) turn from trail_accessentry)
update trail_accessentry t set id = -free.id from placed, placed free where placed.id = t.id and free.place = placed.turn;
update trail_accessentry set id = -id"""


def curious(setting: Setting, now: datetime) -> None:
    """Late in the evening, into a namesake's page, and where one may not: each is found, and asks for an explanation."""
    with acting(setting.machine):
        rows = [row for row in looks(setting, now) if row["at"] < now]
        for key, row in zip(next_ids(AccessEntry, len(rows)), rows, strict=True):
            row |= {"id": key, "institution_id": setting.institution.pk, "visible_from": row["at"]}
        pour(AccessEntry, rows)


def looks(setting: Setting, now: datetime) -> Iterable[Row]:
    staff = list(User.objects.filter(pk__in=Contact.objects.values("user")).order_by("pk"))
    people = list(Citizen.objects.filter(kind="person").order_by("pk").values_list("pk", flat=True)[:300])
    rng = dice("curious", setting.institution.slug)
    late, cousin, knocking = staff[0], staff[1], staff[-1]
    for number, citizen in enumerate(rng.sample(people, 4)):
        yield from page(moment(setting.calendar, now, "-3 16:00") + timedelta(hours=6, minutes=7 * number), late, citizen)
    surnames = cousin.last_name.split()
    if namesake := Citizen.objects.filter(Q(surname__in=surnames) | Q(second_surname__in=surnames)).order_by("pk").first():
        yield from page(moment(setting.calendar, now, "-2 11:20"), cousin, namesake.pk)
    tried = moment(setting.calendar, now, "-4 10:05")
    for number in range(6):
        yield entry(tried + timedelta(seconds=40 * number), knocking, "refused", f"/desk/cases/XX-2026-{number:07}/", refused=404)


def page(at: datetime, user: User, citizen_id: int) -> Iterable[Row]:
    view = UUID(int=dice("view", at.isoformat(), str(user.pk), str(citizen_id)).getrandbits(128), version=4)
    for verb, seen in PAGE:
        yield entry(at, user, verb, f"citizens.citizen:{citizen_id}", citizen_id=citizen_id, categories=seen, page_view=view)


def entry(at: datetime, user: User, verb: str, subject: str, **more: Any) -> Row:
    blank: Row = {"citizen_id": None, "categories": [], "page_view": None, "refused": None}
    return {**blank, "at": at, "user_id": user.pk, "by": str(user), "verb": verb, "subject": subject, **more}


def watched(setting: Setting, people: Citizens, key: str, reason: str) -> None:
    """The data-protection officer keeps a list of those whom many are curious about."""
    pablo = setting.clerk("pablo")
    with acting(pablo):
        watch_person(Citizen.objects.get(pk=people[key]), reason=reason, by=pablo)


def review(now: datetime) -> None:
    """Once the log is in the order of time, as it would have grown: only its owner may put it so."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(IN_ORDER)
    for body in Institution.objects.filter(kind=Institution.Kind.BODY):
        review_accesses(since=(now - REVIEWED).date(), until=now.date(), by=Machine("demo data", body.pk))
