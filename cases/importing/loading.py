"""Requests become cases, a batch a transaction: a kill -9 loses at most the batch at hand, and the next run goes on from there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from typing import Any

from django.db import OperationalError, connection
from django.utils.text import slugify
from django.utils.timezone import now
from psycopg.errors import LockNotAvailable

from cases.lifecycle import FINAL
from cases.models import Case, Procedure, ProcedureVersion
from cases.numbers import YEARS, make_case_number
from czrm.institutions.models import Institution, Team
from czrm.kit.actor import Machine, acting
from czrm.trail.bulk import audited_bulk

from .mapping import Mapping
from .reading import Rejected, Request

BATCH = 2000
COLUMNS = (
    "id", "number", "institution_id", "procedure_id", "version_id", "team_id", "title", "description", "status", "priority",
    "confidentiality", "channel", "answers", "tags", "place", "area", "latitude", "longitude", "reply_name", "reply_email",
    "reply_phone", "opened_at", "promised_at", "due_at", "decided_at", "closed_at", "outcome", "outcome_text", "tracking_digest",
    "external_id", "source", "edition",
)  # fmt: skip
NAMES = ", ".join(COLUMNS)
GRACE = "set local lock_timeout = '1s'"  # an import that was killed has let go by then
ALONE = "select pg_advisory_xact_lock(hashtextextended(%s, 0))"
KEYS = "select nextval(pg_get_serial_sequence('cases_case', 'id')), nextval('czrm.case_number') from generate_series(1, %s)"
INCOMING = f"create temp table if not exists incoming on commit delete rows as select {NAMES} from cases_case with no data"  # noqa: S608
EVENT = "insert into trail_event (institution_id, case_id, kind, by, subject, data, public, at, dispatched_at, attempts)"
OPENED = f"""{EVENT}
 select institution_id, id, 'case.opened', %(by)s, 'cases.case:' || id,
   jsonb_build_object('number', number, 'procedure', p.name, 'channel', channel), true, opened_at, %(now)s, 0
   from incoming join (select id as procedure_id, name from cases_procedure) p using (procedure_id)"""  # noqa: S608
CLOSED = f"""{EVENT}
 select institution_id, id, 'case.closed', %(by)s, 'cases.case:' || id, jsonb_strip_nulls(jsonb_build_object(
   'number', number, 'outcome', outcome, 'reason', nullif(left(outcome_text, 1000), ''),
   'date', case when closed_at is null then 'unknown' end)), true, coalesce(closed_at, %(now)s), %(now)s, 0
   from incoming where status = any(%(ended)s::text[])"""  # noqa: S608


class Busy(RuntimeError):
    """Somebody else is importing the same source into the same institution."""


@dataclass
class Tally:
    """What became of the rows read so far: each is loaded, known already or rejected; `noted` ones are among the first two."""

    read: int = 0
    loaded: int = 0
    known: int = 0
    rejected: int = 0
    noted: int = 0
    report: list[tuple[int, str, str, str]] = field(default_factory=list)  # line, external id, what, why


class Loader:
    """Loads one source into one institution; types become procedures and departments teams as they turn up."""

    def __init__(self, institution: Institution, mapping: Mapping) -> None:
        self.institution, self.mapping = institution, mapping
        self.actor = Machine(f"import {mapping.source}", institution.pk)
        self.procedures: dict[str, tuple[int, int]] = {}
        self.teams: dict[str, int] = {}
        self.known: set[str] = set()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else imports this source here meanwhile.

        The lock is of an open transaction on a connection of its own: it outlives the batches, ends with a process that is killed,
        and holds behind a pooler, where a lock of the session would stay with a connection that somebody else uses next.
        """
        keeper = connection.copy()
        keeper.settings_dict["OPTIONS"].pop("pool", None)  # pools are shared by alias
        try:
            keeper.set_autocommit(False)
            with keeper.cursor() as cursor:
                cursor.execute(GRACE)
                cursor.execute(ALONE, [f"import {self.institution.pk} {self.mapping.source}"])
        except OperationalError as error:
            keeper.close()
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            busy = f"{self.mapping.source} is being imported into {self.institution.slug} already: wait until that has ended"
            raise Busy(busy) from error
        try:
            yield
        finally:
            keeper.close()

    def load(self, rows: Iterable[Request | Rejected]) -> Iterator[Tally]:
        """Yields the tally so far after each batch; its `report` holds the lines of that batch only."""
        tally, rows = Tally(), iter(rows)
        self.known = self.loaded_before()
        while batch := list(islice(rows, BATCH)):
            tally.report = []
            requests = [row for row in batch if isinstance(row, Request)]
            fresh = self.unknown(requests, tally)
            if fresh:
                with acting(self.actor):
                    self.insert(fresh)
            self.known.update(request.external_id for request in fresh)
            tally.read += len(batch)
            tally.loaded += len(fresh)
            tally.known += len(requests) - len(fresh)
            self.tell(batch, tally)
            yield tally

    def tell(self, batch: list[Request | Rejected], tally: Tally) -> None:
        for row in batch:
            if isinstance(row, Rejected):
                tally.rejected += 1
                tally.report.append((row.line, row.external_id, "rejected", row.reason))
            elif row.notes:
                tally.noted += 1
                tally.report.append((row.line, row.external_id, "noted", "; ".join(row.notes)))
        tally.report.sort()

    def unknown(self, requests: list[Request], tally: Tally) -> list[Request]:
        """Those not loaded before, each external id once: the first of them."""
        first: dict[str, Request] = {}
        for request in requests:
            earlier = first.setdefault(request.external_id, request)
            if earlier is not request:
                tally.report.append((request.line, request.external_id, "repeated", f"the same request as line {earlier.line}"))
        return [request for request in first.values() if request.external_id not in self.known]

    def loaded_before(self) -> set[str]:
        """Asked for once: batch by batch, a planner that knows nothing yet of the new rows would read them all again each time."""
        with acting(self.actor):
            here = Case.objects.filter(institution=self.institution, source=self.mapping.source)
            return set(here.values_list("external_id", flat=True).iterator(chunk_size=BATCH))

    def insert(self, requests: list[Request]) -> None:
        places = [(self.procedure(request.procedure), self.team(request.team)) for request in requests]
        with connection.cursor() as cursor:
            cursor.execute(KEYS, [len(requests)])
            rows = [self.row(*each) for each in zip(requests, cursor.fetchall(), places, strict=True)]
            cursor.execute(INCOMING)
            cursor.execute("truncate incoming")
            with cursor.copy(f"copy incoming ({NAMES}) from stdin") as copy:
                for row in rows:
                    copy.write_row(row)
            told = {"source": self.mapping.source, "rows": len(rows), "channels": self.mapping.channels}
            with audited_bulk("institution.requests_imported", self.institution, **told):
                cursor.execute(f"insert into cases_case ({NAMES}) select {NAMES} from incoming")  # noqa: S608
            self.write_events(cursor)

    def row(self, request: Request, keys: tuple[int, int], place: tuple[tuple[int, int], int | None]) -> tuple[object, ...]:
        (pk, serial), ((procedure, version), team) = keys, place
        year = request.opened_at.astimezone(self.mapping.zone).year
        number = make_case_number(self.institution.code, min(max(year, YEARS.start), YEARS.stop - 1), serial)
        return (
            pk, number, self.institution.pk, procedure, version, team, request.title, request.description, request.status, request.priority,
            "normal", request.channel or "import", "{}", [], request.place, request.area, request.latitude, request.longitude, "", "", "",
            request.opened_at, request.promised_at, request.promised_at if request.open else None, request.closed_at, request.closed_at,
            request.outcome, request.outcome_text, "", request.external_id, self.mapping.source, 1,
        )  # fmt: skip

    def write_events(self, cursor: Any) -> None:
        """History is history: born handed on, so that nothing is sent, warned of or swept."""
        values = {"by": self.actor.name, "now": now(), "ended": [str(status) for status in FINAL]}
        cursor.execute(OPENED, values)
        cursor.execute(CLOSED, values)

    def procedure(self, name: str) -> tuple[int, int]:
        """Its address ends in a digest: names that differ only in what an address cannot say stay apart.

        It is retired, for its cases are the past: it takes no new ones until an administrator publishes it.
        """
        if name not in self.procedures:
            slug = f"{slugify(f'{self.mapping.source}-{name}')[:70]}-{sha256(name.encode()).hexdigest()[:6]}"
            made, new = Procedure.objects.get_or_create(
                institution=self.institution, slug=slug,
                defaults={"name": name[:160], "kind": Procedure.Kind.SERVICE, "status": Procedure.Status.RETIRED, "portal": False},
            )  # fmt: skip
            if new:
                made.current = ProcedureVersion.objects.create(procedure=made)
                made.save(update_fields=["current"])
            assert made.current_id is not None
            self.procedures[name] = made.pk, made.current_id
        return self.procedures[name]

    def team(self, name: str) -> int | None:
        if not name:
            return None
        if name not in self.teams:
            self.teams[name] = Team.objects.get_or_create(institution=self.institution, name=name[:120])[0].pk
        return self.teams[name]
