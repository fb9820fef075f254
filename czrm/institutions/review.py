"""Reading the access log: filtered, grouped by page view, page by page from the newest."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import groupby, islice
from typing import Any

from django.apps import apps
from django.db.models import Count, Q, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime, make_aware, now
from django.utils.translation import gettext

from czrm.kit.actor import Clerk
from czrm.kit.sealed import sealed
from czrm.trail.models import AccessEntry, Finding

from . import words
from .forms import AccessFilter
from .models import Purpose

SIZE = 200  # entries read for a page; a page view has one to about ten
WEEK = timedelta(days=7)
PERSONAL = Q(verb__startswith="citizen.") | Q(verb__startswith="case.")


@dataclass
class Look:
    """One page view: who, when, why, and all that it showed."""

    at: datetime
    by: str
    purpose: str
    refused: int | None
    verbs: list[str] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    people: list[tuple[str, str]] = field(default_factory=list)  # name, uid


@dataclass(frozen=True)
class Day:
    words: str
    looks: list[Look]


@dataclass(frozen=True)
class Shown:
    shown: list[Look]
    before: int | None


def entries(form: AccessFilter, actor: Clerk) -> QuerySet[AccessEntry]:
    """What this institution's own log holds; a filter that is out of shape shows nothing rather than everything."""
    found = AccessEntry.objects.filter(institution=actor.institution_id).order_by("-id")
    if not form.is_valid():
        return found.none()
    wanted = form.cleaned_data
    conditions = {
        "at__gte": wanted["since"] and make_aware(datetime.combine(wanted["since"], time.min)),
        "at__lt": wanted["until"] and make_aware(datetime.combine(wanted["until"] + timedelta(days=1), time.min)),
        "user_id": wanted["officer"] and wanted["officer"].pk,
        "verb": wanted["verb"],
        "refused__isnull": False if wanted["refused"] else None,
    }
    found = found.filter(**{key: value for key, value in conditions.items() if value not in (None, "")})
    if wanted["citizen"]:
        found = found.filter(citizen_id__in=citizens().filter(uid=wanted["citizen"]).values("pk"))
    return found.filter(PERSONAL, purpose_id=None, user_id__isnull=False) if wanted["unexplained"] else found


def brief(found: QuerySet[AccessEntry]) -> QuerySet[AccessEntry]:
    """Of a file of people only that it was taken: whom it holds stands in the CSV of the log and in the log of each."""
    return found.exclude(verb="citizen.export", citizen_id__isnull=False)


def page_of(found: QuerySet[AccessEntry], before: int | None, size: int = 0) -> Shown:
    """By key, never by offset; a page view that would be torn apart goes to the next page."""
    size = size or SIZE
    rows = list((found.filter(pk__lt=before) if before else found)[: size + 1])
    more = len(rows) > size
    groups: dict[object, list[AccessEntry]] = {}
    for row in rows[:size]:
        groups.setdefault(row.page_view or row.pk, []).append(row)
    if more and len(groups) > 1:
        groups.pop(rows[size - 1].page_view or rows[size - 1].pk)
    kept = [row for group in groups.values() for row in group]
    people, purposes, things = names_of(kept), purposes_of(kept), titles_of(kept)
    looks = [look_of(group, people, purposes, things) for group in groups.values()]
    return Shown(looks, min(row.pk for row in kept) if more else None)


def look_of(group: list[AccessEntry], people: dict[int, tuple[str, str]], purposes: dict[int, str], things: dict[str, str]) -> Look:
    last = group[0]
    look = Look(last.at, last.by, purposes.get(last.purpose_id or 0, ""), last.refused)
    for entry in reversed(group):
        add(look.verbs, words.look(entry.verb))
        add(look.subjects, things.get(entry.subject, entry.subject if entry.refused else ""))
        add(look.people, people.get(entry.citizen_id or 0))
    return look


def by_day(looks: list[Look]) -> list[Day]:
    return [Day(date_format(day, "DATE_FORMAT"), list(those)) for day, those in groupby(looks, key=lambda look: localtime(look.at).date())]


def add(to: list[Any], item: Any) -> None:
    if item and item not in to:
        to.append(item)


def citizens() -> Any:
    return apps.get_model("citizens", "Citizen")._default_manager


def names_of(rows: list[AccessEntry]) -> dict[int, tuple[str, str]]:
    """Names inside the fence; who is under protection keeps theirs to themselves."""
    asked = {row.citizen_id for row in rows if row.citizen_id}
    found = citizens().filter(pk__in=asked).values_list("pk", "name", "state", "uid")
    names = {pk: (gettext("Protected person") if state == "protected" else name, str(uid)) for pk, name, state, uid in found}
    return names | {pk: (gettext("Protected person"), "") for pk in sealed(asked)}


def purposes_of(rows: list[AccessEntry]) -> dict[int, str]:
    return {purpose.pk: purpose.name for purpose in Purpose.objects.filter(pk__in={row.purpose_id for row in rows if row.purpose_id})}


def titles_of(rows: list[AccessEntry]) -> dict[str, str]:
    """Cases by their number; other things say enough with their verb."""
    keys = {row.subject: row.subject.partition(":")[2] for row in rows if row.subject.startswith("cases.case:")}
    cases: Any = apps.get_model("cases", "Case")
    numbers = dict(cases.objects.filter(pk__in=[key for key in keys.values() if key.isdecimal()]).values_list("pk", "number"))
    return {subject: numbers[int(key)] for subject, key in keys.items() if key.isdecimal() and int(key) in numbers}


def recent(actor: Clerk) -> dict[str, Any]:
    """The week behind, for the first page of whoever reviews."""
    week = AccessEntry.objects.filter(institution=actor.institution_id, at__gte=now() - WEEK)
    figures = week.aggregate(
        looks=Count("page_view", distinct=True), people=Count("citizen_id", distinct=True),
        refusals=Count("pk", filter=Q(refused__isnull=False)),
        unexplained=Count("pk", filter=PERSONAL & Q(purpose_id=None, user_id__isnull=False)),
    )  # fmt: skip
    waiting = Finding.objects.filter(institution=actor.institution_id, decision=Finding.Decision.OPEN).count()
    return {"figures": figures, "waiting": waiting, "since": f"{localtime(now() - WEEK):%Y-%m-%d}"}


HEAD = ("at", "by", "verb", "subject", "person", "purpose", "contact", "page_view", "refused")


class Echo:
    def write(self, line: str) -> str:
        return line


def lines(found: QuerySet[AccessEntry]) -> Iterator[str]:
    """CSV; the names of people stay out of it, their codes do not."""
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(HEAD)
    purposes = dict(Purpose.objects.values_list("pk", "name"))
    rows = found.iterator(chunk_size=1000)
    while batch := list(islice(rows, 1000)):
        people = dict(citizens().filter(pk__in={row.citizen_id for row in batch if row.citizen_id}).values_list("pk", "uid"))
        for row in batch:
            yield writer.writerow([
                localtime(row.at).isoformat(timespec="seconds"), harmless(row.by), row.verb, harmless(row.subject),
                people.get(row.citizen_id or 0, ""), harmless(purposes.get(row.purpose_id or 0, "")), row.contact_id or "",
                row.page_view or "",
                row.refused or "",
            ])  # fmt: skip


def harmless(text: str) -> str:
    """A spreadsheet must not take a name for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
