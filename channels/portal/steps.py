"""The pages of a request in their order: its questions, what the portal itself asks, and the documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cases import questions
from cases.models import Procedure, ProcedureVersion

from .drafts import Draft

QUESTION = "q-"
CHECK = "check"
WITH_PLACE = {Procedure.Kind.SERVICE, Procedure.Kind.COMPLAINT}
ANONYMOUS, NAMED = "anonymous", "named"


@dataclass(frozen=True)
class Step:
    """`key` stands in the address; `name` is the question of the schema, if it is one."""

    key: str
    title: str
    name: str = ""


def steps(procedure: Procedure, version: ProcedureVersion, draft: Draft) -> list[Step]:
    """What is asked, given what was answered; the place can be forced or spared by the guide's `place`."""
    schema = version.form
    asked = [Step(f"{QUESTION}{name}", title_of(schema, name), name) for name in questions.names(schema, draft.answers)]
    found = asked or [Step("description", _("What do you need?"))]
    if (version.guide or {}).get("place", procedure.kind in WITH_PLACE):
        found.append(Step("place", _("Where is it?")))
    if procedure.anonymous:
        found.append(Step("identity", _("Do you want to give your name?")))
    if not is_anonymous(procedure, draft):
        found += [Step("person", _("Who are you?")), Step("reply", _("How do we answer you?"))]
    return [*found, Step("documents", _("Documents and photos"))]


def is_anonymous(procedure: Procedure, draft: Draft) -> bool:
    return procedure.anonymous and draft.words.get("identity") == ANONYMOUS


def title_of(schema: dict[str, Any], name: str) -> str:
    return str(schema["properties"][name].get("title") or name)


def first_open(found: list[Step], draft: Draft) -> str:
    """Where to go on: the first page not answered, or the last one, where all is checked."""
    return next((step.key for step in found if not draft.is_done(step.key)), CHECK)


def after(found: list[Step], key: str) -> str:
    keys = [step.key for step in found]
    place = keys.index(key) + 1
    return keys[place] if place < len(keys) else CHECK


def before(found: list[Step], key: str) -> str:
    """The page before, or nothing where this is the first."""
    keys = [step.key for step in found] + [CHECK]
    place = keys.index(key)
    return keys[place - 1] if place else ""
