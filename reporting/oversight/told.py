"""Findings as pages show them: with the names that their reader may know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext

from citizens.models import Citizen
from czrm.institutions.models import User
from czrm.trail.models import Finding

from .shapes import SHAPES, Shape, sentence


@dataclass(frozen=True)
class Told:
    finding: Finding
    shape: Shape
    words: str

    @property
    def title(self) -> Promise:
        return self.shape.title

    @property
    def waits(self) -> bool:
        return self.finding.decision == Finding.Decision.OPEN


def tell(findings: Sequence[Finding]) -> list[Told]:
    users = {user.pk: str(user) for user in User.objects.filter(pk__in={row.user_id for row in findings if row.user_id})}
    rows = Citizen.objects.filter(pk__in={row.citizen_id for row in findings if row.citizen_id}).values_list("pk", "name", "state")
    people = {pk: gettext("a protected person") if state == Citizen.State.PROTECTED else name for pk, name, state in rows}
    return [
        Told(
            row, SHAPES[row.rule],
            sentence(
                row.rule, row.data, users.get(row.user_id or 0, gettext("Somebody")), people.get(row.citizen_id or 0, gettext("a person"))
            ),
        )
        for row in findings
    ]  # fmt: skip
