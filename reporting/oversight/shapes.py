"""The rules in words: what each looks for, its thresholds as shipped, and the sentence of what it found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import time_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Shape:
    """A rule as its officer sees it: its name, what it looks for, and the words of its thresholds with their shipped values."""

    title: Promise
    looks_for: Promise
    limit: int = 0
    limit_words: Promise | None = None
    second: int = 0
    second_words: Promise | None = None


SHAPES: dict[str, Shape] = {
    "volume": Shape(
        _("Unusual volume"),
        _("An officer opens the data of many more people in a day than they and their team usually do (in the 28 days before)."),
        3, _("Times the usual, more than"), 30, _("And people in the day, at least"),
    ),
    "surname": Shape(
        _("Own surname"),
        _("An officer opens the data of somebody who has one of their surnames."),
        50, _("Leave out surnames that more people than these have"),
    ),
    "colleague": Shape(
        _("Oneself and colleagues"),
        _("An officer opens their own data, or those of somebody who works here: same log-in, e-mail address or full name."),
    ),
    "famous": Shape(
        _("People one is curious about"),
        _("Somebody opens the data of a person on the list below, or many officers open those of one person on one day."),
        8, _("Officers on one day, at least"),
    ),
    "hours": Shape(
        _("Out of hours"),
        _("People's data are opened while the institution is closed, by its calendar."),
        1, _("People, at least"), 60, _("Minutes of grace before opening and after closing"),
    ),
    "purpose": Shape(
        _("Without a purpose"),
        _("People's data are opened outside any contact, so that no purpose is stated."),
        20, _("Looks in a day, at least"),
    ),
    "refused": Shape(
        _("Refused in a row"),
        _("An officer tries again and again what they may not."),
        5, _("Refusals, at least"), 10, _("Within so many minutes"),
    ),
}  # fmt: skip
HOW = {"login": _("the same log-in"), "email": _("the same e-mail address"), "name": _("the same full name")}


def sentence(rule: str, data: dict[str, Any], who: str, person: str) -> str:
    """What was found, in words: `who` looked, and at whom."""
    return SENTENCES[rule]({**data, "who": who, "person": person})


def volume(told: dict[str, Any]) -> str:
    return gettext("%(who)s opened the data of %(people)s people on this day. They usually open %(own)s, and their team %(team)s.") % told


def surname(told: dict[str, Any]) -> str:
    words = ngettext(
        "%(who)s opened the data of %(person)s: both have the surname “%(surname)s”, which only %(bearers)s person here has.",
        "%(who)s opened the data of %(person)s: both have the surname “%(surname)s”, which only %(bearers)s people here have.",
        told["bearers"],
    )
    return words % (told | {"surname": told["surname"].capitalize()})


def colleague(told: dict[str, Any]) -> str:
    told["how"] = HOW.get(told["how"], "")
    if told["who_it_is"] == "own":
        return gettext("%(who)s opened their own data (%(how)s).") % told
    return gettext("%(who)s opened the data of %(person)s, who works here (%(how)s).") % told


def famous(told: dict[str, Any]) -> str:
    if "officers" in told:
        return gettext("%(officers)s officers opened the data of %(person)s on this day.") % told
    return gettext("%(who)s opened the data of %(person)s, who is on the list of people to watch over: %(reason)s.") % told


def hours(told: dict[str, Any]) -> str:
    told |= {name: clock(told[name]) for name in ("first", "last")}
    if told["first"] == told["last"]:
        alone = ngettext(
            "%(who)s opened the data of %(people)s person outside opening hours, at %(first)s.",
            "%(who)s opened the data of %(people)s people outside opening hours, at %(first)s.",
            told["people"],
        )
        return alone % told
    words = ngettext(
        "%(who)s opened the data of %(people)s person outside opening hours, between %(first)s and %(last)s.",
        "%(who)s opened the data of %(people)s people outside opening hours, between %(first)s and %(last)s.",
        told["people"],
    )
    return words % told


def purpose(told: dict[str, Any]) -> str:
    words = ngettext(
        "%(who)s looked %(looks)s times at the data of %(people)s person without a stated purpose.",
        "%(who)s looked %(looks)s times at the data of %(people)s people without a stated purpose.",
        told["people"],
    )
    return words % told


def refused(told: dict[str, Any]) -> str:
    words = ngettext(
        "%(who)s was refused %(times)s times within %(minutes)s minute.",
        "%(who)s was refused %(times)s times within %(minutes)s minutes.",
        told["minutes"],
    )
    return words % told


SENTENCES = {
    "volume": volume, "surname": surname, "colleague": colleague, "famous": famous, "hours": hours, "purpose": purpose, "refused": refused,
}  # fmt: skip


def clock(moment: str) -> str:
    return time_format(localtime(datetime.fromisoformat(moment)), "H:i")
