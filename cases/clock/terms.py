"""What a rule of law says about time: the term, what pauses it and what extends it. Values only, nothing is counted here.

A number of anything outside its range, an end before its beginning or a moment without a zone is a ValueError:
those are mistakes of the program. What a person may get wrong is Refused by `due`.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

HALF: Final = Fraction(1, 2)
MOST: Final = 20_000
DAYS_IN_A_MONTH: Final = 30


class Unit(TextChoices):
    """The unit of a term. Working days: Ley 39/2015 art. 30.2 (Spain), Ley 19.880 art. 25 (Chile)."""

    HOUR = "hour", _("hours")
    WORKING_HOUR = "working_hour", _("working hours")
    WORKING_DAY = "working_day", _("working days")
    CALENDAR_DAY = "calendar_day", _("calendar days")
    MONTH = "month", _("months")
    YEAR = "year", _("years")

    @property
    def working(self) -> bool:
        return self in {Unit.WORKING_HOUR, Unit.WORKING_DAY}

    @property
    def in_hours(self) -> bool:
        return self in {Unit.HOUR, Unit.WORKING_HOUR}

    @property
    def in_months(self) -> bool:
        return self in {Unit.MONTH, Unit.YEAR}


class Trigger(TextChoices):
    """The event whose moment is passed to `due`; the rule says which one starts its term."""

    RECEPTION = "reception", _("reception")
    COMPETENT_BODY = "competent_body", _("reception by the competent body")
    READINESS = "readiness", _("certificate that it is ready to be decided")
    NOTICE = "notice", _("notification")
    ORDER = "order", _("order or decision")


class Start(TextChoices):
    """From when a term runs. From a moment it ends at an hour, from the next day with a day; months and years always end with a day."""

    MOMENT = "moment", _("from that moment")
    NEXT_DAY = "next_day", _("from the next day")


class Late(TextChoices):
    """What becomes of something that arrives when nobody works."""

    AS_IS = "as_is", _("counts when it arrives")
    NEXT_OPENING = "next_opening", _("counts from the next opening")
    NEXT_WORKING_DAY = "next_working_day", _("on a non-working day, counts from the first hour of the next working day")


class Ends(TextChoices):
    """When, on its last day, a term that runs from the next day ends."""

    END_OF_DAY = "end_of_day", _("at the end of the day")
    CLOSING = "closing", _("at closing time")


class Duty(TextChoices):
    """Whether the law allows a pause or orders it. Ley 39/2015 art. 22.1 and 22.2 (Spain)."""

    MAY = "may", pgettext_lazy("pause", "may")
    SHALL = "shall", pgettext_lazy("pause", "shall")


class Effect(TextChoices):
    """What happens to the term once a pause ends."""

    RESUME = "resume", _("the rest of the term runs on")
    RESTART = "restart", _("the term begins again")


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time as the law says it; `days` only beside months and years (one month and 15 days)."""

    amount: int
    unit: Unit
    days: int = 0

    def __post_init__(self) -> None:
        if not (0 <= self.amount <= MOST and 0 <= self.days <= MOST and self.amount + self.days):
            raise ValueError(f"a length between 1 and {MOST} is needed, not {self.amount} and {self.days} days")
        if self.days and not self.unit.in_months:
            raise ValueError("only months and years have days beside them")

    def times(self, fraction: Fraction, *, up: bool) -> "Length | None":
        """This length by a fraction, rounded up or down to whole units; None when nothing is left.

        Half a month is 15 days, by the usual convention that a month without a date has 30.
        """
        if not self.unit.in_months:
            amount = _whole(self.amount * fraction, up=up)
            return Length(amount, self.unit) if amount else None
        months = self.amount * (12 if self.unit is Unit.YEAR else 1) * fraction
        days = _whole((months - int(months)) * DAYS_IN_A_MONTH + self.days * fraction, up=up)
        return Length(int(months), Unit.MONTH, days) if int(months) + days else None


@dataclass(frozen=True, slots=True)
class Term:
    """How long, and by which rules it is counted; the defaults are those of most administrative terms.

    `rolls`: an end on a non-working day moves to the next working day (Ley 19.880 art. 25, Ley 39/2015 art. 30.5).
    `halves`: an urgent procedure halves it (Ley 19.880 art. 63, Ley 39/2015 art. 33); not for filing requests and appeals.
    `may_extend`: the most an extension may add, as a share of the term (½: Ley 19.880 art. 26; 1: Ley 39/2015 art. 23); None: no limit.
    """

    amount: int
    unit: Unit
    start: Start = Start.NEXT_DAY
    late: Late = Late.NEXT_WORKING_DAY
    ends: Ends = Ends.END_OF_DAY
    rolls: bool = True
    halves: bool = True
    may_extend: Fraction | None = None
    trigger: Trigger = Trigger.RECEPTION
    article: str = ""
    days: int = 0

    def __post_init__(self) -> None:
        Length(self.amount, self.unit, self.days)

    @property
    def length(self) -> Length:
        return Length(self.amount, self.unit, self.days)

    def of(self, length: Length) -> "Term":
        """The same rules with another length."""
        return replace(self, amount=length.amount, unit=length.unit, days=length.days)

    def halved(self) -> "Term":
        """The term of an urgent procedure, never less than half. Ley 19.880 art. 63 (Chile), Ley 39/2015 art. 33 (Spain)."""
        half = self.length.times(HALF, up=True)
        return self.of(half) if half and self.halves else self


@dataclass(frozen=True, slots=True)
class Pause:
    """A time that does not count: Ley 39/2015 art. 22 (Spain), Ley 19.880 art. 27 (Chile, chance event or force majeure).

    `until` None: it has not ended. `cap` is the longest it may last (three months for a mandatory report: Ley 39/2015 art. 22.1.d);
    after that the term runs again by itself. `effect` RESTART: completion begins the whole term again
    (Colombia, Ley 1755 de 2015 art. 17).
    """

    since: datetime
    until: datetime | None = None
    cause: str = ""
    article: str = ""
    duty: Duty = Duty.MAY
    cap: Length | None = None
    effect: Effect = Effect.RESUME

    def __post_init__(self) -> None:
        aware(self.since)
        if self.until is not None and aware(self.until) < self.since:
            raise ValueError("a pause cannot end before it begins")


@dataclass(frozen=True, slots=True)
class Extension:
    """More time, granted on a day: `by` is a share of the term (½, 1, 2) or a number of its units.

    Asked and granted before expiry, an expired term cannot be extended: Ley 19.880 art. 26 (Chile), Ley 39/2015 arts. 23 and 32.3 (Spain).
    """

    granted: datetime
    by: Fraction | int
    article: str = ""
    reason: str = ""

    def __post_init__(self) -> None:
        aware(self.granted)
        if self.by <= 0:
            raise ValueError("an extension adds something")


def aware(moment: datetime) -> datetime:
    """The moment itself, if it has a zone: a date without one is not a legal date."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment


def _whole(amount: Fraction, *, up: bool) -> int:
    return -(-amount.numerator // amount.denominator) if up else amount.numerator // amount.denominator
