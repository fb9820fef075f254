"""What several services do to rows: lock a case, save it as a new edition, write its dates again."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext

from cases import terms
from cases.models import Case, Document, Entry
from cases.numbers import EntryKind, make_entry_number
from czrm.institutions.models import Office
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.kit.rows import put
from czrm.trail.models import Event

KINDS = {Entry.Direction.IN: EntryKind.ENTRY, Entry.Direction.OUT: EntryKind.EXIT}


class Opened(NamedTuple):
    """A case with its line in the register, the key that follows it (nobody can read it again) and its receipt on paper."""

    case: Case
    entry: Entry
    tracking_key: str
    receipt: Document | None


def locked(case: Case) -> Case:
    """The case as it is now, nobody else's until this transaction ends; one that may only be read is not found."""
    return Case.objects.select_for_update(of=("self",)).select_related("version", "procedure", "institution").get(pk=case.pk)


def same_edition(case: Case, edition: int | None) -> None:
    """Two people at once: the second is told who was first, and loses nothing."""
    if edition is None or edition == case.edition:
        return
    last = Event.objects.filter(case_id=case.pk).order_by("-id").first()
    words = gettext(
        "%(who)s changed this case while you had it open. Nothing of yours was saved: look at it again, and repeat what is still needed."
    )
    raise Refused("changed_meanwhile", words % {"who": last.by if last else gettext("Somebody")})


def saved(case: Case, **fields: Any) -> Case:
    """Write these fields as the next edition."""
    for name, value in fields.items():
        setattr(case, name, value)
    case.edition += 1
    case.save(update_fields=[*fields, "edition"])
    return case


def redated(case: Case) -> dict[str, Any]:
    """The dates that follow from what the rows say now."""
    return dict(terms.schedule(case).dates)


def next_serial(sequence: str) -> int:
    """From a sequence: nobody waits for a counter, and a number may be missing."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval(%s::regclass)", [f"czrm.{sequence}"])
        return int(cursor.fetchone()[0])


def enter(
    case: Case, direction: Entry.Direction, *, at: Any, office: Office | None, presented_by: str, serial: int | None = None, by: Actor
) -> Entry:
    """A line of the official register."""
    number = make_entry_number(KINDS[direction], terms.local(case.institution, at).year, serial or next_serial("entry_number"))
    entry = Entry(case=case, office=office, number=number, direction=direction, presented_by=presented_by, by=by.name, at=at)
    return put(entry, back=("id", "uid"))
