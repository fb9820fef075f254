"""Telephones and e-mail addresses as they are kept and shown, and what somebody meant by what they typed into the search box."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from citizens import identifiers, names
from czrm.kit.refused import Refused


class ContactPointError(Refused):
    """Why a telephone or an e-mail address cannot be one, for whoever typed it; never holds it."""


def normalise_phone(text: str, region: str) -> str:
    """A telephone in any usual writing as E.164 (+56912345678); without a prefix it is of the region (ISO 3166 alpha-2).

    Only its length is refused: new ranges are given out faster than libraries learn them. `is_known_phone` is for a gentle doubt.
    """
    number = _parsed_phone(text, region)
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason == phonenumbers.ValidationResult.TOO_LONG:
        raise ContactPointError("phone_long", gettext("The telephone has too many digits: check it."))
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise ContactPointError("phone_short", gettext("The telephone has digits missing: write it with its area code."))
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def is_known_phone(e164: str) -> bool:
    """Whether it begins as some telephone of its country does, as far as is known; if not, ask whether it is right."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(e164, None))
    except NumberParseException:
        return False


def _parsed_phone(text: str, region: str) -> PhoneNumber:
    bare = unicodedata.normalize("NFKC", text).strip().removeprefix("tel:")
    if sum(char.isalpha() for char in bare) > 3:  # "ext" and "int" are the most that a written number holds
        raise ContactPointError("phone_letters", gettext("A telephone has no letters: write its digits."))
    try:
        return _without_trunk_zero(phonenumbers.parse(bare, region.upper() or None))
    except NumberParseException as error:
        if error.error_type == NumberParseException.INVALID_COUNTRY_CODE and region:
            raise ContactPointError("phone_prefix", gettext("The country prefix does not exist: check the digits after the +.")) from None
        raise ContactPointError("phone_format", gettext("That is not a telephone: write its digits, such as 9 1234 5678.")) from None


def _without_trunk_zero(number: PhoneNumber) -> PhoneNumber:
    """People still write the 0 that some countries no longer dial, as (02) in Chile."""
    if number.italian_leading_zero and not phonenumbers.is_valid_number(number):
        number.italian_leading_zero = None
    return number


def display_phone(e164: str, region: str) -> str:
    """As it is dialled from the region: without prefix at home, with it abroad; what cannot be parsed is shown as kept."""
    try:
        number = phonenumbers.parse(e164, None)
    except NumberParseException:
        return e164
    at_home = phonenumbers.region_code_for_number(number) == region.upper()
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL)


def mask_phone(e164: str) -> str:
    """Its last three digits, for its holder to know it."""
    return f"••• {e164[-3:]}"


_valid_email = EmailValidator()


def normalise_email(text: str) -> str:
    """The address with its domain in lower case; what stands before the @ is its owner's to write. Compare by `email_key`."""
    bare = unicodedata.normalize("NFC", text).strip().removeprefix("mailto:").strip("<>;, ").rstrip(".")
    local, at, domain = bare.rpartition("@")
    if not at or not local or "@" in local:
        raise ContactPointError("email_at", gettext("An e-mail address has one @ with something before it: name@example.org."))
    if re.search(r"\s", bare):
        raise ContactPointError("email_space", gettext("An e-mail address has no spaces: take them out."))
    if "." not in domain:
        raise ContactPointError("email_domain", gettext("The part after the @ is incomplete: it ends like .org or .cl."))
    address = f"{local}@{domain.lower()}"
    try:
        _valid_email(address)
    except ValidationError:
        raise ContactPointError("email_format", gettext("Some character of the e-mail address is not allowed: check it.")) from None
    return address


def email_key(address: str) -> str:
    """Equal for two writings of one mailbox; capitals before the @ make no other mailbox in practice."""
    return address.strip().casefold()


def mask_email(address: str) -> str:
    """m•••@example.org"""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"


def masked(kind: str, value: str) -> str:
    """Of an address nothing."""
    return mask_phone(value) if kind == "phone" else mask_email(value) if kind == "email" else "•••"


Meaning = Literal["empty", "case", "email", "document", "phone", "date", "name"]


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed and what it may mean, likeliest first. A field is filled only where its meaning is among them."""

    text: str
    meanings: tuple[Meaning, ...]
    case_number: str = ""
    email: str = ""
    documents: tuple[identifiers.Guess, ...] = ()
    partial_document: str = ""  # four or more digits, where no reading as a whole document is valid
    phone: str = ""  # E.164
    name: str = ""  # as typed, without the date
    tokens: tuple[str, ...] = field(default=())
    birth_date: date | None = None
    birth_year: int | None = None

    @property
    def meaning(self) -> Meaning:
        return self.meanings[0]


def guess(text: str, region: str, *, today: date) -> Query:
    """Read the search box: a case number, an e-mail, a document, a telephone, a birth date, or a name with a date or year."""
    typed = " ".join(unicodedata.normalize("NFKC", text).split())
    if not any(char.isalnum() for char in typed):
        return Query(typed, ("empty",))
    if "@" in typed:
        return Query(typed, ("email",), email=_email_or_typed(typed))
    rest, born = _take_birth_date(typed, today)
    if any(char.isalpha() for char in rest):
        return _with_letters(typed, rest, born, region, today)
    return _with_digits(typed, rest if born and rest else typed, born, region)


def _with_letters(typed: str, rest: str, born: date | None, region: str, today: date) -> Query:
    case_number = "" if born else parse_case_number(typed)
    if case_number:
        return Query(typed, ("case",), case_number=case_number)
    number, name = _document_beside_a_name(rest, region)
    if number:
        return Query(typed, ("document", "name"), documents=number, name=name, tokens=names.search_tokens(name), birth_date=born)
    documents = identifiers.guess_kinds(rest, region)
    if documents:
        return Query(typed, ("document",), documents=documents, birth_date=born)
    phone = _phone_or_none(typed, region)
    if phone:
        return Query(typed, ("phone",), phone=phone)
    name, year = (rest, None) if born else _take_birth_year(rest, today)
    return Query(typed, ("name",), name=name, tokens=names.search_tokens(name), birth_date=born, birth_year=year)


def _document_beside_a_name(text: str, region: str) -> tuple[tuple[identifiers.Guess, ...], str]:
    """`12.345.678-5 huenchuman`: a document is confirmed by a surname, so both are read."""
    words = text.split()
    for place, word in enumerate(words):
        documents = tuple(guess for guess in identifiers.guess_kinds(word, region) if guess.error is None)
        name = " ".join(words[:place] + words[place + 1 :]).strip(" ,;")
        if documents and sum(char.isalpha() for char in name) > 2 and not any(char.isdigit() for char in name):
            return documents, name
    return (), ""


def _with_digits(typed: str, number: str, born: date | None, region: str) -> Query:
    documents = identifiers.guess_kinds(number, region)
    phone = _phone_or_none(number, region)
    bare = re.sub(r"\W", "", number)
    whole = any(guess.error is None for guess in documents) or number.startswith("+")
    partial = bare if not whole and not born and len(bare) >= 4 else ""
    known = {"date": born is not None, "phone": bool(phone), "document": bool(documents or partial)}
    meanings = tuple(meaning for meaning in _digit_order(number, documents, region) if known[meaning])
    return Query(typed, meanings or ("name",), documents=documents, partial_document=partial, phone=phone, birth_date=born)


_DATE_LIKE = re.compile(r"\d{1,4}([/.\- ])\d\d?\1\d{1,4}")
_DOCUMENT_LIKE = re.compile(r"\d{1,3}(\.\d{3})+(-?\d)?|\d{5,}-\d")


def _digit_order(typed: str, documents: tuple[identifiers.Guess, ...], region: str) -> tuple[Meaning, ...]:
    """A + means a telephone; else the way it is written decides, then whether it is a valid number of this country."""
    if _DATE_LIKE.fullmatch(typed):
        return "date", "document", "phone"
    of_here = any(guess.error is None and identifiers.KINDS[guess.kind].country == region for guess in documents)
    if not typed.startswith("+") and (of_here or _DOCUMENT_LIKE.fullmatch(typed)):
        return "document", "phone", "date"
    return "phone", "document", "date"


def _email_or_typed(typed: str) -> str:
    try:
        return normalise_email(typed)
    except ContactPointError:
        return typed


def _phone_or_none(typed: str, region: str) -> str:
    try:
        return normalise_phone(typed, region)
    except ContactPointError:
        return ""


_CASE = re.compile(
    r"(?P<code>[A-Z][A-Z0-9]{1,9})[\s./_-]*(?P<year>20[0-9]{2})(?:[\s./_-]+(?P<number>[0-9]{1,12})|(?P<joined>[0-9]{7,12}))"
    r"(?:[\s./_-]*(?P<check>[A-Z])|[\s./_-]+(?P<digit>[0-9]))?"
)


def parse_case_number(text: str) -> str:
    """`vs 2026 4812 k` as VS-2026-0004812-K, without its check character if it was not typed; empty if it is no case number."""
    found = _CASE.fullmatch(unicodedata.normalize("NFKC", text).strip().upper().replace("\u2013", "-"))
    if not found:
        return ""
    digits, check = found["number"] or found["joined"], found["check"] or found["digit"] or ""
    if found["joined"] and len(digits) > 7 and not check:
        digits, check = digits[:-1], digits[-1]
    return "-".join(part for part in (found["code"], found["year"], digits.zfill(7), check) if part)


_MONTHS = ("ene jan", "feb", "mar", "abr apr", "may", "jun", "jul", "ago aug", "sep set", "oct", "nov", "dic dec")
_MONTH_NUMBERS = {start: number for number, starts in enumerate(_MONTHS, 1) for start in starts.split()}
_YEAR_FIRST = re.compile(r"(?<![\d\-/.])(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)(?!\d)")
_DAY_FIRST = re.compile(r"(?<![\d\-/.])(?P<day>\d\d?)[-/.](?P<month>\d\d?)[-/.](?P<year>(?:19|20)\d\d|\d\d)(?![\d\-/]|\.\d)")
_SPACED = re.compile(r"(?<!\d)(?<!\d )(?P<day>\d\d?) (?P<month>\d\d?) (?P<year>(?:19|20)\d\d)(?! ?\d)")
_WRITTEN = re.compile(r"(?<!\d)(?P<day>\d\d?)(?: de)? (?P<word>[^\W\d]{3,12})\.?(?: del?)? (?P<year>(?:19|20)\d\d)(?!\d)", re.IGNORECASE)
_JOINED = re.compile(r"(?<!\d)(?P<day>\d\d)(?P<month>\d\d)(?P<year>(?:19|20)\d\d)(?!\d)")
_YEAR = re.compile(r"(?<![\d\-/.])(?:19|20)\d\d(?![\d\-/.])")


def _take_birth_date(text: str, today: date) -> tuple[str, date | None]:
    """The text without its date, and the date."""
    for pattern in (_YEAR_FIRST, _DAY_FIRST, _SPACED, _WRITTEN, _JOINED):
        found = pattern.search(text)
        born = _date_of(found.groupdict(), today) if found else None
        if found and born:
            return _without(text, found), born
    return text, None


def _date_of(parts: dict[str, str], today: date) -> date | None:
    month = int(parts["month"]) if "month" in parts else _MONTH_NUMBERS.get(names.fold(parts["word"])[:3], 0)
    day, year = int(parts["day"]), int(parts["year"])
    if year < 100:
        year += 2000 if year <= today.year % 100 else 1900
    for order in ((year, month, day), (year, day, month)):
        try:
            born = date(*order)
        except ValueError:
            continue
        return born if born <= today else None
    return None


def _take_birth_year(text: str, today: date) -> tuple[str, int | None]:
    found = _YEAR.search(text)
    if not found or int(found[0]) > today.year:
        return text, None
    return _without(text, found), int(found[0])


def _without(text: str, found: re.Match[str]) -> str:
    return " ".join(re.sub(r"\(\s*\)", " ", f"{text[: found.start()]} {text[found.end() :]}").split()).strip(" ,;·-")
