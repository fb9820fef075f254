"""The fence: declared once per model, enforced twice, by its manager and by row-level security.

`fence = Owned("case")` in a model body narrows every query to what the current actor may see. The same object is a
constraint of the model, so `makemigrations` writes its policies into a migration, and notices when it changes.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from .actor import Actor, Clerk, Guest, Machine, Visitor, mandated_cases
from .opened import filing_elsewhere, institutions_open_to, opened_by_scope
from .policies import BEFORE, CASE, CLIENT, MANDATED, ME, MINE, PORTAL, visible
from .wall import EVERYTHING, NOTHING, Fence, about, beside, inside

__all__ = ["EVERYTHING", "NOTHING", "Between", "Categorised", "Fence", "Hidden", "Open", "Owned", "Personal", "Published", "Within"]


class Owned(Fence):
    """Rows of an institution: it writes them and an agreement may open them to others.

    `citizen` names the field, or the fields, by which a citizen sees their own, `case` the one by which a guest sees the case whose key was
    shown and an agent the cases that a limited mandate covers, `filed_by` the one by which an outside client sees what it filed.
    Citizens and guests see only rows whose `shown` is true and whose `since` has come, where these are named. `guests_add` lets a
    portal's visitors write rows of its institution; with `definer_writes` only a definer function writes. `sealed` names the fields of
    people whose protection seals the row: those of `citizen`, if nothing else is said. With `part_of` one also sees the whole.
    """

    def __init__(self, scope: str, *, citizen: str | tuple[str, ...] = (), case: str = "", filed_by: str = "",
                 shown: str = "", since: str = "", guests_add: bool = False, definer_writes: bool = False,
                 sealed: tuple[str, ...] | None = None, sheltered: tuple[str, str] | None = None, part_of: str = "") -> None:  # fmt: skip
        super().__init__()
        self.scope, self.case, self.filed_by, self.part_of = scope, case, filed_by, part_of
        self.citizens = (citizen,) if isinstance(citizen, str) else citizen
        self.sealed = self.citizens if sealed is None else sealed
        self.sheltered = (*sheltered, self.citizens[0]) if sheltered else None
        self.shown, self.since, self.guests_add, self.definer_writes = shown, since, guests_add, definer_writes

    def writer(self, row: str) -> str:
        return "false" if self.definer_writes else super().writer(row)

    def q(self, actor: Actor) -> models.Q:
        seen = self.but_sealed_q(self.opened(actor))
        return seen & inside(self.model, self.part_of, actor) if self.part_of else seen

    def opened(self, actor: Actor) -> models.Q:
        match actor:
            case Visitor(limited=True):
                return models.Q(**{f"{self.case}__in": mandated_cases()}) & self.for_the_public if self.case else NOTHING
            case Visitor():
                return about(actor, *self.citizens) & self.for_the_public if self.citizens else NOTHING
            case Guest(case_id=case):
                return models.Q(**{self.case: case}) & self.for_the_public if self.case and case else NOTHING
            case Clerk() | Machine():
                own = models.Q(institution__in=institutions_open_to(actor, self.scope))
                client = filing_elsewhere(actor)
                return own | models.Q(**{self.filed_by: client}) if self.filed_by and client else own

    @property
    def see(self) -> str:  # type: ignore[override]
        ways = [f"institution_id = {visible(self.scope)}"]
        ways += [self.public(f"{self.column(field)} = {ME} and {BEFORE}") for field in self.citizens]
        ways += [self.public(f"{self.column(self.case)} = {who}") for who in (CASE, MANDATED)] if self.case else []
        ways += [f"{self.column(self.filed_by)} = {CLIENT}"] if self.filed_by else []
        seen = self.but_sealed(" or ".join(ways))
        return f"({seen}) and {beside(self.model, self.part_of, self.table, 'true')}" if self.part_of else seen

    def public(self, theirs: str) -> str:
        return f"({' and '.join([theirs, *self.public_conditions])})"

    @property
    def add(self) -> str:  # type: ignore[override]
        return f"{self.change} or {self.table}.institution_id = {PORTAL}" if self.guests_add else self.change


class Categorised(Fence):
    """Rows of an institution, each of one category: an agreement opens category by category."""

    def __init__(self, field: str, categories: tuple[str, ...], *, citizen: str, sheltered: str = "") -> None:
        super().__init__()
        self.field, self.categories, self.citizen, self.sealed = field, categories, citizen, (citizen,)
        self.sheltered = (field, sheltered, citizen) if sheltered else None

    def q(self, actor: Actor) -> models.Q:
        return self.but_sealed_q(self.opened(actor))

    def opened(self, actor: Actor) -> models.Q:
        match actor:
            case Visitor():
                return about(actor, self.citizen)
            case Guest():
                return NOTHING
            case Clerk() | Machine():
                opened = opened_by_scope(actor)
                ways = models.Q(institution=actor.institution_id)
                for category in self.categories:
                    ways |= models.Q(**{self.field: category, "institution__in": opened.get(category, [])})
                return ways

    @property
    def see(self) -> str:  # type: ignore[override]
        ways = [f"institution_id = {MINE}"]
        ways += [f"({self.column(self.field)} = '{category}' and institution_id = {visible(category)})" for category in self.categories]
        ways.append(f"({self.column(self.citizen)} = {ME} and {BEFORE})")
        return self.but_sealed(" or ".join(ways))


class Personal(Fence):
    """People: seen by the institutions linked to them and by themselves; born and changed only in definer functions."""

    sealed = ("id",)

    def __init__(self, scope: str, *, links: str) -> None:
        super().__init__()
        self.scope, self.links = scope, links

    def q(self, actor: Actor) -> models.Q:
        return self.but_sealed_q(self.opened(actor))

    def opened(self, actor: Actor) -> models.Q:
        match actor:
            case Visitor():
                return NOTHING if actor.limited else models.Q(pk=actor.citizen_id)
            case Guest():
                return NOTHING
            case Clerk() | Machine():
                known = self.link._base_manager.filter(
                    citizen=models.OuterRef("pk"), institution__in=institutions_open_to(actor, self.scope)
                )
                return models.Q(models.Exists(known))

    @property
    def link(self) -> Any:
        return self.model._meta.get_field(self.links).related_model

    @property
    def see(self) -> str:  # type: ignore[override]
        link = self.link._meta.db_table
        known = f"exists (select from {link} l where l.citizen_id = {self.table}.id and l.institution_id = {visible(self.scope)})"
        return self.but_sealed(f"{known} or id = {ME}")

    def writer(self, row: str) -> str:
        return "false"

    add = "false"


class Within(Fence):
    """Parts of something fenced: seen with it, written by its institution; the public sees only what is `shown`, and `since` when."""

    def __init__(self, whole: str, *, shown: str = "", since: str = "", definer_writes: bool = False) -> None:
        super().__init__()
        self.whole, self.shown, self.since, self.definer_writes = whole, shown, since, definer_writes

    @property
    def parent(self) -> Any:
        return self.model._meta.get_field(self.whole).related_model

    def q(self, actor: Actor) -> models.Q:
        whole = inside(self.model, self.whole, actor)
        return whole & self.for_the_public if isinstance(actor, Visitor | Guest) else whole

    @property
    def see(self) -> str:  # type: ignore[override]
        whole = self.beside(self.table, "true")  # the whole's own policy applies inside
        public = " and ".join(self.public_conditions)
        return f"{whole} and ({public} or {MINE} > 0)" if public else whole

    @property
    def add(self) -> str:  # type: ignore[override]
        return self.change

    def writer(self, row: str) -> str:
        return "false" if self.definer_writes else self.beside(row, self.parent.fence.writer("whole"))

    def beside(self, row: str, test: str) -> str:
        return beside(self.model, self.whole, row, test)


class Published(Fence):
    """What an institution tells the world: guests read what has a published value, its own people the drafts too."""

    def __init__(self, **when: tuple[str, ...]) -> None:
        super().__init__()
        self.when = when

    def q(self, actor: Actor) -> models.Q:
        told = models.Q(**{f"{field}__in": values for field, values in self.when.items()})
        return told | models.Q(institution=actor.institution_id) if self.when and isinstance(actor, Clerk | Machine) else told

    @property
    def see(self) -> str:  # type: ignore[override]
        told = " and ".join(f"{self.column(field)} = any('{{{','.join(values)}}}')" for field, values in self.when.items())
        return f"{told} or institution_id = {MINE}" if told else "true"


class Between(Fence):
    """What two institutions agree: everybody reads it, either side begins it as `born`, and only definer functions change it."""

    def __init__(self, *sides: str, born: str) -> None:
        super().__init__()
        self.sides, self.born = sides, born

    def q(self, actor: Actor) -> models.Q:
        return EVERYTHING

    see = "true"

    @property
    def add(self) -> str:  # type: ignore[override]
        ours = " or ".join(f"{self.table}.{self.column(side)} = {MINE}" for side in self.sides)
        return f"({ours}) and {self.born}"

    def writer(self, row: str) -> str:
        return "false"


class Hidden(Fence):
    """Rows that nobody reads or writes but through definer functions: to know of one would tell something."""

    def q(self, actor: Actor) -> models.Q:
        return NOTHING

    see = "false"

    def writer(self, row: str) -> str:
        return "false"


class Open:
    """No fence, for a reason that is written down."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
