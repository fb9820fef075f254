"""What may be asked for here, remembered for seconds: a filing asks only for its numbers, and whether the offer still stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from cases import clock, terms
from cases.models import Procedure
from czrm.kit import near

DRAW = """select nextval('czrm.case_number'), nextval('czrm.entry_number'), nextval('cases_case_id_seq'), uuidv7(),
    (select current_id from cases_procedure where id = %s and status = 'published'),
    (select edition from cases_calendar where institution_id = %s and "default")"""


class Offer(NamedTuple):
    """A procedure with its version and its institution, and when that institution works. Shared: nobody changes it."""

    procedure: Procedure
    calendar: clock.Calendar


class Drawn(NamedTuple):
    """An offer as it stands now, and the numbers and keys of one filing under it. One may be missing; nobody waits for a counter."""

    offer: Offer
    case_serial: int
    entry_serial: int
    case_id: int
    case_uid: UUID


def draw(procedure_id: int, institution_id: int) -> Drawn:
    """DoesNotExist where this institution has no such procedure."""
    with connection.cursor() as cursor:
        cursor.execute(DRAW, [procedure_id, institution_id])
        *drawn, version, edition = cursor.fetchone()
    key = ("offer", institution_id, procedure_id, version, edition)
    return Drawn(near.remembered(key, lambda: offer_of(procedure_id, institution_id)), *drawn)


def offer_of(procedure_id: int, institution_id: int) -> Offer:
    found = Procedure.objects.select_related("current", "institution").defer("institution__logo", "institution__theme")
    procedure = found.get(pk=procedure_id, institution=institution_id)
    return Offer(procedure, terms.calendar_of(procedure.institution))


def named(slug: str, institution_id: int) -> Procedure | None:
    """The published procedure of this name."""
    key = ("procedure", institution_id, slug)
    return near.remembered(key, lambda: Procedure.objects.filter(slug=slug, institution=institution_id, status="published").first())


def slugs(procedure_ids: Iterable[int]) -> dict[int, str]:
    """Their names in the catalogue, of a provider's too: who sees a case may name its procedure, though not read it."""
    found = {pk: near.recalled(("slug", pk)) for pk in procedure_ids}
    if missing := [pk for pk, slug in found.items() if slug is None]:
        for pk, slug in Procedure._base_manager.filter(pk__in=missing).values_list("pk", "slug"):
            found[pk] = near.keep(("slug", pk), slug)
    return found


def names(institution_id: int) -> dict[str, str]:
    """The procedures that can be asked for here, by their address: what a mandate may be for (see settings.PROCEDURES)."""
    return near.remembered(("names", institution_id), lambda: names_of(institution_id))


def names_of(institution_id: int) -> dict[str, str]:
    found = Procedure.objects.filter(institution=institution_id, status="published", current__isnull=False).order_by("name")
    return dict(found.values_list("slug", "name"))
