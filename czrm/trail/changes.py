"""What auditlog writes of a new row, written with the row: no signal, and no comparing with nothing."""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

from auditlog.cid import get_cid
from auditlog.registry import auditlog
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.timezone import now

from czrm.kit.rows import put, write

from .models import Change
from .models.change import signature

M = TypeVar("M", bound=models.Model)


def born(row: M, *, back: tuple[str, ...] = ()) -> M:
    """Insert a row of a followed model, and the values it was given as its first change; `back` as in `put`."""
    put(row, back=back)
    given = {name: str(value) for name in followed(type(row)) if (value := row.__dict__[name]) not in (None, "", [], {})}
    write(
        Change,
        **signature(),
        content_type_id=ContentType.objects.get_for_model(row).pk,
        object_pk=str(row.pk),
        object_id=row.pk,
        object_repr=str(row),
        action=Change.Action.CREATE,
        changes={name: ["None", value] for name, value in given.items()},
        changes_text="",
        cid=get_cid(),
        timestamp=now(),
    )
    return row


@lru_cache(maxsize=64)
def followed(model: type[models.Model]) -> tuple[str, ...]:
    """The columns of which auditlog keeps changes."""
    left_out = set(auditlog.get_model_fields(model)["exclude_fields"])
    return tuple(field.attname for field in model._meta.concrete_fields if field.name not in left_out)
