"""What the record of somebody shows to whom is looking: values with their sources, and who is what to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, F, Func, JSONField, OuterRef, Q, Subquery, TextField, Value, When
from django.db.models.functions import Cast, JSONObject

from citizens import golden, kinship
from citizens.attributes import BUILT_IN, Definition, display
from citizens.categories import CATEGORIES, Category
from citizens.models import Citizen, CitizenLink, Fact, Identifier, Relationship
from czrm.kit.actor import Actor, memory

from .attributes import read_by, vocabulary

MOST = 400  # values of one person on a page
PLACES = {("tax_domicile", None)}  # attributes that say where somebody lives, though their category does not


@dataclass(frozen=True)
class Line:
    """One attribute: the value shown, every source of it, the viewer's own statement, and whether others know better."""

    definition: Definition
    shown: golden.Shown | None
    facts: tuple[Fact, ...] = ()
    own: Fact | None = None
    better: bool = False
    hidden: bool = False

    @property
    def best(self) -> Fact | None:
        return self.facts[0] if self.facts else None

    @property
    def others(self) -> tuple[Fact, ...]:
        return self.facts[1:]


@dataclass(frozen=True)
class Record:
    """By category; with what was opened, for the access log."""

    sections: tuple[tuple[Category, tuple[Line, ...]], ...]
    categories: tuple[str, ...]
    owners: tuple[int, ...]


@dataclass(frozen=True)
class Dealings:
    """The facet, the documents, of which attributes others know better, and who may be the same person (see matches.py)."""

    documents: tuple[dict[str, Any], ...] = ()
    basis: str = ""
    since: Any = None
    elsewhere: frozenset[str] = field(default_factory=frozenset)
    doubles: tuple[dict[str, Any], ...] = ()

    @property
    def linked(self) -> bool:
        return self.since is not None


def dealings(citizen: Citizen, *, by: Actor, anew: bool = False) -> Dealings:
    """What several parts of one page ask, asked once. To be called while `by` acts."""
    key, held = f"dealings:{citizen.pk}", memory()
    if anew or key not in held:
        held[key] = asked(citizen, by)
    found: Dealings = held[key]
    return found


def asked(citizen: Citizen, by: Actor) -> Dealings:
    link = CitizenLink.objects.filter(citizen=OuterRef("pk"), institution=getattr(by, "institution_id", None) or 0)
    papers = Identifier.objects.filter(citizen=OuterRef("pk")).order_by("verified_at", "pk")
    shape = JSONObject(uid="uid", kind="kind", number="number", verified_at="verified_at")
    codes = Cast(Value(list(BUILT_IN)), ArrayField(TextField()))
    rows = Citizen.objects.filter(pk=citizen.pk).annotate(
        since=Subquery(link.values("since")),
        basis=Subquery(link.values("basis")),
        papers=ArraySubquery(papers.values(data=shape)),
        elsewhere=Func(F("pk"), codes, function="czrm.better_elsewhere", output_field=ArrayField(TextField())),
        doubles=Func(F("pk"), function="czrm.doubles", output_field=JSONField()),
    )
    found = rows.values("since", "basis", "papers", "elsewhere", "doubles").first()
    if found is None:
        return Dealings()
    doubles = tuple(found["doubles"])
    return Dealings(tuple(found["papers"]), found["basis"] or "", found["since"], frozenset(found["elsewhere"]), doubles)


def facts_of(citizen: Citizen, *, by: Actor, categories: Iterable[str] = (), anew: bool = False) -> Record:
    """All live values the viewer may see (of some categories), and the attributes of which there is only a better one elsewhere."""
    own: int = getattr(by, "institution_id", None) or 0
    rows = (
        Fact.objects.filter(citizen=citizen, retired_at=None).select_related("institution").defer("institution__theme", "institution__logo")
    )
    wanted = list(categories) or CATEGORIES
    if wanted is not CATEGORIES:
        rows = rows.filter(category__in=wanted)
    facts = list(rows.order_by("pk")[:MOST])
    elsewhere = dealings(citizen, by=by, anew=anew).elsewhere if own else frozenset()
    known = vocabulary({own, *(fact.institution_id for fact in facts)} - {0})
    lines = [
        *gathered(facts, known, own, elsewhere, protected=citizen.state == Citizen.State.PROTECTED),
        *unseen(facts, citizen, elsewhere),
    ]
    by_category: dict[str, list[Line]] = {}
    order = {key: place for place, key in enumerate(known)}
    for line in sorted(lines, key=lambda line: order.get(key_of(line.definition), len(order))):
        by_category.setdefault(line.definition.category, []).append(line)
    sections = tuple((Category(name), tuple(by_category[name])) for name in CATEGORIES if name in by_category and name in wanted)
    return Record(
        sections,
        tuple(name for name in CATEGORIES if any(fact.category == name for fact in facts)),
        tuple(sorted({fact.institution_id for fact in facts} - {own})),
    )


def gathered(facts: list[Fact], known: Any, own: int, elsewhere: frozenset[str], *, protected: bool) -> Iterable[Line]:
    groups: dict[tuple[str, int | None], tuple[Definition, dict[int, Fact]]] = {}
    for fact in facts:
        definition = read_by(known, fact.attribute, fact.category, fact.institution_id)
        groups.setdefault(key_of(definition), (definition, {}))[1][fact.pk] = fact
    for definition, sources in groups.values():
        shown = golden.shown((said(fact) for fact in sources.values()), viewer=own)
        assert shown is not None
        ranked = tuple(sources[each.key] for each in shown.sources)
        mine = next((fact for fact in ranked if fact.institution_id == own), None)
        yield Line(definition, shown, ranked, mine, definition.code in elsewhere, protected and locates(definition))


def locates(definition: Definition) -> bool:
    """Whether a value may say where somebody is, which is never shown of a protected person."""
    words = definition.category == Category.CONTACT and definition.kind == "text"
    return definition.category == Category.RESIDENCE or words or (definition.code, definition.institution_id) in PLACES


def unseen(facts: list[Fact], citizen: Citizen, elsewhere: frozenset[str]) -> Iterable[Line]:
    for code in elsewhere - {fact.attribute for fact in facts}:
        if BUILT_IN[code].fits(citizen.kind):
            yield Line(BUILT_IN[code], None, better=True)


def said(fact: Fact) -> golden.Said:
    on = fact.observed_on or fact.stated_at.astimezone(UTC).date()
    return golden.Said(fact.pk, fact.value, fact.institution_id, on, fact.stated_at, fact.verified_at is not None)


def key_of(definition: Definition) -> tuple[str, int | None]:
    return definition.code, definition.institution_id


def read(definition: Definition, fact: Fact) -> str:
    return display(definition, fact.value, fact.institution.country)


@dataclass(frozen=True)
class Relative:
    """Somebody who is `role` to the person; `person` is empty where the viewer may not see them."""

    row: Relationship
    role: str
    person: dict[str, Any] | None


def relatives_of(citizen: Citizen, *, by: Actor) -> list[Relative]:
    """From both sides, one for each of the relationships that hold; two institutions may state the same."""
    people = Citizen.objects.filter(pk=OuterRef("far")).values(
        data=JSONObject(uid="uid", name="name", kind="kind", birth="birth", state="state")
    )
    rows = Relationship.objects.filter(Q(citizen=citizen) | Q(other=citizen), retired_at=None).select_related("institution")
    far = Case(When(citizen=citizen, then=F("other_id")), default=F("citizen_id"))
    rows = rows.defer("institution__theme", "institution__logo").annotate(far=far)
    found = []
    for row in rows.annotate(person=Subquery(people)).order_by("pk")[:MOST]:
        role = row.kind if row.citizen_id != citizen.pk else kinship.INVERSE[row.kind]
        found.append(Relative(row, role, row.person))
    return found
