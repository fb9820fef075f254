"""What data may be read for: one list for all institutions, kept by the platform's operator, for agreements join them."""

from __future__ import annotations

from django.utils.text import slugify
from django.utils.translation import gettext

from czrm.institutions.models import Purpose
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

from .common import change
from .platform import platform_of


@service("purpose.create")
def create_purpose(*, name: str, legal_basis: str, by: Actor) -> Purpose:
    """Its code comes from its first name and stays: systems of other bodies state it."""
    platform = platform_of(by)
    insist_on_new(name)
    purpose = Purpose.objects.create(code=free_code(name), name=name, legal_basis=legal_basis)
    say("purpose.created", platform, by=by, code=purpose.code)
    return purpose


@service("purpose.edit")
def edit_purpose(purpose: Purpose, *, name: str, legal_basis: str, by: Actor) -> Purpose:
    """Better words for the same: what was read for it stays read for it."""
    platform = platform_of(by)
    purpose = Purpose.objects.select_for_update(no_key=True).get(pk=purpose.pk)
    insist_on_new(name, but=purpose.pk)
    if changed := change(purpose, {"name": name, "legal_basis": legal_basis}, ("name", "legal_basis")):
        say("purpose.edited", platform, by=by, code=purpose.code, fields=changed)
    return purpose


def insist_on_new(name: str, but: int = 0) -> None:
    if Purpose.objects.filter(name__iexact=name).exclude(pk=but).exists():
        raise Refused("invalid_purpose_taken", gettext("There is already a purpose with that name."))


def free_code(name: str) -> str:
    stem = slugify(name)[:50] or "purpose"
    taken = set(Purpose.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(code for code in [stem, *(f"{stem}-{count}" for count in range(2, len(taken) + 3))] if code not in taken)
