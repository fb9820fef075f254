"""What an export is made of: how many lines, what their columns are called, and the lines a batch at a time, by the key of their rows.

A source is made and asked while the one who wants the file acts, so that it holds what their fence shows them, and no more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from django.utils.timezone import now

from cases import export as cases
from cases import queue, terms
from cases.queue import Filters
from citizens import export as people
from czrm.institutions.models import Institution, Seat
from czrm.kit.actor import SEALED, SHELTERED, Clerk, memory
from czrm.trail.access import taken
from reporting.models import Export

VERBS = {"cases": "case.export", "people": "citizen.export"}  # by what is exported: asked for, written and fetched by who holds it
Line = tuple[int, list[Any]]


class Source(Protocol):
    def total(self) -> int: ...

    def header(self) -> list[str]: ...

    def lines(self, after: int, most: int) -> list[Line]: ...


class Cases:
    """What the filters of a list show."""

    def __init__(self, export: Export, by: Clerk) -> None:
        filters = Filters.of(export.query, open_only=bool(export.query.get("queue")))
        calendar = terms.calendar_of(Institution.objects.get(pk=by.institution_id))
        seats = Seat.objects.filter(membership__user=by.user_id, membership__institution=by.institution_id)
        seen = queue.Seen.by(calendar, now(), list(seats.values_list("team_id", flat=True)))
        self.rows = queue.tabbed(queue.base(by, filters), filters.tab, by, seen)

    def total(self) -> int:
        return self.rows.count()

    def header(self) -> list[str]:
        return cases.header()

    def lines(self, after: int, most: int) -> list[Line]:
        wanted = self.rows.select_related("procedure", "team", "assignee").defer("answers", "description", "outcome_text")
        return [(case.pk, cases.line(case)) for case in wanted.filter(pk__gt=after).order_by("pk")[:most]]


class People:
    """All whom the institution attends; each line is an entry in the log of the person it is about."""

    def __init__(self, export: Export, by: Clerk) -> None:
        self.export, self.by = export, replace(by, purpose_id=export.query["purpose"])  # said in the log; what is read has none
        self.categories: list[str] = export.query["categories"]
        self.shape = people.shape(by.institution_id, self.categories, whole=export.query["whole"])
        self.rows = people.people_of(by.institution_id)

    def total(self) -> int:
        return self.rows.count()

    def header(self) -> list[str]:
        return people.header(self.shape)

    def lines(self, after: int, most: int) -> list[Line]:
        found = list(self.rows.filter(pk__gt=after).order_by("pk")[:most])
        taken(self.export, VERBS["people"], [each.pk for each in found], by=self.by, categories=seen_in(self.export))
        return list(zip((each.pk for each in found), people.lines(self.shape, found), strict=True))


SOURCES: dict[str, Callable[[Export, Clerk], Source]] = {"cases": Cases, "people": People}


def seen_in(export: Export) -> tuple[str, ...]:
    """The kinds of data of people that a file holds."""
    return ("citizen", *export.query["categories"]) if export.what == "people" else ("case",)


def protected_now() -> dict[str, list[int]]:
    """Who is protected from whoever acts, and of whom they see all but the address; kept with a file when it is begun."""
    return {SEALED: list(memory().get(SEALED, ())), SHELTERED: list(memory().get(SHELTERED, ()))}


def outdated(export: Export) -> bool:
    """Somebody in the file is protected since it was begun, or no longer for whoever acts to see."""
    then, here = export.query.get("protected", {}), protected_now()
    sealed, known = set(then.get(SEALED, ())), set(then.get(SHELTERED, ()))
    return not (set(here[SEALED]) <= sealed and set(here[SHELTERED]) <= sealed | known)
