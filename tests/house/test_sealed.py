"""Every row that is about a citizen is sealed when they are protected, or there is a reason why not."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import models

from citizens.models import Citizen
from czrm.kit.fence import Fence, Hidden, Owned, Within

from .test_models import OURS

REASONS = {
    "AccessEntry.citizen_id": "who looked stays readable by who watches over it; names come from the citizen's own row, which is sealed",
    "Finding.citizen_id": "of the data-protection officer: a key, and the name from the citizen's own row",
    "Document.entry": "within the case", "Decision.document": "within the case",
    "WatchedPerson.citizen_id": "of the data-protection officer: a key, and the name from the citizen's own row",
    "Case.agent": "the case is another's; who brought it is named by their own row, which is sealed",
    "User.citizen_id": "read at log-in, when nobody acts yet: a key",
    "ContactCode.point": "digests that live for minutes: nothing of anybody",
    "Notice.case": "about the case's citizen by its own column; what colleagues are told names the number and the procedure only",
    "Event.case_id": "the events that say anything of the person name them; the others are that a note was added",
    "ContactQuestion.case": "within the contact",
    "AccessDelay.case_id": "a rule of the data-protection officer: a key",
    "Fact.source": "by the citizen of the fact itself", "Case.parent": "by the citizen of the case itself",
}  # fmt: skip


def pointing(model: Any) -> list[str]:
    """The fields that lead to a citizen, or to a row that is sealed."""
    found = []
    for field in model._meta.concrete_fields:
        target = field.related_model if isinstance(field, models.ForeignKey) else None
        if target is Citizen or field.name in ("citizen_id", "case_id") or (target in OURS and leads(target)):
            found.append(field.name)
    return found


def leads(model: Any) -> bool:
    return isinstance(model.fence, Fence) and (bool(model.fence.sealed) or (isinstance(model.fence, Within) and leads(model.fence.parent)))


FIELDS = [(model, field) for model in OURS for field in pointing(model)]


@pytest.mark.parametrize(("model", "field"), FIELDS, ids=[f"{model.__name__}.{field}" for model, field in FIELDS])
def test_what_is_about_a_citizen_is_sealed_with_them(model: Any, field: str) -> None:
    fence = model.fence
    inherits = (isinstance(fence, Within) and fence.whole == field) or (isinstance(fence, Owned) and fence.part_of == field)
    sealed = isinstance(fence, Hidden) or inherits or (isinstance(fence, Fence) and field in fence.sealed)
    assert sealed or REASONS.get(f"{model.__name__}.{field}"), f"{model.__name__}.{field}"


def test_the_walk_finds_what_it_should_and_no_reason_is_left_over() -> None:
    names = {f"{model.__name__}.{field}" for model, field in FIELDS}
    assert names >= {"Case.citizen", "Mandate.agent", "Relationship.other", "Document.case", "Note.case"}
    assert REASONS.keys() <= names


def test_a_protected_person_is_left_out_by_the_policies_that_the_migrations_write() -> None:
    for model in {model for model, field in FIELDS if isinstance(model.fence, Fence) and model.fence.sealed} | {Citizen}:
        assert model.fence.see.count("czrm.sealed") == len(model.fence.sealed), model
        assert "is not true" in model.fence.see
        for writes in (model.fence.change, model.fence.add):
            assert writes == "false" or "czrm.sealed" in writes, model
