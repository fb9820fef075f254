"""Protected people: whose rows are sealed away from whoever acts, and whose address nobody at a desk reads, cleared or not.

The database works both lists out as the actor is told to it, at each transaction: so a clearance counts until its very end, and the
manager's filter is made of what the policies will ask.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models

from .actor import SEALED, SHELTERED, memory


def unsealed(*columns: str) -> str:
    """The condition on each of these columns; rows about nobody stay, and the list is hashed once a statement."""
    return " and ".join(f"({column} in ({keys(SEALED)})) is not true" for column in columns)


def unsheltered(kind: str, value: str, column: str) -> str:
    return f"({kind} = '{value}' and {column} in ({keys(SHELTERED)})) is not true"


def unsealed_q(fields: Sequence[str]) -> models.Q:
    sealed, found = memory().get(SEALED, ()), models.Q()
    for field in fields if sealed else ():
        found &= ~models.Q(**{f"{field}__in": sealed})
    return found


def unsheltered_q(kind: str, value: str, field: str) -> models.Q:
    sheltered = memory().get(SHELTERED, ())
    return ~models.Q(**{kind: value, f"{field}__in": sheltered}) if sheltered else models.Q()


def sheltered(citizen_id: int) -> bool:
    """Whether whoever acts may see this person, but not where they live."""
    return citizen_id in memory().get(SHELTERED, ())


def sealed(citizen_ids: set[int]) -> set[int]:
    """Those of these people whom whoever acts may not see."""
    return citizen_ids.intersection(memory().get(SEALED, ()))


def keys(setting: str) -> str:
    return f"select unnest(nullif(current_setting('czrm.{setting}', true), '')::bigint[])"
