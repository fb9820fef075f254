"""How an agreement stands, in words: pure, but for the names of the two sides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import now
from django.utils.translation import gettext

from .models import Agreement, Institution
from .sharing import listed

SOON = timedelta(days=30)


@dataclass(frozen=True)
class Side:
    """One of the two: who approved for it and when, and since when it suspends."""

    body: Institution
    approved_by: int | None
    approved_at: datetime | None
    suspended_at: datetime | None


@dataclass(frozen=True)
class Standing:
    """`key` is draft, waiting, stale, later, in_force, soon, suspended, revoked, withdrawn or lapsed."""

    key: str
    words: str
    tone: str = ""


def sides(one: Agreement) -> tuple[Side, Side]:
    return (
        Side(one.provider, one.provider_approved_by, one.provider_approved_at, one.provider_suspended_at),
        Side(one.consumer, one.consumer_approved_by, one.consumer_approved_at, one.consumer_suspended_at),
    )


def side_of(one: Agreement, institution_id: int) -> Side:
    return next(side for side in sides(one) if side.body.pk == institution_id)


def standing(one: Agreement, at: datetime | None = None) -> Standing:
    at, over = at or now(), one.valid_to <= (at or now())
    if one.status == Agreement.Status.REVOKED:
        signed = all(side.approved_at for side in sides(one))
        return Standing("revoked", gettext("Revoked")) if signed else Standing("withdrawn", gettext("Withdrawn before it was signed"))
    if one.status == Agreement.Status.DRAFT:
        return drafted(one, over=over)
    if over:
        return Standing("lapsed", gettext("Over: its term has ended"))
    if one.status == Agreement.Status.SUSPENDED:
        who = listed([str(side.body) for side in sides(one) if side.suspended_at])
        return Standing("suspended", gettext("Suspended by %(who)s") % {"who": who})
    if one.valid_from > at:
        return Standing("later", gettext("Signed, not in force yet"), "brand")
    if one.valid_to <= at + SOON:
        return Standing("soon", gettext("In force, ends soon"), "warn")
    return Standing("in_force", gettext("In force"), "good")


def drafted(one: Agreement, *, over: bool) -> Standing:
    missing = [str(side.body) for side in sides(one) if side.approved_by is None]
    if over:
        return Standing("stale", gettext("Draft whose term is already over"))
    if len(missing) == 2:
        return Standing("draft", gettext("Draft, nobody has approved it yet"))
    return Standing("waiting", gettext("Waits for the approval of %(who)s") % {"who": listed(missing)}, "brand")
