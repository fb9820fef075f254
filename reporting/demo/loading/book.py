"""Rows of a year, gathered before any is written: numbered in the order of their time, then poured table by table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from cases.models import Case, Decision, DocumentRequest, Entry, Note, Pause
from cases.numbers import EntryKind, make_entry_number
from channels.models import Contact, ContactQuestion, Notice
from czrm.trail.bulk import audited_bulk
from czrm.trail.models import AccessEntry, Event

from .pouring import Row, next_ids, pour, serials
from .setting import Setting

Pages = tuple[type[models.Model], list[Row]]
SIDES = {Entry.Direction.IN: EntryKind.ENTRY, Entry.Direction.OUT: EntryKind.EXIT}


@dataclass
class Book:
    """What has been gathered for one municipality. `later` fills in what is known only once everything is numbered."""

    setting: Setting
    now: datetime
    cases: list[Row] = field(default_factory=list)
    contacts: list[Row] = field(default_factory=list)
    questions: list[Row] = field(default_factory=list)
    entries: list[Row] = field(default_factory=list)
    requests: list[Row] = field(default_factory=list)
    pauses: list[Row] = field(default_factory=list)
    notes: list[Row] = field(default_factory=list)
    decisions: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    notices: list[Row] = field(default_factory=list)
    looks: list[Row] = field(default_factory=list)
    later: list[Callable[[], None]] = field(default_factory=list)

    def event(self, kind: str, at: datetime, subject: str, by: dict[str, Any], *, data: dict[str, Any], public: bool = False,
              **about: Any) -> None:  # fmt: skip
        self.events.append({"kind": kind, "at": at, "subject": subject, "data": data, "public": public, **by, **about})

    def enter(self, case: Case, direction: Entry.Direction, at: datetime, by: str, presented_by: str, office_id: int | None = None) -> Row:
        row: Row = {"case_id": case.pk, "direction": direction, "at": at, "by": by, "presented_by": presented_by, "office_id": office_id}
        self.entries.append(row)
        return row

    def write(self) -> None:
        """All of it, within what the actor may do; events are born handed on, so that nothing is sent for what is past."""
        self.number()
        with audited_bulk("institution.sample_loaded", self.setting.institution, cases=len(self.cases), contacts=len(self.contacts)):
            pour(Case, self.cases)
        parts: tuple[Pages, ...] = (
            (Contact, self.contacts), (ContactQuestion, self.questions), (Entry, self.entries), (DocumentRequest, self.requests),
            (Pause, self.pauses), (Note, self.notes), (Decision, self.decisions),
        )  # fmt: skip
        for model, rows in parts:
            pour(model, rows)
        uids = dict(DocumentRequest.objects.values_list("pk", "uid"))
        for row in self.events:
            if "request" in row["data"]:
                row["data"]["request"] = str(uids[row["data"]["request"]])
        told: tuple[Pages, ...] = ((Event, self.events), (Notice, self.notices), (AccessEntry, self.looks))
        for model, rows in told:
            pour(model, rows)

    def number(self) -> None:
        """Keys and official numbers follow time, as they would have."""
        code = self.setting.institution.code
        first: tuple[Pages, ...] = ((Entry, self.entries), (Decision, self.decisions), (Event, self.events), (AccessEntry, self.looks))
        for model, rows in first:
            keyed(model, rows)
        for row, serial in zip(self.entries, serials("entry_number", len(self.entries)), strict=True):
            row["number"] = make_entry_number(SIDES[row["direction"]], row["at"].year, serial)
        for row, serial in zip(self.decisions, serials("decision_number", len(self.decisions)), strict=True):
            row["number"] = f"R-{code}-{row['decided_at'].year}-{serial:06d}"
        for fill in self.later:
            fill()
        last: tuple[Pages, ...] = ((ContactQuestion, self.questions), (Pause, self.pauses), (Notice, self.notices))
        for model, rows in last:
            keyed(model, rows)
        shared = {"institution_id": self.setting.institution.pk}
        for row in self.events:
            row.update(shared, dispatched_at=self.now)


def keyed(model: type[models.Model], rows: list[Row]) -> None:
    """In the order of their time, each with its key."""
    rows.sort(key=lambda row: row.get("at") or row.get("decided_at") or row.get("started_at") or row.get("created_at") or 0)
    for row, key in zip(rows, next_ids(model, len(rows)), strict=True):
        row["id"] = key
