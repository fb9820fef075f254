"""Worked examples of the laws of six countries, each counted by hand; `sure`: V the article was read, S another source, U unverified."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from fractions import Fraction

import pytest

from cases.clock import Calendar, Day, Effect, Extension, Late, Length, Pause, Start, Term, Unit, due, weekly

CL = Calendar("America/Santiago", country="CL", name="Chile")
MD = Calendar("Europe/Madrid", country="ES", region="MD", name="Madrid")
CT = Calendar("Europe/Madrid", country="ES", region="CT", name="Barcelona")
CO = Calendar("America/Bogota", country="CO")
MX = Calendar("America/Mexico_City", country="MX")
PE = Calendar("America/Lima", country="PE")
AR = Calendar("America/Argentina/Buenos_Aires", country="AR")

WORKING, MONTH = Unit.WORKING_DAY, Unit.MONTH


def at(text: str, calendar: Calendar) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=calendar.tz)


@dataclass(frozen=True)
class Example:
    article: str
    sure: str
    calendar: Calendar
    term: Term
    start: str
    falls: str
    pauses: tuple[tuple[str, str | None, Effect, Length | None], ...] = ()
    extension: tuple[str, Fraction | int] | None = None
    urgent: bool = False
    note: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.article} [{self.sure}]: {self.note or self.term.amount}"


def paused(since: str, until: str | None, effect: Effect = Effect.RESUME, cap: Length | None = None) -> tuple:
    return (since, until, effect, cap)


EXAMPLES = [
    Example("CL Ley 19.880 art. 24", "V", CL, Term(24, Unit.HOUR, Start.MOMENT), "2026-03-03T10:00", "2026-03-04T10:00"),
    Example("CL Ley 19.880 art. 24", "V", CL, Term(48, Unit.HOUR, Start.MOMENT), "2026-03-03T10:00", "2026-03-05T10:00"),
    Example("CL Ley 19.880 art. 24", "V", CL, Term(10, WORKING), "2026-03-02T11:00", "2026-03-16"),
    Example("CL Ley 19.880 art. 25", "V", CL, Term(20, WORKING), "2026-03-28T11:00", "2026-04-28", note="filed on a Saturday; Good Friday"),
    Example("CL Ley 19.880 art. 27", "V", CL, Term(6, MONTH), "2026-08-31T09:00", "2027-03-01", note="no 31 February, and a Sunday"),
    Example(
        "CL Ley 19.880 art. 27",
        "V",
        CL,
        Term(6, MONTH),
        "2026-01-15T09:00",
        "2026-07-27",
        (paused("2026-02-02T12:00", "2026-02-12T12:00"),),
    ),
    Example("CL Ley 19.880 art. 31", "V", CL, Term(5, WORKING), "2026-09-17T12:00", "2026-09-25", note="over 18 and 19 September"),
    Example("CL Ley 19.880 art. 63", "V", CL, Term(20, WORKING), "2026-03-02T11:00", "2026-03-16", urgent=True),
    Example(
        "CL Ley 19.880 art. 26",
        "V",
        CL,
        Term(20, WORKING, may_extend=Fraction(1, 2)),
        "2026-03-02T11:00",
        "2026-04-14",
        extension=("2026-03-30T12:00", Fraction(1, 2)),
    ),
    Example("CL Ley 19.880 art. 59", "V", CL, Term(5, WORKING, halves=False), "2026-03-02T11:00", "2026-03-09", urgent=True),
    Example("CL Ley 21.719", "S", CL, Term(30, Unit.CALENDAR_DAY), "2026-12-01T10:00", "2026-12-31"),
    Example("CL Ley 21.719", "S", CL, Term(30, Unit.CALENDAR_DAY), "2026-12-01T10:00", "2027-02-01", extension=("2026-12-20T10:00", 30)),
    Example("ES Ley 39/2015 art. 21.3", "V", MD, Term(3, MONTH), "2025-11-28T10:00", "2026-03-02", note="the last day is a Saturday"),
    Example("ES Ley 39/2015 art. 30.4", "V", MD, Term(3, MONTH), "2026-11-30T10:00", "2027-03-01", note="no 30 February, and a Sunday"),
    Example("ES Ley 39/2015 art. 30.4", "V", MD, Term(3, MONTH, rolls=False), "2026-11-30T10:00", "2027-02-28", note="month end"),
    Example("ES Ley 39/2015 art. 68", "V", MD, Term(10, WORKING), "2026-04-30T10:00", "2026-05-15"),
    Example(
        "ES Ley 39/2015 art. 68",
        "V",
        MD.with_days(Day(date(2026, 5, 15), "San Isidro")),
        Term(10, WORKING),
        "2026-04-30T10:00",
        "2026-05-18",
    ),
    Example("ES Ley 39/2015 art. 68", "V", MD, Term(10, WORKING), "2026-04-30T10:00", "2026-05-22", extension=("2026-05-14T10:00", 5)),
    Example(
        "ES Ley 39/2015 art. 22.1.a",
        "V",
        MD,
        Term(3, MONTH),
        "2026-01-15T10:00",
        "2026-04-27",
        (paused("2026-02-02T12:00", "2026-02-12T12:00"),),
    ),
    Example(
        "ES Ley 39/2015 art. 22.1.d",
        "V",
        MD,
        Term(3, MONTH),
        "2026-01-15T10:00",
        "2026-07-13",
        (paused("2026-02-02T12:00", None, cap=Length(3, MONTH)),),
        note="the report never comes",
    ),
    Example("ES Ley 39/2015 art. 30.6", "V", MD, Term(5, WORKING), "2026-06-23T10:00", "2026-06-30"),
    Example(
        "ES Ley 39/2015 art. 30.6", "V", MD.joined(CT), Term(5, WORKING), "2026-06-23T10:00", "2026-07-01", note="24 June at the other seat"
    ),
    Example("ES Ley 39/2015 art. 30.1", "S", MD, Term(24, Unit.WORKING_HOUR, Start.MOMENT), "2026-06-26T10:00", "2026-06-29T10:00"),
    Example("ES Ley 39/2015 art. 33", "V", MD, Term(3, MONTH), "2026-01-15T10:00", "2026-03-02", urgent=True, note="one month and 15 days"),
    Example("ES RGPD art. 12.3", "U", MD, Term(1, MONTH), "2026-01-30T10:00", "2026-03-02"),
    Example("ES RGPD art. 12.3", "U", MD, Term(1, MONTH), "2026-01-30T10:00", "2026-04-30", extension=("2026-02-20T10:00", 2)),
    Example("CO Ley 1755 art. 14", "V", CO, Term(15, WORKING), "2026-03-02T10:00", "2026-03-24", note="San José is kept on Monday 23"),
    Example("CO Ley 1755 art. 14.1", "V", CO, Term(10, WORKING), "2026-03-02T10:00", "2026-03-16"),
    Example(
        "CO Ley 1755 art. 14 par.",
        "S",
        CO,
        Term(15, WORKING),
        "2026-03-02T10:00",
        "2026-04-16",
        extension=("2026-03-24T10:00", Fraction(1)),
    ),
    Example(
        "CO Ley 1755 art. 17",
        "S",
        CO,
        Term(15, WORKING),
        "2026-03-02T10:00",
        "2026-04-27",
        (paused("2026-03-05T10:00", "2026-04-06T15:00", Effect.RESTART),),
        note="completion starts it again",
    ),
    Example("MX ARCO", "S", MX, Term(20, WORKING), "2026-03-09T10:00", "2026-04-07"),
    Example("PE TUO Ley 27444", "U", PE, Term(30, WORKING), "2026-03-02T10:00", "2026-04-15"),
    Example("AR Ley 27.275 art. 11", "V", AR, Term(15, WORKING), "2026-05-04T10:00", "2026-05-26"),
    Example("AR Ley 27.275 art. 11", "V", AR, Term(15, WORKING), "2026-05-04T10:00", "2026-06-17", extension=("2026-05-26T10:00", 15)),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_the_law_says_when_it_falls_due(example: Example) -> None:
    calendar = example.calendar
    pauses = [
        Pause(at(since, calendar), at(until, calendar) if until else None, "x", "", cap=cap, effect=effect)
        for since, until, effect, cap in example.pauses
    ]
    extensions = [Extension(at(example.extension[0], calendar), example.extension[1])] if example.extension else []
    answer = due(example.term, at(example.start, calendar), calendar, pauses=pauses, extensions=extensions, urgent=example.urgent)
    falls = (
        datetime.fromisoformat(example.falls)
        if "T" in example.falls
        else datetime.combine(date.fromisoformat(example.falls), time(23, 59, 59))
    )
    assert answer.at is not None
    assert answer.at.replace(tzinfo=None) == falls


@pytest.mark.parametrize("late", Late)
def test_filed_on_a_saturday(late: Late) -> None:
    """Ley 19.880 art. 25, Ley 39/2015 art. 31.2: it counts from the first hour of Monday, so the first of five days is Tuesday."""
    office = Calendar("America/Santiago", weekly("09:00-14:00"), country="CL")
    answer = due(Term(5, WORKING, late=late), at("2026-03-07T11:00", office), office)
    assert answer.at is not None
    assert answer.at.day == (13 if late is Late.AS_IS else 16)
    assert answer.begins == at("2026-03-07T11:00" if late is Late.AS_IS else "2026-03-09T09:00", office)
