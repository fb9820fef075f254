"""What was wrong of somebody is put right, and what was said before is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext

from citizens import definers, states
from citizens.models import Citizen, SourceRecord
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

from .identity import link_of, not_ours
from .registration import PersonData, key_of, learn, row_of, tidied, tokens_of

NAMES = ("kind", "given", "surname", "second_surname", "name")
FIELDS = (*NAMES, "birth", "state", "language", "channel", "care")


@service("citizen.edit")
def correct_citizen(citizen: Citizen, *, changes: dict[str, object], reason: str, by: Actor) -> Citizen:
    """The event names the fields; both values stand in a SourceRecord, which the person and the institution may read."""
    reason = reason.strip()
    if not reason:
        raise Refused("reason_missing", gettext("Say why you correct it: it stays with the old value."))
    citizen = Citizen.objects.get(pk=citizen.pk)
    after = corrected(citizen, changes)
    wanted = {field: value for field, value in after.items() if value != getattr(citizen, field)}
    if not wanted:
        return citizen
    if Citizen.State.PROTECTED in (wanted.get("state"), "state" in wanted and citizen.state):
        raise Refused("invalid_state", gettext("Protection begins and ends with its own deeds, on the page of protected people."))
    if wanted.keys() != {"state"}:
        states.insist(citizen.state, states.EDIT)
    person = PersonData(**{field: after[field] for field in ("kind", "given", "surname", "second_surname", "name", "birth")})  # type: ignore[arg-type]
    renamed = bool(wanted.keys() & set(NAMES))
    row = {field: plain(value) for field, value in wanted.items()} | ({"surname_key": key_of(person)} if renamed else {})
    before = definers.correct(citizen.pk, row, tokens_of(person) if renamed else None)
    if before is None:
        raise not_ours()
    if renamed:
        learn(tokens_of(person))
    link = link_of(citizen.pk, by=by)
    said = {"before": {field: before[field] for field in wanted}, "after": {field: plain(value) for field, value in wanted.items()}}
    SourceRecord.objects.create(
        institution_id=link.institution_id, citizen_id=citizen.pk, origin="correction", payload=said | {"reason": reason, "by": by.name}
    )
    say("citizen.corrected", link, by=by, fields=sorted(wanted))
    return Citizen.objects.get(pk=citizen.pk)


def corrected(citizen: Citizen, changes: dict[str, object]) -> dict[str, object]:
    """All fields as they shall be, tidied as at registration."""
    unknown = changes.keys() - set(FIELDS)
    if unknown:
        raise TypeError(f"not a field of a citizen: {', '.join(sorted(unknown))}")
    asked: dict[str, Any] = {field: changes.get(field, getattr(citizen, field)) for field in FIELDS}
    person = PersonData(**{field: asked[field] for field in (*NAMES, "birth", "care")})
    tidy = row_of(tidied(replace(person, language=asked["language"]), ""))
    if asked["state"] not in Citizen.State.values:
        raise Refused("invalid_state", gettext("Choose one of the states."))
    renamed = NAMES if changes.keys() & set(NAMES) else ()  # what nobody touches stays as it was written
    return asked | {field: tidy[field] for field in (*renamed, "care")}


def plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
