"""From a row of a source to a request of ours: pure, so that every kind of dirt is a line in a table of tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cases.lifecycle import OPEN, Status

from .mapping import PRIORITIES, Column, Mapping

ID_LENGTH = 80
YEARS = range(1900, 2200)  # beyond them a date stands for none: 0001-01-01, 9999-12-31
MAPPED = ("status", "team", "channel", "priority")


@dataclass(frozen=True)
class Request:
    """A row that goes in; times are in UTC, `notes` tell what could not be read of it."""

    line: int
    external_id: str
    procedure: str
    team: str
    channel: str
    title: str
    description: str
    status: str
    priority: int
    opened_at: datetime
    promised_at: datetime | None
    closed_at: datetime | None
    place: str
    area: str
    latitude: float | None
    longitude: float | None
    outcome: str
    outcome_text: str
    notes: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        return self.status in OPEN


@dataclass(frozen=True)
class Rejected:
    """A row that stays out, and why."""

    line: int
    external_id: str
    reason: str


def read(rows: Iterable[tuple[int, dict[str, str]]], mapping: Mapping) -> Iterator[Request | Rejected]:
    """Rows with the line of the file where each begins. Only a negative duration or an unreadable opening keeps one out."""
    for line, row in rows:
        yield one(line, row, mapping)


def one(line: int, row: dict[str, str], mapping: Mapping) -> Request | Rejected:
    notes: list[str] = []
    external_id = identity(row, mapping, notes)
    opened = moment(row, mapping.opened, mapping)
    if opened is None:
        return Rejected(line, external_id, "unreadable opening")
    closed, promised = noted(row, mapping, "closed", notes), noted(row, mapping, "promised", notes)
    if closed is not None and closed < opened:
        return Rejected(line, external_id, "negative duration")
    notes += [f"unknown {name}: {column.raw(row)}" for name in MAPPED if not (column := getattr(mapping, name)).knows(row)]
    procedure = mapping.procedure.text(row)
    if not procedure:
        notes.append("no type")
    status = mapping.status.text(row) or Status.IN_PROGRESS
    closed = agreed(status, closed, mapping, notes)
    latitude, longitude = place(row, mapping, notes)
    title = mapping.title.text(row) or procedure or mapping.unknown_procedure
    return Request(
        line=line, external_id=external_id, procedure=procedure or mapping.unknown_procedure, team=mapping.team.text(row),
        channel=mapping.channel.text(row)[:12], title=" ".join(title.split())[:200], description=mapping.description.text(row),
        status=status, priority=priority(row, mapping, notes), opened_at=opened, promised_at=promised, closed_at=closed,
        place=mapping.place.text(row)[:240], area=mapping.area.text(row)[:80], latitude=latitude, longitude=longitude,
        outcome=mapping.outcome.text(row)[:20], outcome_text=mapping.outcome_text.text(row), notes=tuple(notes),
    )  # fmt: skip


def identity(row: dict[str, str], mapping: Mapping, notes: list[str]) -> str:
    """The source's own; a row without one, or with one too long to keep, is known by its contents."""
    parts = [row.get(name, "").strip() for name in mapping.external_id]
    found = "-".join(parts)
    if all(parts) and len(found) <= ID_LENGTH:
        return found
    notes.append("no identifier: it is known by its contents" if not all(parts) else "identifier too long: it is known by its contents")
    return f"row-{sha256(repr(sorted(row.items())).encode()).hexdigest()[:32]}"


def agreed(status: str, closed: datetime | None, mapping: Mapping, notes: list[str]) -> datetime | None:
    """The end of a request, where its status has ended; an ended one without a date keeps its end unknown."""
    if status in OPEN and closed is not None:
        notes.append("open with a closing date, which is left out")
        return None
    if status not in OPEN and closed is None and mapping.closed.column and "unreadable date: closed" not in notes:
        notes.append("ended without a date")
    return closed


def noted(row: dict[str, str], mapping: Mapping, name: str, notes: list[str]) -> datetime | None:
    """A date that may be missing; one that is there and cannot be read is unknown, and said so."""
    column: Column = getattr(mapping, name)
    found = moment(row, column, mapping)
    if found is None and column.text(row):
        notes.append(f"unreadable date: {name}")
    return found


def moment(row: dict[str, str], column: Column, mapping: Mapping) -> datetime | None:
    text = column.text(row)
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text) if column.format == "iso" else datetime.strptime(text, column.format)  # noqa: DTZ007
    except ValueError:
        return None
    if found.year not in YEARS:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=mapping.zone)).astimezone(UTC)


def place(row: dict[str, str], mapping: Mapping, notes: list[str]) -> tuple[float | None, float | None]:
    """Both coordinates, or neither."""
    latitude, longitude = mapping.latitude.text(row), mapping.longitude.text(row)
    try:
        found = float(latitude), float(longitude)
    except ValueError:
        found = None
    if found and abs(found[0]) <= 90 and abs(found[1]) <= 180:  # false for NaN too
        return found
    if latitude or longitude:
        notes.append("unreadable coordinates")
    return None, None


def priority(row: dict[str, str], mapping: Mapping, notes: list[str]) -> int:
    text = mapping.priority.text(row) or PRIORITIES[-1]
    if text in PRIORITIES:
        return int(text)
    notes.append(f"unknown priority: {text}")
    return int(PRIORITIES[-1])
