"""What may be stated of people and organisations: the attributes built in, and how a value of each is written and read.

Institutions add their own (models.Attribute); `Definition` is both. A value is kept as text: a date as 2026-11-22, a number with
a point, yes or no, a choice by its code.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from citizens.categories import CATEGORIES
from citizens.names import tidy
from czrm.kit.refused import Refused

Words = str | Promise
PERSON, ORGANISATION = "person", "organisation"
FINDABLE = ("text", "number", "date")  # kinds by whose value people are found: yes or no is half of everybody
LONGEST = 500
LARGEST = Decimal(10) ** 15
YES, NO = "yes", "no"
CURRENCIES = {
    "AR": "ARS", "BO": "BOB", "BR": "BRL", "CL": "CLP", "CO": "COP", "CR": "CRC", "DO": "DOP", "ES": "EUR", "GT": "GTQ", "HN": "HNL",
    "MX": "MXN", "NI": "NIO", "PA": "PAB", "PE": "PEN", "PY": "PYG", "US": "USD", "UY": "UYU", "VE": "VES",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Definition:
    """One attribute: of people, of organisations (`of`), or of both; `institution_id` where it is one institution's own."""

    code: str
    label: Words
    category: str
    kind: str = "text"
    options: tuple[tuple[str, Words], ...] = ()
    of: str = ""
    hint: Words = ""
    institution_id: int | None = None
    searchable: bool = False
    active: bool = True

    def fits(self, citizen_kind: str) -> bool:
        return self.of in ("", citizen_kind)


MARITAL = (("single", _("Single")), ("married", _("Married")), ("partner", _("Civil partnership")), ("separated", _("Separated")),
           ("divorced", _("Divorced")), ("widowed", _("Widowed")))  # fmt: skip
SEX = (("female", _("Female")), ("male", _("Male")), ("other", _("Other or not stated")))
DWELLING = (("owned", _("Owned")), ("rented", _("Rented")), ("lent", _("Lent by somebody")), ("irregular", _("Without a title")),
            ("none", _("Without a home")))  # fmt: skip
STUDIES = (("none", _("No studies")), ("primary", _("Primary")), ("secondary", _("Secondary")), ("vocational", _("Vocational")),
           ("university", _("University")), ("postgraduate", _("Postgraduate")))  # fmt: skip
EMPLOYMENT = (("employed", _("Employed")), ("own", _("Self-employed")), ("seeking", _("Looking for work")), ("home", _("Works at home")),
              ("student", _("Student")), ("retired", _("Retired")), ("unable", _("Cannot work")))  # fmt: skip
GRADES = (("moderate", _("Moderate")), ("severe", _("Severe")), ("total", _("Total")))
CAPACITY = (("full", _("Full capacity")), ("support", _("With support")), ("guardian", _("Under guardianship")))
FORMS = (("company", _("Company")), ("cooperative", _("Cooperative")), ("association", _("Association")), ("foundation", _("Foundation")),
         ("neighbours", _("Neighbours’ association")), ("public", _("Public body")), ("other", _("Another form")))  # fmt: skip
SIZES = (("micro", _("Micro: up to 9 workers")), ("small", _("Small: 10 to 49")), ("medium", _("Medium: 50 to 249")),
         ("large", _("Large: 250 or more")))  # fmt: skip

_ALL = (
    Definition("sex", _("Sex"), "identity", "choice", SEX, PERSON, _("Only where a law asks for it.")),
    Definition("nationality", _("Nationality"), "identity", of=PERSON),
    Definition("birth_place", _("Place of birth"), "identity", of=PERSON),
    Definition("legal_form", _("Legal form"), "identity", "choice", FORMS, ORGANISATION),
    Definition("interpreter", _("Needs an interpreter"), "contact", "boolean", of=PERSON),
    Definition("contact_hours", _("When they can be reached"), "contact"),
    Definition("residence", _("Where they live"), "residence", of=PERSON),
    Definition("seat", _("Registered office"), "residence", of=ORGANISATION),
    Definition("residence_since", _("Lives there since"), "residence", "date", of=PERSON),
    Definition("dwelling", _("Dwelling"), "residence", "choice", DWELLING, PERSON),
    Definition("marital_status", _("Marital status"), "family", "choice", MARITAL, PERSON),
    Definition("household_size", _("People in the household"), "family", "number", of=PERSON),
    Definition("dependants", _("People who depend on them"), "family", "number", of=PERSON),
    Definition("studies", _("Studies"), "education", "choice", STUDIES, PERSON),
    Definition("school", _("School or university"), "education", of=PERSON),
    Definition("employment", _("Work situation"), "work", "choice", EMPLOYMENT, PERSON),
    Definition("occupation", _("Occupation"), "work", of=PERSON),
    Definition("employer", _("Employer"), "work", of=PERSON),
    Definition("sector", _("Sector"), "work", of=ORGANISATION),
    Definition("size", _("Size"), "work", "choice", SIZES, ORGANISATION),
    Definition("workers", _("Workers"), "work", "number", of=ORGANISATION),
    Definition("monthly_income", _("Monthly income"), "income", "money", of=PERSON),
    Definition("household_income", _("Monthly income of the household"), "income", "money", of=PERSON),
    Definition("turnover", _("Yearly turnover"), "income", "money", of=ORGANISATION),
    Definition("benefit", _("Benefit received"), "benefits", of=PERSON),
    Definition("benefit_until", _("Benefit until"), "benefits", "date", of=PERSON),
    Definition("disability", _("Recognised disability"), "health", "boolean", of=PERSON),
    Definition("dependency", _("Degree of dependency"), "health", "choice", GRADES, PERSON),
    Definition("health_cover", _("Health cover"), "health", of=PERSON),
    Definition("tax_domicile", _("Tax domicile"), "tax"),
    Definition("tax_regime", _("Tax regime"), "tax"),
    Definition("capacity", _("Legal capacity"), "legal", "choice", CAPACITY, PERSON),
)
BUILT_IN: dict[str, Definition] = {each.code: each for each in _ALL}


def canonical(definition: Definition, value: object) -> str:
    """The value as it is kept, from a form's or the API's; Refused in words of its kind. Canonical once, canonical for ever."""
    text = tidy(str(value)) if value is not None else ""
    if definition.kind == "boolean":
        text = {"True": YES, "False": NO}.get(text, text)
        return text if text in (YES, NO) else _no(gettext("Say yes or no."))
    if not text:
        return _no(gettext("Write the value."))
    if definition.kind == "date":
        return _date(text)
    if definition.kind in ("number", "money"):
        return _number(text, money=definition.kind == "money")
    if definition.kind == "choice":
        return text if text in dict(definition.options) else _no(gettext("Choose one of the list."))
    return text if len(text) <= LONGEST else _no(gettext("It is too long: write it in less than 500 characters."))


def display(definition: Definition, value: str, country: str = "") -> str:
    """The value in the reader's language; one that no longer fits its kind, as it stands. Amounts with the currency of `country`."""
    if definition.kind == "boolean" and value in (YES, NO):
        return gettext("Yes") if value == YES else gettext("No")
    if definition.kind == "choice":
        return str(dict(definition.options).get(value, value))
    try:
        if definition.kind == "date":
            return date_format(date.fromisoformat(value), "DATE_FORMAT")
        if definition.kind in ("number", "money"):
            shown = number_format(Decimal(value), use_l10n=True, force_grouping=definition.kind == "money")
            return f"{shown} {CURRENCIES[country]}" if definition.kind == "money" and country in CURRENCIES else shown
    except (ValueError, InvalidOperation):
        return value
    return value


def in_order(definitions: Iterable[Definition], citizen_kind: str) -> list[Definition]:
    """Those one may state of this kind of citizen, by category as everywhere, the built-in ones first."""
    fitting = [each for each in definitions if each.active and each.fits(citizen_kind)]
    return sorted(fitting, key=lambda each: (CATEGORIES.index(each.category), each.institution_id is not None))


def _date(text: str) -> str:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not 1800 <= day.year <= 2200:
        return _no(gettext("Write the date as day, month and year: 12/03/1972."))
    return day.isoformat()


def _number(text: str, *, money: bool) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return _no(gettext("Write a number."))
    if not number.is_finite() or abs(number) >= LARGEST or (money and number < 0):
        return _no(gettext("Write a number."))
    number = round(number, 2 if money else 6)
    plain = f"{number:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain == "-0" else plain


def _no(words: str) -> str:
    raise Refused("invalid_value", words)
