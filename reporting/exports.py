"""Lists of cases as files, written in the background: asked for by somebody, fenced as they are, with no limit on the rows.

The row of the Export is the truth. A worker leases it, writes the file a batch at a time, and says after each how far it is; whoever
dies half-way is followed by another once the lease has run out.
"""

from __future__ import annotations

import csv
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import TextIOWrapper
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files import File
from django.db import connection
from django.utils.timezone import now, override
from django.utils.translation import gettext
from django.utils.translation import override as speaking

from cases import export as lines
from cases import queue, terms
from cases.models import Case
from cases.queue import Filters
from czrm.institutions import roles
from czrm.institutions.models import Institution, Seat, User
from czrm.kit.actor import Actor, Clerk, Machine, acting
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail import outbox
from czrm.trail.access import looked
from czrm.trail.say import say
from reporting.models import KEPT, Export

logger = logging.getLogger(__name__)
BATCH = 2000
LEASE, RETRY = timedelta(minutes=2), timedelta(seconds=20)
MOST_WAITING = 3
MOST_ATTEMPTS = 3
VERB = "case.export"
TASK = "reporting.tasks.write_exports"


@service(VERB)
def ask_export(filters: Filters, *, language: str, by: Actor) -> Export:
    """The file will hold what these filters show; its making and its fetching are both in the access log."""
    assert isinstance(by, Clerk)
    waiting = Export.objects.filter(user_id=by.user_id, institution=by.institution_id, status__in=("waiting", "running")).count()
    if waiting >= MOST_WAITING:
        raise Refused("export.too_many", gettext("Your earlier files are still being made. Wait until one is ready."))
    query = {**filters.plain, "queue": filters.open_only}
    made = Export.objects.create(institution_id=by.institution_id, user_id=by.user_id, query=query, language=language)
    looked(made, VERB, by=by)
    say("export.asked", made, by=by, filters=filters.plain)
    outbox.after_commit(TASK)
    return made


def write_waiting() -> int:
    """Write what waits, of every institution; those another worker is at are left to it."""
    with connection.cursor() as cursor:
        cursor.execute("select id, institution_id from czrm.lease_exports(1)")
        leased: list[tuple[int, int]] = cursor.fetchall()
    for export_id, institution_id in leased:
        try:
            write(export_id, institution_id)
        except Exception:
            logger.exception("export not written", extra={"export_id": export_id})
            give_back(export_id, institution_id)
    return len(leased)


def give_back(export_id: int, institution_id: int) -> None:
    """To be tried again in a while, a few times."""
    with acting(Machine("export", institution_id)):
        here = Export.objects.filter(pk=export_id)
        here.filter(attempts__gte=MOST_ATTEMPTS).update(status=Export.Status.FAILED, leased_until=None)
        here.filter(attempts__lt=MOST_ATTEMPTS).update(leased_until=now() + RETRY)


def write(export_id: int, institution_id: int) -> None:
    """Act as the one who asked, with what they may do now."""
    machine = Machine("export", institution_id)
    with acting(machine):
        export = Export.objects.get(pk=export_id)
        by = asker(export)
        if by is None or export.attempts > MOST_ATTEMPTS:
            Export.objects.filter(pk=export_id).update(status=Export.Status.FAILED, leased_until=None)
            return
        institution = Institution.objects.get(pk=institution_id)
    with override(ZoneInfo(institution.time_zone)), speaking(export.language), tempfile.TemporaryFile() as raw:
        written = fill(raw, export, by)
        raw.seek(0)
        with acting(machine):
            export.file.save("cases.csv", File(raw), save=False)
            export.status, export.rows, export.leased_until, export.expires_at = Export.Status.READY, written, None, now() + KEPT
            export.save(update_fields=["file", "status", "rows", "leased_until", "expires_at"])


def asker(export: Export) -> Clerk | None:
    """Nobody, once they no longer may."""
    verbs = roles.verbs_held(export.user_id).get(export.institution_id, frozenset())
    user = User.objects.filter(pk=export.user_id, is_active=True).first()
    return Clerk(str(user), export.institution_id, export.user_id, verbs=verbs) if user and VERB in verbs else None


def fill(raw: Any, export: Export, by: Clerk) -> int:
    """Each batch is a transaction of its own, so that how far it is can be seen, and no row is held for long."""
    with acting(by):
        rows = listed(by, export.query)
        progress(export, 0, rows.count())
    written, last = 0, 0
    with writing(raw) as writer:
        writer.writerow(lines.header())
        while True:
            with acting(by):
                batch = list(detailed(rows.filter(pk__gt=last))[:BATCH])
                writer.writerows([lines.safe(cell) for cell in lines.line(case)] for case in batch)
                written += len(batch)
                progress(export, written)
            if len(batch) < BATCH:
                return written
            last = batch[-1].pk


@contextmanager
def writing(raw: Any) -> Iterator[Any]:
    """A CSV writer that leaves the file open behind it."""
    text = TextIOWrapper(raw, encoding="utf-8", newline="", write_through=False)
    text.write(lines.BOM)
    yield csv.writer(text)
    text.flush()
    text.detach()


def listed(by: Clerk, query: dict[str, Any]) -> queue.Rows:
    filters = Filters.of(query, open_only=bool(query.get("queue")))
    calendar = terms.calendar_of(Institution.objects.get(pk=by.institution_id))
    seats = Seat.objects.filter(membership__user=by.user_id, membership__institution=by.institution_id)
    seen = queue.Seen.by(calendar, now(), list(seats.values_list("team_id", flat=True)))
    return queue.tabbed(queue.base(by, filters), filters.tab, by, seen)


def detailed(rows: queue.Rows) -> queue.Rows:
    return rows.select_related("procedure", "team", "assignee").defer("answers", "description", "outcome_text").order_by("pk")


def progress(export: Export, written: int, total: int | None = None) -> None:
    """Refuses to go on with what is no longer there."""
    fields: dict[str, Any] = {"status": Export.Status.RUNNING, "rows": written, "leased_until": now() + LEASE}
    if not Export.objects.filter(pk=export.pk).update(**fields, **({} if total is None else {"total": total})):
        raise Case.DoesNotExist(f"export {export.pk} was removed while it was written")


def forget_expired() -> int:
    """Files and rows whose day is over, of every institution."""
    with connection.cursor() as cursor:
        cursor.execute("select id, institution_id from czrm.expired_exports(100)")
        expired: list[tuple[int, int]] = cursor.fetchall()
    for export_id, institution_id in expired:
        with acting(Machine("export", institution_id)):
            for export in Export.objects.filter(pk=export_id):
                export.file.delete(save=False)
                export.delete()
    return len(expired)
