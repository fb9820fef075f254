"""A date as people read it: what is left in words, how much of the term is gone, and why the date is that date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from cases import clock
from cases.clock.words import length_words, moment_words
from cases.lifecycle import CLOCK_ENDED
from cases.models import Case
from cases.models.term import Pause
from cases.terms import Schedule

TONES = {clock.Severity.CALM: "", clock.Severity.SOON: "warn", clock.Severity.LATE: "danger"}
TOTAL = 100  # parts of the bar


@dataclass(frozen=True)
class Reason:
    """One of the two dates with the steps that lead to it."""

    name: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Deadline:
    """What the page shows: `used` of 100 parts, empty `left` where no term runs."""

    left: str
    due: str = ""
    detail: str = ""
    tone: str = ""
    used: int = 0
    total: int = 0
    reasons: tuple[Reason, ...] = ()


def deadline(case: Case, plan: Schedule, now: datetime, pause: Pause | None = None) -> Deadline:
    nearest = plan.nearest
    if nearest is None:
        return Deadline(_("No term"), detail=_("This procedure promises no date and the law sets none."))
    reasons, detail = why(plan), terms_words(plan)
    if case.status in CLOCK_ENDED:
        return ended(case, plan, detail, reasons)
    used = TOTAL if nearest.at is None else gone(nearest.begins, nearest.at, now)
    if pause is not None and (nearest.at is None or nearest.at > now):
        since = _("since %(moment)s") % {"moment": moment_words(plan.calendar.local(pause.started_at))}
        return Deadline(_("Paused"), since, paused_words(plan, nearest), "", used if nearest.at else 0, TOTAL if nearest.at else 0, reasons)
    rest = clock.remaining(nearest, now, plan.calendar)
    assert nearest.at is not None
    due = _("due on %(moment)s") % {"moment": moment_words(nearest.at)}
    same_day = nearest.at.date() == plan.calendar.local(now).date()
    return Deadline(rest.text, "" if same_day else due, detail, TONES[rest.severity], used, TOTAL, reasons)


def short(due_at: datetime | None, status: str, now: datetime, calendar: clock.Calendar) -> tuple[str, str]:
    """What is left, for a row of a list, and its tone."""
    if status in CLOCK_ENDED:
        return "", ""
    if due_at is None:
        return "", ""
    rest = clock.remaining(due_at, now, calendar)
    return rest.text, TONES[rest.severity]


def why(plan: Schedule) -> tuple[Reason, ...]:
    named = ((_("The date we promised"), plan.promised), (_("The date of the law"), plan.legal))
    return tuple(Reason(name, due.texts()) for name, due in named if due)


def terms_words(plan: Schedule) -> str:
    parts = []
    if plan.promised:
        parts.append(_("Promised: %(length)s") % {"length": length_words(plan.promised.term.length)})
    if plan.legal:
        parts.append(_("by law: %(length)s") % {"length": length_words(plan.legal.term.length)})
    return " · ".join(parts)


def paused_words(plan: Schedule, nearest: clock.Due) -> str:
    if nearest.at is None:
        return nearest.steps[-1].text()
    return _("If nothing happens before, it will be due on %(moment)s.") % {"moment": moment_words(nearest.at)}


def ended(case: Case, plan: Schedule, detail: str, reasons: tuple[Reason, ...]) -> Deadline:
    at = case.decided_at or case.closed_at
    if at is None:
        return Deadline(_("Ended"), detail=detail, reasons=reasons)
    words = _("on %(moment)s") % {"moment": moment_words(plan.calendar.local(at))}
    limit = case.due_at
    if limit is None or at <= limit:
        return Deadline(_("Answered in time"), words, detail, "good", reasons=reasons)
    return Deadline(_("Answered late"), words, detail, "danger", reasons=reasons)


def gone(begins: datetime, ends: datetime, now: datetime) -> int:
    whole = (ends - begins).total_seconds()
    return max(0, min(TOTAL, round((now - begins).total_seconds() / whole * TOTAL))) if whole > 0 else TOTAL
