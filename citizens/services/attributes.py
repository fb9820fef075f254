"""What an institution wants to know of people beside what is built in: named by an administrator, without code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext

from citizens.attributes import BUILT_IN, FINDABLE, Definition
from citizens.models import Attribute, Fact
from czrm.kit import near
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

from .identity import institution_of

FIELDS = ("label", "hint", "category", "kind", "options", "searchable", "active")
FIXED = ("category", "kind")  # once somebody stated a value: an agreement opens by category, and a kind reads the value
MOST = 100

Vocabulary = dict[tuple[str, int | None], Definition]


@service("attribute.create")
def create_attribute(*, facts: dict[str, Any], by: Actor) -> Attribute:
    own = institution_of(by)
    insist_on_sense(facts)
    insist_on_new_label(facts["label"], own)
    if Attribute.objects.filter(institution=own, active=True).count() >= MOST:
        raise Refused("too_many_attributes", gettext("There are too many attributes: retire those nobody uses first."))
    made = Attribute.objects.create(
        institution_id=own, code=new_code(facts["label"], own), **{name: facts[name] for name in FIELDS if name in facts}
    )
    say("attribute.created", made, by=by, code=made.code, category=made.category)
    remember(own)
    return made


@service("attribute.edit")
def edit_attribute(attribute: Attribute, *, changes: dict[str, Any], by: Actor) -> Attribute:
    """What was stated keeps its value: with values, category and kind stay as they are."""
    attribute = locked(attribute, by=by)
    now = {name: changes.get(name, getattr(attribute, name)) for name in FIELDS}
    insist_on_sense(now)
    insist_on_new_label(now["label"], attribute.institution_id, but=attribute.pk)
    changed = [name for name in FIELDS if now[name] != getattr(attribute, name)]
    if set(changed) & set(FIXED) and stated(attribute):
        raise Refused(
            "attribute_in_use", gettext("People already have a value of it: its category and kind stay. Retire it and make another.")
        )
    if changed:
        for name in changed:
            setattr(attribute, name, now[name])
        attribute.save(update_fields=changed)
        say("attribute.edited", attribute, by=by, code=attribute.code, fields=changed)
        remember(attribute.institution_id)
    return attribute


@service("attribute.retire")
def retire_attribute(attribute: Attribute, *, by: Actor) -> Attribute:
    """Nobody states it any more; what was stated is still shown."""
    attribute = locked(attribute, by=by)
    if attribute.active:
        attribute.active = False
        attribute.save(update_fields=["active"])
        say("attribute.retired", attribute, by=by, code=attribute.code)
        remember(attribute.institution_id)
    return attribute


def locked(attribute: Attribute, *, by: Actor) -> Attribute:
    return Attribute.objects.select_for_update(no_key=True).get(pk=attribute.pk, institution=institution_of(by))


def insist_on_sense(facts: dict[str, Any]) -> None:
    if facts["kind"] == Attribute.Kind.CHOICE and len(set(facts.get("options") or ())) < 2:
        raise Refused("invalid_options", gettext("Write at least two options, one on each line."))
    if facts.get("searchable") and facts["kind"] not in FINDABLE:
        raise Refused(
            "invalid_searchable", gettext("People are found by a text, a number or a date only: choose another kind, or leave it out.")
        )


def insist_on_new_label(label: str, own: int, but: int = 0) -> None:
    taken = Attribute.objects.filter(institution=own, label__iexact=label).exclude(pk=but).exists()
    if taken or label.casefold() in {str(each.label).casefold() for each in BUILT_IN.values()}:
        raise Refused("invalid_name_taken", gettext("There is already one with that name: choose another."))


def new_code(label: str, own: int) -> str:
    """From the name; never one that is built in."""
    start = slugify(label)[:50] or "attribute"
    taken = {*BUILT_IN, *Attribute.objects.filter(institution=own, code__startswith=start).values_list("code", flat=True)}
    return next(code for n in range(1, len(taken) + 2) if (code := start if n == 1 else f"{start}-{n}") not in taken)


def stated(attribute: Attribute) -> bool:
    return Fact.objects.filter(institution=attribute.institution_id, attribute=attribute.code).exists()


def vocabulary(institutions: Iterable[int]) -> Vocabulary:
    """The attributes that values of these institutions are read by: built in, and their own, by code and institution; remembered."""
    known: Vocabulary = {(code, None): definition for code, definition in BUILT_IN.items()}
    missing = []
    for institution in set(institutions):
        held = near.recalled(("attributes", institution))
        if held is None:
            missing.append(institution)
        else:
            known |= held
    if missing:
        for held in fetched(missing).values():
            known |= held
    return known


def fetched(institutions: list[int]) -> dict[int, Vocabulary]:
    found: dict[int, Vocabulary] = {institution: {} for institution in institutions}
    for row in Attribute.objects.filter(institution__in=institutions).order_by("label"):
        found[row.institution_id][row.code, row.institution_id] = definition_of(row)
    for institution, held in found.items():
        near.keep(("attributes", institution), held)
    return found


def remember(institution: int) -> None:
    """As it is now, in this process; the others' memory lasts seconds."""
    fetched([institution])


def definition_of(row: Attribute) -> Definition:
    options = tuple((option, option) for option in row.options)
    return Definition(
        row.code, row.label, row.category, row.kind, options, hint=row.hint, institution_id=row.institution_id, searchable=row.searchable,
        active=row.active,
    )  # fmt: skip


def read_by(known: Vocabulary, code: str, category: str, institution: int) -> Definition:
    """The definition of a value; what nobody defined is a text under its own code."""
    return known.get((code, None)) or known.get((code, institution)) or Definition(code, code, category, institution_id=institution)
