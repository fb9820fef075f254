"""Fields that several models share."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Func


class UuidV7(Func):
    """PostgreSQL 18 makes it: ordered by time, so its index stays small and warm."""

    function = "uuidv7"
    output_field = models.UUIDField()


def public_id() -> models.UUIDField[Any, Any]:
    """The identity a row has outside: in addresses and in the API; keys stay inside."""
    return models.UUIDField(db_default=UuidV7(), unique=True, editable=False)
