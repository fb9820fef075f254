"""People as lines of a spreadsheet: what their own institution states of them, never what an agreement opens.

A column of the value and one of its day for each attribute asked for: those built in of which there is any value, and all of one's own.
Dates are 2026-11-22 and numbers have a point, as spreadsheets and programs read them. Where a protected person lives is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from citizens import identifiers
from citizens.attributes import Definition, display
from citizens.categories import CATEGORIES
from citizens.models import Citizen, Fact, Identifier
from citizens.services.attributes import read_by, vocabulary
from citizens.services.record import locates

PLAIN = ("date", "number", "money")  # kinds written as they are kept
PAPERS = ("kind", "number", "verified_at")


@dataclass(frozen=True)
class Shape:
    """Which columns a file has: of whose institution, and whether documents are whole."""

    institution_id: int
    definitions: tuple[Definition, ...]
    whole: bool = False


def shape(institution_id: int, categories: Iterable[str], *, whole: bool) -> Shape:
    wanted, known = [name for name in CATEGORIES if name in set(categories)], vocabulary([institution_id])
    stated = facts_of(institution_id, wanted).values_list("attribute", "category").order_by().distinct()
    found = {code: read_by(known, code, category, institution_id) for code, category in stated}
    found |= {each.code: each for each in known.values() if each.institution_id and each.active and each.category in wanted}
    order = {code: place for place, (code, _of) in enumerate(known)}
    places = sorted(found.values(), key=lambda each: (wanted.index(each.category), order.get(each.code, len(order)), each.code))
    return Shape(institution_id, tuple(places), whole)


def facts_of(institution_id: int, categories: Iterable[str]) -> QuerySet[Fact]:
    return Fact.objects.filter(institution=institution_id, category__in=list(categories), retired_at=None)


def people_of(institution_id: int) -> QuerySet[Citizen]:
    """Those the institution attends; who is blocked is kept only to answer for what was done."""
    return Citizen.objects.filter(links__institution=institution_id).exclude(state=Citizen.State.BLOCKED)


def header(shape: Shape) -> list[str]:
    ours = [
        _("Full name"), _("Given names"), _("First surname"), _("Second surname"), _("Person or organisation"), _("Kind of document"),
        _("Document"), _("Birth date"), _("State"), _("Preferred language"), _("Preferred channel"),
    ]  # fmt: skip
    for each in shape.definitions:
        ours += [str(each.label), _("%(attribute)s: day") % {"attribute": each.label}]
    return ours


def lines(shape: Shape, people: list[Citizen]) -> list[list[Any]]:
    """A few queries for all of them; to be called while the one who asked acts, so that the fence shows them no more."""
    keys = [person.pk for person in people]
    papers: dict[int, dict[str, Any]] = {}
    for row in (
        Identifier.objects.filter(citizen__in=keys).order_by(F("verified_at").asc(nulls_last=True), "pk").values("citizen_id", *PAPERS)
    ):
        papers.setdefault(row["citizen_id"], row)
    stated: dict[int, dict[str, Fact]] = {}
    for fact in facts_of(shape.institution_id, {each.category for each in shape.definitions}).filter(citizen__in=keys):
        stated.setdefault(fact.citizen_id, {})[fact.attribute] = fact
    return [line(shape, person, papers.get(person.pk), stated.get(person.pk, {})) for person in people]


def line(shape: Shape, person: Citizen, paper: dict[str, Any] | None, stated: dict[str, Fact]) -> list[Any]:
    cells: list[Any] = [
        person.name, person.given, person.surname, person.second_surname, person.get_kind_display(), *document(paper, whole=shape.whole),
        person.birth.isoformat() if person.birth else "", person.get_state_display(), person.language, person.channel,
    ]  # fmt: skip
    for each in shape.definitions:
        fact = stated.get(each.code)
        hidden = person.state == Citizen.State.PROTECTED and locates(each)
        cells += ["", ""] if fact is None or hidden else [value(each, fact), day(fact)]
    return cells


def document(paper: dict[str, Any] | None, *, whole: bool) -> tuple[str, str]:
    if paper is None:
        return "", ""
    known = identifiers.KINDS.get(paper["kind"])
    write = identifiers.display if whole else identifiers.mask
    return str(known.label) if known else paper["kind"], write(paper["kind"], paper["number"])


def value(definition: Definition, fact: Fact) -> str:
    return fact.value if definition.kind in PLAIN else display(definition, fact.value)


def day(fact: Fact) -> str:
    return (fact.observed_on or fact.stated_at.astimezone(UTC).date()).isoformat()
