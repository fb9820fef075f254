"""What becomes of a request: who takes it, what is asked, when it ends. Pure: a plan of steps, cut off where the present is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from cases.clock import Calendar

from .dice import pick
from .rhythm import after

HOURS = 8.0  # of a working day
NO_TERM = 5  # working days that something without a term takes
MOST = 7.0  # times the term
STUCK, HOW_LONG = 0.07, (2.0, 7.0)  # of them, some wait for a spare part, a visit, a colleague; so many times as long
ANSWERS = 0.86  # of those asked
DAYS_TO_ANSWER = 5
NOTES = 0.3
STATUS = {
    "case.started": "in_progress", "case.citizen_asked": "waiting_citizen", "case.citizen_answered": "in_progress",
    "case.resumed": "in_progress", "case.decided": "decided", "case.closed": "closed",
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """Something that happens to a case: `by` is a key of the staff, or "citizen"; `text` what is said with it."""

    kind: str
    at: datetime
    by: str
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Hands:
    """Through whose hands a request goes, as keys of the staff."""

    desk: str
    team: list[str]
    chief: str
    signer: str


def status_of(steps: list[Step]) -> str:
    moved = [STATUS[step.kind] for step in steps if step.kind in STATUS]
    return moved[-1] if moved else "received"


class Course:
    """The steps of one request, drawn from the `work` of its procedure."""

    def __init__(self, calendar: Calendar, work: Mapping[str, Any], promised: Mapping[str, Any], rng: Random) -> None:
        self.calendar, self.work, self.rng = calendar, work, rng
        self.term = days_of(promised) * HOURS

    def steps(self, opened: datetime, hands: Hands, haste: float) -> list[Step]:
        """`haste` below 1 is a quicker time than usual."""
        rng = self.rng
        pace = self.work["pace"] * haste * rng.lognormvariate(0, self.work["spread"])
        whole = min(MOST, pace * (rng.uniform(*HOW_LONG) if rng.random() < STUCK else 1)) * self.term
        assigned = after(self.calendar, opened, min(0.3 * whole, rng.uniform(0.1, 4)))
        clerk = rng.choice(hands.team)
        by = clerk if clerk == hands.desk else hands.chief
        begun = after(self.calendar, assigned, min(0.4 * whole, rng.uniform(0.1, 10)))
        found = [Step("case.assigned", assigned, by, data={"assignee": clerk}), Step("case.started", begun, clerk)]
        if rng.random() < NOTES:
            found.append(Step("case.note_added", after(self.calendar, begun, 0.2 * whole), clerk, rng.choice(self.work["notes"])))
        ends = max(after(self.calendar, opened, whole), after(self.calendar, found[-1].at, 0.3))
        if rng.random() < self.work["asks"]:
            found += self.question(after(self.calendar, found[-1].at, rng.uniform(0.2, 3)), clerk)
            ends = after(self.calendar, found[-1].at, rng.uniform(0.3, 0.7) * whole)
        return found + self.end(ends, clerk, hands.signer)

    def question(self, at: datetime, clerk: str) -> list[Step]:
        rng = self.rng
        asked = Step("case.citizen_asked", at, clerk, self.work["ask"], {"days": DAYS_TO_ANSWER, "article": self.work.get("article", "")})
        if rng.random() > ANSWERS:
            return [asked, Step("case.resumed", after(self.calendar, at, (DAYS_TO_ANSWER + 1) * HOURS), clerk)]
        replied = at + timedelta(hours=rng.uniform(3, 24 * DAYS_TO_ANSWER))
        return [asked, Step("case.citizen_answered", replied, "citizen", rng.choice(self.work["replies"]))]

    def end(self, at: datetime, clerk: str, signer: str) -> list[Step]:
        if "decides" not in self.work:
            return [Step("case.closed", at, clerk, self.rng.choice(self.work["answers"]), {"outcome": "answered"})]
        kind = pick(self.rng, self.work["decides"])
        told = after(self.calendar, at, self.rng.uniform(0.5, 14))
        words = self.work["decisions"][kind]
        return [
            Step("case.decided", at, signer, words["text"], {"kind": kind, "grounds": words["grounds"]}),
            Step("case.notified", told, clerk),
            Step("case.closed", after(self.calendar, told, 0.1), clerk, "", {"outcome": kind}),
        ]


def days_of(promised: Mapping[str, Any]) -> float:
    """A promised term in working days, near enough."""
    amount = float(promised.get("amount") or NO_TERM)
    return amount * 5 / 7 if promised.get("unit") == "calendar_day" else amount
