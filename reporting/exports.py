"""Lists of cases, and of people, as files, written in the background: asked for by somebody, fenced as they are, with no limit on the rows.

The row of the Export is the truth. A worker leases it, writes the file a batch at a time, and says after each how far it is; whoever
dies half-way is followed by another once the lease has run out.
"""

from __future__ import annotations

import csv
import logging
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from io import TextIOWrapper
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files import File
from django.db import connection
from django.utils.timezone import now, override
from django.utils.translation import gettext
from django.utils.translation import override as speaking

from cases.export import BOM, safe
from cases.queue import Filters
from citizens.categories import CATEGORIES
from czrm.institutions import roles
from czrm.institutions.models import Institution, Purpose, User
from czrm.kit.actor import Actor, Clerk, Machine, acting
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail import outbox
from czrm.trail.access import looked
from czrm.trail.say import say
from reporting.models import KEPT, Export
from reporting.sources import SOURCES, VERBS, protected_now, seen_in

logger = logging.getLogger(__name__)
BATCH = 2000
LEASE, RETRY = timedelta(minutes=2), timedelta(seconds=20)
MOST_WAITING = 3
MOST_A_DAY = 5  # files of people of one officer
MOST_ATTEMPTS = 3
SHORTEST_REASON = 10  # letters
TASK = "reporting.tasks.write_exports"


@service("case.export")
def ask_export(filters: Filters, *, language: str, by: Actor) -> Export:
    """The file will hold what these filters show; its making and its fetching are both in the access log."""
    made = waiting("cases", {**filters.plain, "queue": filters.open_only}, language, by)
    looked(made, VERBS["cases"], by=by)
    say("export.asked", made, by=by, filters=filters.plain)
    outbox.after_commit(TASK)
    return made


@service("citizen.export")
def ask_people(*, purpose: Purpose, reason: str, categories: Iterable[str], whole: bool, language: str, by: Actor) -> Export:
    """Told at once to those who supervise whoever asks and to the data-protection officer; see also sources.py."""
    assert isinstance(by, Clerk)
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused("no_reason", gettext("Say in a few words why the file is needed."))
    lately = Export.objects.filter(
        user_id=by.user_id, institution=by.institution_id, what="people", created_at__gt=now() - timedelta(days=1)
    )
    if lately.count() >= MOST_A_DAY:
        raise Refused("export.too_often", gettext("You have asked for too many files of people in 24 hours. Wait until tomorrow."))
    wanted = [name for name in CATEGORIES if name in set(categories)]
    asked = {"purpose": purpose.pk, "reason": reason.strip()[:300], "categories": wanted, "whole": whole}
    made = waiting("people", asked, language, by)
    looked(made, VERBS["people"], by=replace(by, purpose_id=purpose.pk), categories=seen_in(made))
    say("export.people_asked", made, by=by, purpose=purpose.code, reason=asked["reason"], categories=wanted, whole=whole)
    outbox.after_commit(TASK)
    return made


def waiting(what: str, query: dict[str, Any], language: str, by: Actor) -> Export:
    assert isinstance(by, Clerk)
    before = Export.objects.filter(user_id=by.user_id, institution=by.institution_id, status__in=("waiting", "running")).count()
    if before >= MOST_WAITING:
        raise Refused("export.too_many", gettext("Your earlier files are still being made. Wait until one is ready."))
    return Export.objects.create(institution_id=by.institution_id, user_id=by.user_id, what=what, query=query, language=language)


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
            export.file.save("list.csv", File(raw), save=False)
            export.status, export.rows, export.leased_until, export.expires_at = Export.Status.READY, written, None, now() + KEPT
            export.save(update_fields=["file", "status", "rows", "leased_until", "expires_at"])


def asker(export: Export) -> Clerk | None:
    """Nobody, once they no longer may."""
    verbs = roles.verbs_held(export.user_id).get(export.institution_id, frozenset())
    user = User.objects.filter(pk=export.user_id, is_active=True).first()
    return Clerk(str(user), export.institution_id, export.user_id, verbs=verbs) if user and VERBS[export.what] in verbs else None


def fill(raw: Any, export: Export, by: Clerk) -> int:
    """Each batch is a transaction of its own, so that how far it is can be seen, and no row is held for long."""
    with acting(by):
        source = SOURCES[export.what](export, by)
        export.query["protected"] = protected_now()
        Export.objects.filter(pk=export.pk).update(query=export.query)
        progress(export, 0, source.total())
    written, last = 0, 0
    with writing(raw) as writer:
        writer.writerow([safe(cell) for cell in source.header()])
        while True:
            with acting(by):
                batch = source.lines(last, BATCH)
                writer.writerows([safe(cell) for cell in line] for _key, line in batch)
                written += len(batch)
                progress(export, written)
            if len(batch) < BATCH:
                return written
            last = batch[-1][0]


@contextmanager
def writing(raw: Any) -> Iterator[Any]:
    """A CSV writer that leaves the file open behind it."""
    text = TextIOWrapper(raw, encoding="utf-8", newline="", write_through=False)
    text.write(BOM)
    yield csv.writer(text)
    text.flush()
    text.detach()


def progress(export: Export, written: int, total: int | None = None) -> None:
    """Refuses to go on with what is no longer there."""
    fields: dict[str, Any] = {"status": Export.Status.RUNNING, "rows": written, "leased_until": now() + LEASE}
    if not Export.objects.filter(pk=export.pk).update(**fields, **({} if total is None else {"total": total})):
        raise Export.DoesNotExist(f"export {export.pk} was removed while it was written")


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
