"""Moments and lengths in the reader's language."""

from datetime import date, datetime

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cases.clock.terms import Length, Unit


def day_words(day: date) -> str:
    return dateformat.format(day, pgettext("date format", "l, F j, Y"))


def clock_words(moment: datetime) -> str:
    return dateformat.format(moment, pgettext("time format", "H:i"))


def moment_words(moment: datetime) -> str:
    return _("%(day)s at %(time)s") % {"day": day_words(moment), "time": clock_words(moment)}


def length_words(length: Length) -> str:
    """The length in words, as "3 months and 15 days"; it may have days alone."""
    if not length.days:
        return count_words(length.amount, length.unit)
    days = count_words(length.days, Unit.CALENDAR_DAY)
    if not length.amount:
        return days
    return _("%(months)s and %(days)s") % {"months": count_words(length.amount, length.unit), "days": days}


def count_words(n: int, unit: Unit) -> str:
    texts = {
        Unit.HOUR: ngettext("%(n)d hour", "%(n)d hours", n),
        Unit.WORKING_HOUR: ngettext("%(n)d working hour", "%(n)d working hours", n),
        Unit.WORKING_DAY: ngettext("%(n)d working day", "%(n)d working days", n),
        Unit.CALENDAR_DAY: ngettext("%(n)d calendar day", "%(n)d calendar days", n),
        Unit.MONTH: ngettext("%(n)d month", "%(n)d months", n),
        Unit.YEAR: ngettext("%(n)d year", "%(n)d years", n),
    }
    return texts[unit] % {"n": n}


def minutes_words(minutes: int) -> str:
    """Minutes as "7 h 18 min"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    if not rest:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


def amount_words(amount: int, unit: Unit) -> str:
    """What a pause held or left: days, or minutes for the units in hours."""
    return minutes_words(amount) if unit.in_hours else count_words(amount, unit)
