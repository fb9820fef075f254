"""What an institution lists for its officers: its channels, and how a contact may end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext

from channels import defaults
from channels.models import Channel, ContactResult
from czrm.institutions.context import remembered
from czrm.kit.actor import Actor, Clerk, Machine
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

MOST_KEYS = 9


@dataclass(frozen=True)
class ResultRow:
    name: str
    active: bool = True


@dataclass(frozen=True)
class ChannelRow(ResultRow):
    code: str = ""  # empty: a new one, named after its name


@service("channel.edit")
def set_channels(rows: Sequence[ChannelRow], *, by: Actor) -> list[Channel]:
    """The whole list, in its order; what is not in it any more goes out of use, for contacts remember it."""
    institution_id = own(by)
    check(rows)
    kept: list[Channel] = []
    for position, row in enumerate(rows, 1):
        code = row.code or free_code(slugify(row.name)[:12].strip("-") or "channel", {made.code for made in kept} | {r.code for r in rows})
        channel, _new = Channel.objects.update_or_create(
            institution_id=institution_id, code=code, defaults={"name": row.name.strip(), "active": row.active, "position": position}
        )
        kept.append(channel)
    Channel.objects.filter(institution=institution_id).exclude(pk__in=[channel.pk for channel in kept]).update(active=False)
    transaction.on_commit(partial(defaults.forget, institution_id))
    say("institution.channels_set", remembered(institution_id), by=by, channels=[channel.code for channel in kept if channel.active])
    return kept


@service("result.edit")
def set_results(rows: Sequence[ResultRow], *, by: Actor) -> list[ContactResult]:
    """The whole list, in its order: the first nine in use have a key each."""
    institution_id = own(by)
    check(rows)
    if sum(row.active for row in rows) > MOST_KEYS:
        raise Refused("invalid_too_many", gettext("Nine results at most can be in use: each has one key."))
    before = {made.name: made for made in ContactResult.objects.filter(institution=institution_id)}
    kept = []
    for position, row in enumerate(rows, 1):
        result = before.pop(row.name.strip(), None) or ContactResult(institution_id=institution_id, name=row.name.strip())
        result.position, result.active = position, row.active
        result.save()
        kept.append(result)
    ContactResult.objects.filter(pk__in=[gone.pk for gone in before.values()]).delete()  # contacts keep its words
    say("institution.results_set", remembered(institution_id), by=by, results=[result.name for result in kept if result.active])
    return kept


R = TypeVar("R", bound=ResultRow)


def check(rows: Sequence[R]) -> None:
    names = [row.name.strip().casefold() for row in rows]
    if not all(names):
        raise Refused("invalid_name", gettext("Give each one a name."))
    if len(set(names)) < len(names):
        raise Refused("invalid_name_taken", gettext("Two of them have the same name: change one."))
    if not any(row.active for row in rows):
        raise Refused("invalid_none", gettext("Leave at least one in use."))


def own(by: Actor) -> int:
    if not isinstance(by, Clerk | Machine):
        raise PermissionDenied
    return by.institution_id


def free_code(wanted: str, taken: set[str]) -> str:
    code, number = wanted, 2
    while code in taken:
        code, number = f"{wanted[:9]}-{number}", number + 1
    return code
