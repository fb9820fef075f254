"""Which dates of open cases a calendar moves, and moving them.

Only running terms move: of a decided case the date stays what it was. A case whose procedure sets no term keeps what it came with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db.models import Prefetch, QuerySet
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from cases import clock, terms
from cases.clock.words import moment_words
from cases.lifecycle import CLOCK_ENDED, OPEN
from cases.models import Calendar, Case, Pause, ProcedureVersion
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.trail.bulk import audited_bulk
from czrm.trail.say import say

AT_ONCE = 2_000  # open cases that a page moves by itself
BATCH = 500
SHOWN = 5
DATES: dict[str, Promise] = {"promised_at": _("The date we promised"), "legal_at": _("The date of the law")}
FIELDS = (*DATES, "due_at")
RUNNING = sorted(OPEN - CLOCK_ENDED)
READ = ("number", "institution", "citizen", "version", "opened_at", *FIELDS)


@dataclass(frozen=True)
class Shift:
    """One date of a case; empty where its term stands still."""

    label: Promise
    old: str
    new: str


@dataclass(frozen=True)
class Move:
    case: Case
    dates: dict[str, datetime | None]

    @property
    def changed(self) -> list[str]:
        return [name for name in FIELDS if getattr(self.case, name) != self.dates[name]]

    @property
    def shifts(self) -> list[Shift]:
        changed = self.changed
        return [
            Shift(label, spoken(getattr(self.case, name)), spoken(self.dates[name])) for name, label in DATES.items() if name in changed
        ]


@dataclass(frozen=True)
class Movement:
    """What a calendar would do: of the `open` cases the first AT_ONCE were `counted`."""

    open: int
    counted: int
    moved: int
    first: tuple[Move, ...]

    @property
    def later(self) -> bool:
        return self.open > AT_ONCE


class Batch(NamedTuple):
    moved: int
    after: int | None  # None: there are no more


def preview(institution_id: int, calendar: clock.Calendar) -> Movement:
    rows = running(institution_id)
    cases = list(with_terms(rows[:AT_ONCE]))
    total = len(cases) if len(cases) < AT_ONCE else rows.count()
    moves = sorted((move for move in counted(cases, calendar) if move and move.changed), key=soonest)
    return Movement(total, len(cases), len(moves), tuple(moves[:SHOWN]))


def lost(institution_id: int, calendar: clock.Calendar) -> list[str]:
    """The numbers of open cases that the clock would refuse to count: their extension would have been granted too late."""
    extended = list(with_terms(running(institution_id).filter(extension__isnull=False)))
    return [case.number for case, move in zip(extended, counted(extended, calendar), strict=True) if move is None]


def redate_batch(row: Calendar, calendar: clock.Calendar, after: int = 0, *, by: Actor, size: int = BATCH) -> Batch:
    """Move the dates of the next open cases by key; an event for each that moves, and one for the whole."""
    rows = running(row.institution_id).filter(pk__gt=after).select_for_update(of=("self",))
    cases = list(with_terms(rows[:size]))
    moves = [(move, changed) for move in counted(cases, calendar) if move and (changed := move.changed)]
    if moves:
        with audited_bulk("calendar.cases_redated", row, moved=len(moves)):
            for move, changed in moves:
                write(move, changed, by)
            Case.objects.bulk_update([move.case for move, _changed in moves], FIELDS, batch_size=size)
    return Batch(len(moves), cases[-1].pk if len(cases) == size else None)


def write(move: Move, changed: list[str], by: Actor) -> None:
    old = {name: plain(getattr(move.case, name)) for name in changed}
    for name in FIELDS:
        setattr(move.case, name, move.dates[name])
    say("case.redated", move.case, by=by, old=old, new={name: plain(move.dates[name]) for name in changed})


def running(institution_id: int) -> QuerySet[Case]:
    return Case.objects.filter(institution=institution_id, closed_at__isnull=True, status__in=RUNNING).order_by("pk")


def with_terms(rows: QuerySet[Case]) -> QuerySet[Case]:
    """With all that their dates hang on: four queries, however many cases."""
    return rows.only(*READ).prefetch_related(
        Prefetch("version", ProcedureVersion.objects.only("promised", "legal")),
        Prefetch("pauses", Pause.objects.order_by("started_at", "pk")),
        "extension",
    )


def counted(cases: Iterable[Case], calendar: clock.Calendar) -> Iterator[Move | None]:
    """None: the clock refuses this case."""
    for case in cases:
        try:
            plan = terms.reckon(case, calendar, case.pauses.all(), getattr(case, "extension", None))
        except Refused:
            yield None
        else:
            yield Move(case, plan.dates if plan.nearest else {name: getattr(case, name) for name in FIELDS})


def soonest(move: Move) -> tuple[bool, datetime]:
    at: Any = move.dates["due_at"]
    return at is None, at or datetime.max.replace(tzinfo=UTC)


def spoken(moment: datetime | None) -> str:
    return moment_words(localtime(moment)) if moment else ""


def plain(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
