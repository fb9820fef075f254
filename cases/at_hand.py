"""Cases that were read already while this actor acts: whoever only names them does not ask again."""

from __future__ import annotations

from collections.abc import Iterable

from cases.models import Case
from czrm.kit.actor import memory


def keep_at_hand(cases: Iterable[Case]) -> None:
    memory().setdefault("cases", {}).update({case.pk: case for case in cases})


def named(keys: Iterable[int]) -> dict[int, Case]:
    """Of those keys that the actor sees, the case with at least its number and title."""
    wanted = set(keys)
    held: dict[int, Case] = memory().get("cases", {})
    missing = wanted - held.keys()
    asked = Case.objects.only("number", "title").in_bulk(missing) if missing else {}
    return asked | {key: case for key, case in held.items() if key in wanted}
