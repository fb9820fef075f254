"""Models behind a fence: their managers narrow every query to the current actor, and refuse to run for nobody."""

from __future__ import annotations

from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models.sql import Query

from .actor import NobodyActing, current_actor


class FencedQuery(Query):
    """Carries the flag through every clone, and refuses to become SQL without it."""

    fenced = False

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        insist(self)
        return super().get_compiler(*args, **kwargs)


M = TypeVar("M", bound=models.Model)


class FencedQuerySet(models.QuerySet[M]):
    def __init__(self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None) -> None:
        super().__init__(model, query or FencedQuery(model), using, hints)

    def _chain(self) -> Self:
        return super()._chain().fence()  # type: ignore[misc]

    def fence(self) -> Self:
        """Narrow to what the current actor may see: once, as soon as there is one."""
        assert isinstance(self.query, FencedQuery)
        if not self.query.fenced and (actor := current_actor()):
            self.query.fenced = True
            self.query.add_q(self.model.fence.q(actor))  # type: ignore[attr-defined]
        return self

    @property
    def db(self) -> str:  # update() and delete() swap the query's class, but still ask for their database
        insist(self.query)
        return super().db


class Fencing:
    """Goes before any manager made from a FencedQuerySet."""

    def get_queryset(self) -> Any:
        return super().get_queryset().fence()  # type: ignore[misc]


class FencedManager(Fencing, models.Manager[M]):
    _queryset_class = FencedQuerySet


class Fenced(models.Model):
    """Base of every model that belongs to somebody; each says in one line who sees it."""

    objects: ClassVar[models.Manager[Self]] = FencedManager()

    class Meta:
        abstract = True


def insist(query: Any) -> None:
    if not query.fenced and not query.is_empty():
        raise NobodyActing(f"{query.model.__name__} was queried with nobody acting")
