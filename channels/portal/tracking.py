"""Following a case without an account: its number is public, its key is not."""

from __future__ import annotations

from typing import Any

from django.db import connection

from cases.models import Case
from cases.numbers import same_digest
from czrm.kit.actor import Guest, Request, Visitor

IN_SESSION = "tracked"


def find(number: str, digest: str, portal_id: int | None) -> int | None:
    """The case of this portal with this number and this key's digest; the database compares both at once."""
    with connection.cursor() as cursor:
        cursor.execute("select czrm.case_by_tracking(%s, %s, %s)", [number, digest, portal_id])
        row = cursor.fetchone()
    return int(row[0]) if row and row[0] else None


def remember(request: Request, case_id: int, digest: str) -> None:
    """From the next request on the guest sees this case; under a new session key, so that nobody set it beforehand."""
    assert isinstance(request.actor, Guest | Visitor)
    request.session[IN_SESSION] = {"institution": request.actor.portal_id, "case": case_id, "digest": digest}
    request.session.cycle_key()


def forget(request: Request) -> None:
    request.session.pop(IN_SESSION, None)


def in_hand(request: Request) -> Case | None:
    """The case this session may follow, now: a key that was changed meanwhile opens nothing any more."""
    actor: Any = request.actor
    if isinstance(actor, Visitor):
        return None
    case = Case.objects.filter(pk=actor.case_id, institution=actor.portal_id).first() if actor.case_id else None
    if case and same_digest(case.tracking_digest, request.session[IN_SESSION].get("digest", "")):
        return case
    return None


def case_numbered(request: Request, number: str) -> Case | None:
    """The case of the address if this visitor may follow it; a citizen who logged in follows their own."""
    if isinstance(request.actor, Visitor):
        return Case.objects.filter(number=number, institution=request.actor.portal_id).first()
    case = in_hand(request)
    return case if case and case.number == number else None
