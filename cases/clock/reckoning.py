"""`due`: the date of a term, with its pauses and extensions in the order in which they happened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _

from cases.clock import steps as why
from cases.clock.calendars import Calendar
from cases.clock.runs import Run, run
from cases.clock.steps import Step
from cases.clock.terms import DAYS_IN_A_MONTH, Effect, Extension, Late, Length, Pause, Start, Term, Unit, aware
from cases.clock.week import Closed
from czrm.kit.refused import Refused


@dataclass(frozen=True, slots=True)
class Due:
    """The answer. `at` is in the calendar's zone, or None while an open pause stops the term: then nothing can expire.

    `begins`: the moment from which it counts, after a late filing has been moved or the term restarted.
    `left`: while stopped, what is left: days, or minutes for terms in hours and from a moment; else 0.
    """

    term: Term
    begins: datetime
    at: datetime | None
    left: int
    steps: tuple[Step, ...]

    def explain(self) -> tuple[Step, ...]:
        return self.steps

    def data(self) -> list[dict[str, object]]:
        """The steps as plain values, for JSON."""
        return [step.data() for step in self.steps]

    def texts(self) -> tuple[str, ...]:
        """The steps as sentences in the active language."""
        return tuple(step.text() for step in self.steps)


def due(
    term: Term,
    start: datetime,
    calendar: Calendar,
    *,
    pauses: Iterable[Pause] = (),
    extensions: Iterable[Extension] = (),
    urgent: bool = False,
) -> Due:
    """When a term that `start` set off falls due, and why. Promised and legal dates are two calls.

    A pause that begins at expiry or later changes nothing; pauses that overlap count once. Refused, with these codes, where the law
    says no: extension_after_expiry, extension_twice (Ley 19.880 art. 26, Ley 39/2015 art. 32), extension_too_long.
    """
    reckoning = _Reckoning(term, aware(start), calendar, urgent=urgent)
    events: list[Pause | Extension] = sorted((*pauses, *extensions), key=_when)
    for event in events:
        if isinstance(event, Pause):
            reckoning.pause(event)
        else:
            reckoning.extend(event)
    return reckoning.answer()


def arrival(term: Term, moment: datetime, calendar: Calendar) -> datetime:
    """When something that arrives counts as arrived.

    On a non-working day, at the first hour of the next working day: Ley 19.880 art. 25 (Chile), Ley 39/2015 art. 31.2 (Spain).
    """
    local = calendar.local(moment)
    if term.late is Late.NEXT_OPENING:
        return local if calendar.open(local) else calendar.opening(local)
    if term.late is Late.NEXT_WORKING_DAY and not calendar.works(local.date()):
        return calendar.first_hour(calendar.working_day(local.date()))
    return local


class _Reckoning:
    """The run so far and the steps that led to it."""

    def __init__(self, term: Term, start: datetime, calendar: Calendar, *, urgent: bool) -> None:
        self.calendar = calendar
        self.term = term.halved() if urgent else term
        self.steps: list[Step] = [why.Received(calendar.local(start), term.trigger)]
        self.held: list[tuple[date, date]] = []
        self.stopped: Pause | None = None
        self._begin(start)
        if self.term != term:
            self.steps.append(why.Halved(term.length, self.term.length))
            self.counted = len(self.steps)

    def _begin(self, start: datetime) -> None:
        counts_as = arrival(self.term, start, self.calendar)
        if counts_as != start:
            self.steps.append(why.Deferred(self.calendar.local(start), counts_as, self.calendar.closed(self.calendar.local(start).date())))
        self.start, self.resumed, self.extended = start, start, False
        self.run: Run = run(self.term, counts_as, self.calendar)
        self.counted = len(self.steps)

    def pause(self, pause: Pause) -> None:
        over = pause.until is not None and pause.until <= self.start
        if self.stopped or over or pause.since >= self.run.end():
            return
        until, capped = self._ends(pause)
        if until is None:
            self.stopped = pause
        elif pause.effect is Effect.RESTART and not capped:
            self._restart(pause)
        elif until > self.resumed:
            self._hold(pause, until, capped)

    def _ends(self, pause: Pause) -> tuple[datetime | None, Length | None]:
        """When the term runs again, and the cap if that is why. A cap is not moved off a non-working day: it may in no case be exceeded."""
        arrived = None if pause.until is None else arrival(self.term, pause.until, self.calendar)
        if pause.cap is None:
            return arrived, None
        rules = Term(pause.cap.amount, pause.cap.unit, Start.NEXT_DAY, rolls=False, days=pause.cap.days)
        last = run(rules, pause.since, self.calendar).end()
        return (arrived, None) if arrived is not None and arrived <= last else (last, pause.cap)

    def _restart(self, pause: Pause) -> None:
        assert pause.until is not None
        local = self.calendar.local
        self.steps.append(why.Restarted(local(pause.since), local(pause.until), pause.cause, pause.article))
        self.held.clear()
        self._begin(pause.until)

    def _hold(self, pause: Pause, until: datetime, capped: Length | None) -> None:
        since = max(pause.since, self.resumed, self.start if self.run.unit.in_months else self.run.begins)
        if since >= until:
            return
        held = self.run.hold(since, until)
        since, self.resumed = self.calendar.local(since), until
        self.held.append((since.date(), until.date()))
        self.steps.append(why.Paused(since, self.calendar.local(until), pause.cause, pause.article, held, self.run.told_in, capped))

    def extend(self, extension: Extension) -> None:
        if self.extended:
            raise Refused("extension_twice", _("This term has already been extended. It can be extended only once: decide before it ends."))
        if not self.stopped and extension.granted > self.run.end():
            raise Refused("extension_after_expiry", _("This term has ended and can no longer be extended. Decide the case now."))
        extra = self._extra(extension)
        self.run.lengthen(extra)
        self.extended = True
        self.steps.append(why.Extended(self.calendar.local(extension.granted), extra, extension.reason, extension.article))

    def _extra(self, extension: Extension) -> Length:
        """A share is rounded down, for the law says how much at most: half (Ley 19.880 art. 26), as much again (Ley 39/2015 art. 23)."""
        length = self.term.length
        extra = Length(extension.by, length.unit) if isinstance(extension.by, int) else length.times(extension.by, up=False)
        most = self.term.may_extend
        if extra is None or (most is not None and _size(extra) > _size(length) * most):
            raise Refused("extension_too_long", _("The law does not allow so long an extension of this term. Choose a shorter one."))
        return extra

    def answer(self) -> Due:
        term, begins = self.term, self.run.begins
        start = Start.NEXT_DAY if term.unit.in_months else term.start
        counted: list[Step] = [why.Counted(term.length, begins, start, term.article), *self._skipped()]
        steps = [*self.steps[: self.counted], *counted, *self.steps[self.counted :]]
        if self.stopped is None:
            return Due(term, begins, self.run.end(), 0, (*steps, *self._ending()))
        left = self.run.left(max(self.stopped.since, self.resumed))
        since = self.calendar.local(self.stopped.since)
        stopped = why.Stopped(since, self.stopped.cause, self.stopped.article, left, self.run.told_in)
        return Due(term, begins, None, left, (*steps, stopped))

    def _skipped(self) -> list[Step]:
        if not self.run.unit.working:
            return []
        last = self.calendar.local(self.stopped.since).date() if self.stopped else self.run.end().date()
        met = [day for day in self.calendar.holidays(self.run.begins.date(), last) if not self._in_a_pause(day)]
        return [why.Skipped(tuple(met))] if met else []

    def _in_a_pause(self, day: Closed) -> bool:
        return any(since < day.on <= until for since, until in self.held)

    def _ending(self) -> list[Step]:
        end, unmoved = self.run.end(), self.run.unmoved()
        steps: list[Step] = [why.MonthEnd(unmoved)] if self._short_month(unmoved) else []
        because = self.calendar.closed(unmoved)
        if end.date() != unmoved and because is not None:
            steps.append(why.Rolled(because, end.date()))
        return [*steps, why.Falls(end)]

    def _short_month(self, last: date) -> bool:
        whole = self.run.unit.in_months and not self.held and not self.term.days
        return whole and last.day < self.run.begins.day


def _when(event: Pause | Extension) -> datetime:
    return (event.since if isinstance(event, Pause) else event.granted).astimezone(UTC)


def _size(length: Length) -> int:
    """A length in its own unit, with months and years in days so that a half month can be compared."""
    if not length.unit.in_months:
        return length.amount
    return length.amount * (12 if length.unit is Unit.YEAR else 1) * DAYS_IN_A_MONTH + length.days
