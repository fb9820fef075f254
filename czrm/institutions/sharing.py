"""What agreements can open, and one of them in plain words: what it would mean to sign it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _

from .models import Agreement
from .openings import procedures_of

THINGS: dict[str, Promise] = {
    "citizen": _("Who people are: name, document and birth date"),
    "case": _("Cases, with their documents and decisions"),
    "event": _("What happened in their cases"),
    "interaction": _("Contacts: when they came or called, and what was noted"),
    "notice": _("Notices they were sent"),
}
OF_CASES = ("case", "event", "notice")  # what naming procedures narrows


def choices() -> list[tuple[str, Any]]:
    """All that can be shared: categories of a person's data, and what institutions write down of their work."""
    return [*categories(), *THINGS.items()]


def categories() -> list[tuple[str, Any]]:
    """Named by the floor above, which keeps the data."""
    field: Any = apps.get_model("citizens", "Fact")._meta.get_field("category")
    return list(field.choices)


def words(scopes: list[str]) -> list[str]:
    """In the order in which they are offered; one that is not offered by its code."""
    known = dict(choices())
    return [str(known[scope]) for scope in known if scope in scopes] + [scope for scope in scopes if scope not in known]


def offered(institution_id: int) -> list[tuple[str, str]]:
    """The procedures of an institution that anybody may read of: address and name."""
    model: Any = apps.get_model("cases", "Procedure")
    rows = model.objects.filter(institution=institution_id, status__in=("published", "retired"))
    return list(rows.order_by("name").values_list("slug", "name"))


def procedures(agreement: Agreement) -> list[str]:
    """The names of those it is for; none where it is for all."""
    slugs = procedures_of(agreement.procedures)
    names = dict(offered(agreement.provider_id)) if slugs else {}
    return [names.get(slug, slug) for slug in sorted(slugs or ())]


@dataclass(frozen=True)
class Plain:
    """One sentence that sums it up, what it opens line by line, and what holds for all of it."""

    sentence: str
    opens: list[str]
    holds: list[str]


def plain(agreement: Agreement) -> Plain:
    names = {"provider": str(agreement.provider), "consumer": str(agreement.consumer), "purpose": str(agreement.purpose),
             "since": day(localtime(agreement.valid_from)), "until": day(last_day(agreement.valid_to))}  # fmt: skip
    sentence = gettext("%(consumer)s will be able to read what %(provider)s holds, only for “%(purpose)s”, from %(since)s until %(until)s:")
    holds = [
        gettext("%(consumer)s can only read: it changes nothing."),
        gettext("Each reading is written down with its purpose, and the person can see it."),
        gettext("%(provider)s and %(consumer)s can each suspend or revoke it, at once and alone."),
    ]
    return Plain(sentence % names, opened(agreement, names), [line % names for line in holds])


def opened(agreement: Agreement, names: dict[str, str]) -> list[str]:
    lines = []
    if data := [str(label).lower() for scope, label in categories() if scope in agreement.scopes]:
        everybody = gettext("Of everybody %(provider)s attends: %(data)s.")
        reach = everybody if "citizen" in agreement.scopes else gettext("Of the people both attend: %(data)s.")
        lines.append(reach % (names | {"data": listed(data)}))
    if "case" in agreement.scopes:
        some = gettext("Cases of %(provider)s, with their documents and decisions, only those of: %(procedures)s.")
        named = listed(procedures(agreement))
        every = gettext("All cases of %(provider)s, with their documents and decisions.")
        lines.append((some if named else every) % (names | {"procedures": named}))
    more = {
        "citizen": gettext("Who they are, also those %(provider)s attends and %(consumer)s does not: name, document and birth date."),
        "event": gettext("What happened in their cases, step by step."),
        "interaction": gettext("When they came or called, and what was noted."),
        "notice": gettext("The text of the notices they were sent."),
    }
    lines += [line % names for scope, line in more.items() if scope in agreement.scopes]
    return lines + [scope for scope in agreement.scopes if scope not in dict(choices())]


def last_day(end: datetime) -> date:
    """A term ends at the first moment that is outside it."""
    return localtime(end - timedelta(microseconds=1)).date()


def day(moment: date) -> str:
    return date_format(moment, "DATE_FORMAT")


def listed(items: list[str]) -> str:
    """One, two and three; in Spanish “e” before the sound of i."""
    if len(items) < 2:
        return "".join(items)
    first, last = ", ".join(items[:-1]), items[-1]
    sound = last.lower()
    if (get_language() or "").startswith("es") and sound.startswith(("i", "hi")) and not sound.startswith("hie"):
        return f"{first} e {last}"
    return pgettext("a list", "%(first)s and %(last)s") % {"first": first, "last": last}
