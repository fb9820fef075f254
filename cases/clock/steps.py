"""Why a date is that date: one small value per step, and its sentence in the reader's language.

`data()` gives the step as plain values for JSON: its kind, dates and moments in ISO 8601, lengths as amount, unit and days.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from typing import ClassVar

from django.utils.translation import gettext as _

from cases.clock.terms import Length, Start, Trigger, Unit
from cases.clock.week import Closed
from cases.clock.words import amount_words, day_words, length_words, moment_words


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `text` says it in a sentence."""

    kind: ClassVar[str] = ""

    def text(self) -> str:
        raise NotImplementedError

    def data(self) -> dict[str, object]:
        return {"kind": self.kind} | {field.name: _plain(getattr(self, field.name)) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class Received(Step):
    """What started the term."""

    kind: ClassVar[str] = "received"
    at: datetime
    trigger: Trigger

    def text(self) -> str:
        texts = {
            Trigger.RECEPTION: _("Received on %(moment)s."),
            Trigger.COMPETENT_BODY: _("Received by the competent body on %(moment)s."),
            Trigger.READINESS: _("Certified as ready to be decided on %(moment)s."),
            Trigger.NOTICE: _("Notified on %(moment)s."),
            Trigger.ORDER: _("Ordered on %(moment)s."),
        }
        return texts[self.trigger] % {"moment": moment_words(self.at)}


@dataclass(frozen=True, slots=True)
class Deferred(Step):
    """It arrived when nobody works, so it counts as arrived later; `because` is the non-working day, if it is one."""

    kind: ClassVar[str] = "deferred"
    at: datetime
    counts_as: datetime
    because: Closed | None

    def text(self) -> str:
        if self.because is None:
            return _("That is outside working hours: it counts as %(moment)s.") % {"moment": moment_words(self.counts_as)}
        return _("%(day)s is not a working day: it counts as %(moment)s.") % {
            "day": closed_words(self.because),
            "moment": moment_words(self.counts_as),
        }


@dataclass(frozen=True, slots=True)
class Counted(Step):
    """The term and from when it runs."""

    kind: ClassVar[str] = "counted"
    length: Length
    since: datetime
    start: Start
    article: str

    def text(self) -> str:
        values = {"length": length_words(self.length), "article": _in_brackets(self.article), "moment": moment_words(self.since)}
        if self.start is Start.MOMENT:
            return _("The term is %(length)s from %(moment)s%(article)s.") % values
        return _("The term is %(length)s, counted from the next day%(article)s.") % values


@dataclass(frozen=True, slots=True)
class Halved(Step):
    """The procedure is urgent. Ley 19.880 art. 63 (Chile), Ley 39/2015 art. 33 (Spain)."""

    kind: ClassVar[str] = "halved"
    before: Length
    after: Length

    def text(self) -> str:
        values = {"before": length_words(self.before), "after": length_words(self.after)}
        return _("The procedure is urgent: the term is halved, from %(before)s to %(after)s.") % values


@dataclass(frozen=True, slots=True)
class Skipped(Step):
    """The holidays and closures met on the way, weekends apart."""

    kind: ClassVar[str] = "skipped"
    days: tuple[Closed, ...]

    def text(self) -> str:
        return _("These days do not count: %(days)s.") % {"days": "; ".join(map(closed_words, self.days))}


@dataclass(frozen=True, slots=True)
class Paused(Step):
    """A time that did not count; `held` is days, or minutes where `unit` is in hours."""

    kind: ClassVar[str] = "paused"
    since: datetime
    until: datetime
    cause: str
    article: str
    held: int
    unit: Unit
    capped: Length | None

    def text(self) -> str:
        values = {
            "since": moment_words(self.since),
            "until": moment_words(self.until),
            "reason": _in_brackets(self.cause, self.article),
            "held": amount_words(self.held, self.unit),
        }
        text = _("Paused from %(since)s to %(until)s%(reason)s. Not counted: %(held)s.") % values
        if self.capped is None:
            return text
        return text + " " + _("This pause may last no more than %(cap)s.") % {"cap": length_words(self.capped)}


@dataclass(frozen=True, slots=True)
class Restarted(Step):
    """What was missing is complete: the whole term begins again. Ley 1755 de 2015 art. 17 (Colombia)."""

    kind: ClassVar[str] = "restarted"
    since: datetime
    at: datetime
    cause: str
    article: str

    def text(self) -> str:
        values = {
            "since": moment_words(self.since),
            "at": moment_words(self.at),
            "reason": _in_brackets(self.cause, self.article),
        }
        return _("Paused on %(since)s%(reason)s; completed on %(at)s: the whole term begins again.") % values


@dataclass(frozen=True, slots=True)
class Extended(Step):
    """More time, granted before expiry."""

    kind: ClassVar[str] = "extended"
    granted: datetime
    extra: Length
    reason: str
    article: str

    def text(self) -> str:
        values = {
            "moment": moment_words(self.granted),
            "extra": length_words(self.extra),
            "reason": _in_brackets(self.reason, self.article),
        }
        return _("Extended on %(moment)s by %(extra)s%(reason)s.") % values


@dataclass(frozen=True, slots=True)
class MonthEnd(Step):
    """The month of expiry lacks that day."""

    kind: ClassVar[str] = "month_end"
    day: date

    def text(self) -> str:
        return _("That month has no such day: the last one, %(day)s, is taken.") % {"day": day_words(self.day)}


@dataclass(frozen=True, slots=True)
class Rolled(Step):
    """The last day is not a working day."""

    kind: ClassVar[str] = "rolled"
    because: Closed
    to: date

    def text(self) -> str:
        values = {"day": closed_words(self.because), "to": day_words(self.to)}
        return _("The last day, %(day)s, is not a working day: the term ends on the next one, %(to)s.") % values


@dataclass(frozen=True, slots=True)
class Stopped(Step):
    """The pause has not ended, so there is no date; `left` is days, or minutes where `unit` is in hours."""

    kind: ClassVar[str] = "stopped"
    since: datetime
    cause: str
    article: str
    left: int
    unit: Unit

    def text(self) -> str:
        values = {
            "since": moment_words(self.since),
            "reason": _in_brackets(self.cause, self.article),
            "left": amount_words(self.left, self.unit),
        }
        return _("Paused since %(since)s%(reason)s. When it runs again there will be left: %(left)s.") % values


@dataclass(frozen=True, slots=True)
class Falls(Step):
    """The date."""

    kind: ClassVar[str] = "falls"
    at: datetime

    def text(self) -> str:
        return _("It is due on %(moment)s.") % {"moment": moment_words(self.at)}


def closed_words(closed: Closed) -> str:
    return day_words(closed.on) + _in_brackets(closed.name, closed.seat if closed.name else "")


def _in_brackets(*parts: str) -> str:
    said = [part for part in parts if part]
    return f" ({', '.join(said)})" if said else ""


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Length | Closed):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value
