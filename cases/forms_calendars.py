"""What the desk asks about a calendar: its territory in one list, and its hours as two shifts a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from itertools import pairwise
from typing import Any

import holidays
from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.models import Calendar
from cases.models.calendar import office_hours
from czrm.institutions.forms import COUNTRIES, ZONES

SHIFTS = 2  # shown for each day; a calendar that came with more shows them all
MIDNIGHT = time()
EDGES = {"opens": _("opens"), "closes": _("closes")}


class Hour(forms.TimeField):
    """An hour of the day, as the browser's own control writes it; the end of a day is 00:00."""

    default_error_messages = {"invalid": _("Write the hour as 09:00.")}

    def __init__(self, label: str) -> None:
        super().__init__(label=label, required=False, widget=forms.TimeInput(attrs={"type": "time", "class": "input"}, format="%H:%M"))


@dataclass(frozen=True)
class Weekday:
    name: str
    shifts: list[tuple[forms.BoundField, forms.BoundField]]

    @property
    def errors(self) -> list[str]:
        return [str(error) for shift in self.shifts for edge in shift for error in edge.errors]


class CalendarForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("For you: “City hall”, “Summer office”."))
    territory = forms.ChoiceField(label=_("Public holidays of"), help_text=_("They are known for every year: no need to write them."))
    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, sent: Any, *, row: Calendar) -> None:
        hours = row.shifts or office_hours()
        initial = {"name": row.name, "territory": territory_of(row), "time_zone": row.time_zone, **fields_of(hours)}
        super().__init__(sent, initial=initial)
        self.row, self.most = row, max(SHIFTS, *(len(shifts) for shifts in hours.values()), 0)
        self.fields["territory"].choices = with_own(territories(), initial["territory"])  # type: ignore[attr-defined]
        self.fields["time_zone"].choices = with_own(tuple(ZONES), row.time_zone)  # type: ignore[attr-defined]
        for day, name in WEEKDAYS.items():
            for shift in range(self.most):
                for edge, words in EDGES.items():
                    self.fields[f"{edge}_{day}_{shift}"] = Hour(f"{capfirst(name)} {shift + 1}: {words}")

    def week(self) -> Iterator[Weekday]:
        for day, name in WEEKDAYS.items():
            yield Weekday(capfirst(name), [(self[f"opens_{day}_{shift}"], self[f"closes_{day}_{shift}"]) for shift in range(self.most)])

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        shifts = {str(day): self.shifts_of(day, found) for day in WEEKDAYS}
        if not self.errors and not any(shifts.values()):
            self.add_error("opens_0_0", _("Open on one day of the week at least."))
        self.shifts = {day: pairs for day, pairs in shifts.items() if pairs}
        return found

    def shifts_of(self, day: int, found: dict[str, Any]) -> list[list[str]]:
        """The shifts of a day in order; what is wrong stands at the hour that has to change."""
        pairs = []
        for shift in range(self.most):
            opens, closes = (found.get(f"{edge}_{day}_{shift}") for edge in EDGES)
            if opens is None and closes is None:
                continue
            if opens is None or closes is None:
                self.complain(f"{'opens' if opens is None else 'closes'}_{day}_{shift}", gettext("%(day)s: write both hours, or neither."))
            elif opens >= closes != MIDNIGHT:
                words = gettext("%(day)s: it closes at %(closes)s, before it opens at %(opens)s.")
                self.complain(f"closes_{day}_{shift}", words, opens=f"{opens:%H:%M}", closes=f"{closes:%H:%M}")
            else:
                pairs.append((opens, closes, shift))
        for one, other in pairwise(sorted(pairs)):
            if one[1] == MIDNIGHT or one[1] > other[0]:
                words = gettext("%(day)s: one shift begins at %(opens)s, before the other ends.")
                self.complain(f"opens_{day}_{other[2]}", words, opens=f"{other[0]:%H:%M}")
        return [[f"{opens:%H:%M}", f"{closes:%H:%M}"] for opens, closes, _shift in sorted(pairs)]

    def complain(self, field: str, words: str, **values: str) -> None:
        if field not in self.errors:
            self.add_error(field, words % {"day": capfirst(WEEKDAYS[int(field.split("_")[1])]), **values})

    @property
    def facts(self) -> dict[str, Any]:
        country, _dash, region = self.cleaned_data["territory"].partition("-")
        said = {name: self.cleaned_data[name] for name in ("name", "time_zone")}
        return {**said, "country": country, "region": region, "shifts": self.shifts}


class ClosedDayForm(forms.Form):
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    name = forms.CharField(label=_("Why it is closed"), max_length=120, help_text=_("For example: Day of the patron saint."))


def fields_of(hours: dict[str, list[list[str]]]) -> dict[str, str]:
    return {
        f"{edge}_{day}_{shift}": hour
        for day, shifts in hours.items() for shift, pair in enumerate(shifts) for edge, hour in zip(EDGES, pair, strict=True)
    }  # fmt: skip


def territory_of(row: Calendar) -> str:
    return f"{row.country}-{row.region}" if row.region else row.country


@lru_cache(maxsize=1)
def territories() -> tuple[Any, ...]:
    """Countries with their regions, as the `holidays` package names them."""
    groups = []
    for code, label in COUNTRIES:
        known = holidays.country_holidays(code)
        names = known.get_subdivision_aliases()
        regions = sorted((" / ".join(names.get(region) or [region]), f"{code}-{region}") for region in known.subdivisions)
        whole = format_lazy("{}: {}", label, _("the whole country"))
        groups.append((label, ((code, whole), *((value, format_lazy("{}: {}", label, name)) for name, value in regions))))
    return tuple(groups)


def region_name(row: Calendar) -> str:
    if not row.region:
        return ""
    names = holidays.country_holidays(row.country).get_subdivision_aliases()
    return " / ".join(names.get(row.region) or [row.region])


def country_name(row: Calendar) -> str:
    return str(dict(COUNTRIES).get(row.country, row.country))


def with_own(choices: tuple[Any, ...], own: str) -> list[Any]:
    """What the row says stays a choice, even where the list has no such line."""
    values = {value for label, options in choices for value in ([label] if isinstance(options, str) else [each for each, _name in options])}
    return [*choices] if not own or own in values else [(own, own), *choices]
