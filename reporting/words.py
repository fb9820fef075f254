"""Figures in words, as the reader's language writes them."""

from __future__ import annotations

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, ngettext, pgettext

from reporting.charts import UNKNOWN
from reporting.figures import change, points
from reporting.periods import Days

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


def number(value: float, decimals: int = 0) -> str:
    return str(number_format(round(value, decimals), decimal_pos=decimals, force_grouping=True))


def share(value: float | None) -> str:
    """From 0 to 1, in per cent. What is not all is never written as 100 %, nor something as nothing."""
    if value is None:
        return UNKNOWN
    rounded = round(value * 100)
    if rounded in (0, 100) and value not in (0, 1):
        return f"{number(min(max(value * 100, 0.1), 99.9), 1)}\u00a0%"
    return f"{number(rounded)}\u00a0%"


def duration(seconds: float | None) -> str:
    """The largest unit of which there is one at least; days with a decimal below 10."""
    if seconds is None:
        return UNKNOWN
    if seconds < MINUTE:
        return gettext("under 1 min")
    if seconds < HOUR:
        return gettext("%(n)s min") % {"n": number(seconds / MINUTE)}
    if seconds < DAY:
        return gettext("%(n)s h") % {"n": number(seconds / HOUR)}
    days = seconds / DAY
    if days >= 9.95:
        return ngettext("%(n)s day", "%(n)s days", round(days)) % {"n": number(days)}
    text = number(days, 1).removesuffix("0").rstrip(".,")
    return ngettext("%(n)s day", "%(n)s days", 1 if text == "1" else 2) % {"n": text}


def less_or_more(now: int, before: int) -> str:
    grown = change(now, before)
    if grown is None:
        return gettext("None in the period before") if now else gettext("None, as in the period before")
    percent = round(abs(grown) * 100)
    if percent == 0:
        return gettext("About as many as in the period before")
    if grown > 0:
        return gettext("%(n)s %% more than in the period before") % {"n": number(percent)}
    return gettext("%(n)s %% fewer than in the period before") % {"n": number(percent)}


def risen(now: float | None, before: float | None) -> tuple[str, str]:
    """How a share of what is well done moved, and the tone that goes with it."""
    moved = points(now, before)
    if moved is None:
        return ("", "") if now is None else (gettext("Nothing to compare with in the period before"), "")
    whole = round(abs(moved))
    if whole == 0:
        return gettext("As in the period before"), ""
    if moved > 0:
        return ngettext("Rises %(n)s point", "Rises %(n)s points", whole) % {"n": number(whole)}, "good"
    return ngettext("Falls %(n)s point", "Falls %(n)s points", whole) % {"n": number(whole)}, "danger"


def from_to(days: Days) -> str:
    """The year once, where it is the same."""
    first, last = days.first, days.last
    if first == last:
        return date_format(last, "DATE_FORMAT")
    begin = date_format(first, pgettext("date format", "N j") if first.year == last.year else "DATE_FORMAT")
    return gettext("%(first)s to %(last)s") % {"first": begin, "last": date_format(last, "DATE_FORMAT")}
