"""Four calendars, and short ways to ask the clock."""

from datetime import datetime

from cases.clock import Calendar, Extension, Pause, Term, Unit, due, weekly

BOSTON = Calendar("America/New_York", weekly("08:30-17:00"), "US", "MA")
CHILE = Calendar("America/Santiago", weekly("09:00-14:00", "15:00-18:00"), "CL")
MADRID = Calendar("Europe/Madrid", country="ES", region="MD")
MEXICO = Calendar("America/Mexico_City", country="MX")
FIVE_DAYS = Term(5, Unit.WORKING_DAY)


def on(calendar: Calendar, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=calendar.tz)


def falls(
    term: Term, start: str, calendar: Calendar = CHILE, *, pauses: tuple[Pause, ...] = (), extensions: tuple[Extension, ...] = ()
) -> str:
    answer = due(term, on(calendar, start), calendar, pauses=pauses, extensions=extensions)
    return "" if answer.at is None else answer.at.replace(tzinfo=None).isoformat(timespec="minutes")


def pause(since: str, until: str | None, calendar: Calendar = CHILE, **more: object) -> Pause:
    return Pause(on(calendar, since), on(calendar, until) if until else None, **more)  # type: ignore[arg-type]
