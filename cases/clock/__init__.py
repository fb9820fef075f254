"""The legal clock: when a term ends and why, for any calendar. Pure: no database, and `now` is passed in.

`due(term, start, calendar, pauses=…, extensions=…)` answers with the date and the steps that lead to it; `remaining` says what is left.
Every moment has a zone. The rules name their article of law; nothing here is legal advice.
"""

from cases.clock.calendars import Calendar
from cases.clock.reckoning import Due, arrival, due
from cases.clock.remaining import Remaining, Severity, remaining
from cases.clock.steps import Step
from cases.clock.terms import Duty, Effect, Ends, Extension, Late, Length, Pause, Start, Term, Trigger, Unit
from cases.clock.week import Closed, Day, DayKind, Season, Shift, Week, week_of, weekly

__all__ = [
    "Calendar",
    "Closed",
    "Day",
    "DayKind",
    "Due",
    "Duty",
    "Effect",
    "Ends",
    "Extension",
    "Late",
    "Length",
    "Pause",
    "Remaining",
    "Season",
    "Severity",
    "Shift",
    "Start",
    "Step",
    "Term",
    "Trigger",
    "Unit",
    "Week",
    "arrival",
    "due",
    "remaining",
    "week_of",
    "weekly",
]
