"""Who is protected, at the very end: from then on hardly anybody sees them."""

from __future__ import annotations

from collections.abc import Sequence

from citizens import services
from reporting.demo.declared import declared

from .record import citizen, clerk
from .registering import Citizens
from .setting import Setting


def protect(settings: Sequence[Setting], people: Citizens) -> None:
    for row in declared("protected")["people"]:
        by = clerk(settings, row["by"])
        services.protect_citizen(citizen(people[row["who"]], by), reason=row["reason"], by=by)
