"""What every kind of fence has: its place in the model, who writes, and protected people left out."""

from __future__ import annotations

from copy import copy
from functools import reduce
from operator import or_
from typing import Any, Self

from django.db import models
from django.db.models.constraints import BaseConstraint
from django.db.models.functions import Now

from .actor import Actor, Visitor
from .policies import MINE, Policies
from .sealed import unsealed, unsealed_q, unsheltered, unsheltered_q

NOTHING = models.Q(pk__in=[])
EVERYTHING = models.Q()


class Fence(Policies):
    """Who sees and who writes the rows of one model; the kinds of fence are in fence.py."""

    model: type[models.Model]
    narrows = True  # whether managers narrow what is read: not where somebody must first find out who acts
    shown = since = ""
    sealed: tuple[str, ...] = ()  # the fields that name a citizen: who is protected and sealed from the actor is not seen by them
    sheltered: tuple[str, str, str] | None = None  # the field, and its value, of rows that tell where somebody lives; and of whose

    def __init__(self) -> None:
        BaseConstraint.__init__(self, name="fence")

    def contribute_to_class(self, model: type[models.Model], name: str) -> None:
        self.model, self.name = model, f"{model._meta.app_label}_{model._meta.model_name}_fence"
        model.fence = self  # type: ignore[attr-defined]
        if not model._meta.abstract:
            model._meta.constraints = model._meta.original_attrs["constraints"] = [*model._meta.constraints, self]

    def clone(self) -> Self:
        return copy(self)

    def q(self, actor: Actor) -> models.Q:
        raise NotImplementedError

    def writer(self, row: str) -> str:
        """The condition, on the row of this name, for the current actor to change it."""
        return f"{row}.institution_id = {MINE}"

    @property
    def change(self) -> str:  # type: ignore[override]
        writer = self.writer(self.table)
        return writer if writer == "false" else self.but_sealed(writer)

    add = change

    def but_sealed(self, way: str) -> str:
        """Where this condition holds, but not of protected people who are sealed from the actor, nor of where the others live."""
        table = self.table
        but = [unsealed(f"{table}.{self.column(field)}") for field in self.sealed]
        if self.sheltered:
            kind, value, whose = self.sheltered
            but.append(unsheltered(f"{table}.{self.column(kind)}", value, f"{table}.{self.column(whose)}"))
        return " and ".join([f"({way})", *but]) if but else way

    def but_sealed_q(self, way: models.Q) -> models.Q:
        """The same, for managers."""
        return way & unsealed_q(self.sealed) & (unsheltered_q(*self.sheltered) if self.sheltered else EVERYTHING)

    @property
    def for_the_public(self) -> models.Q:
        """What citizens and guests see of the rows that are theirs: those `shown`, once their `since` has come."""
        shown = models.Q(**{self.shown: True}) if self.shown else EVERYTHING
        return shown & models.Q(**{f"{self.since}__lte": Now()}) if self.since else shown

    @property
    def public_conditions(self) -> list[str]:
        return [*([self.shown] if self.shown else []), *([f"{self.since} <= statement_timestamp()"] if self.since else [])]

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    def column(self, field: str) -> str:
        return str(self.model._meta.get_field(field).column)  # type: ignore[union-attr]


def inside(model: Any, whole: str, actor: Actor) -> models.Q:
    """Rows whose whole the actor sees."""
    parent = model._meta.get_field(whole).related_model
    return models.Q(**{f"{whole}__in": parent._base_manager.filter(parent.fence.q(actor))})


def beside(model: Any, whole: str, row: str, test: str) -> str:
    """The whole's own policy applies in here."""
    field = model._meta.get_field(whole)
    return f"exists (select from {field.related_model._meta.db_table} whole where whole.id = {row}.{field.column} and {test})"


def about(actor: Visitor, *fields: str) -> models.Q:
    """Rows about the visitor; about whom they act for, those of the institution that keeps the mandate."""
    if actor.limited:
        return NOTHING
    theirs = reduce(or_, (models.Q(**{field: actor.citizen_id}) for field in fields))
    return theirs if actor.before is None else theirs & models.Q(institution=actor.before)
