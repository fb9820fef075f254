"""Document numbers: which kinds there are, how one is checked, written and half hidden.

A number is kept in its compact form (`123456785`, capitals, no separators) and shown in its country's.
Check digits come from python-stdnum.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from stdnum.ar import cuit
from stdnum.cl import rut
from stdnum.co import nit
from stdnum.es import cif, dni, nie
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidFormat, InvalidLength, ValidationError
from stdnum.mx import curp, rfc
from stdnum.pe import cui, ruc

from czrm.kit.refused import Refused


class IdentifierError(Refused):
    """Why a number cannot be of its kind, for whoever typed it; never holds the number."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document. `check` takes a compact number and returns it in canonical form, or raises stdnum's ValidationError."""

    code: str
    country: str  # ISO 3166 alpha-2; empty where any country may issue it
    label: str | Promise
    person: bool
    organisation: bool
    check: Callable[[str], str]
    layout: str  # each # is a character counted from the right; empty: shown as kept
    checked: bool = True  # has a check digit: one slip of the keys is noticed, nearly always


@dataclass(frozen=True, slots=True)
class Guess:
    """A kind that a typed number could be; `error` is None when it is valid."""

    kind: str
    number: str
    error: IdentifierError | None = None


def _digits(low: int, high: int) -> Callable[[str], str]:
    def check(number: str) -> str:
        if not (number.isascii() and number.isdigit()):
            raise InvalidFormat()
        if not low <= len(number) <= high:
            raise InvalidLength()
        return number

    return check


def _alphanumeric(low: int, high: int) -> Callable[[str], str]:
    def check(number: str) -> str:
        if not (number.isascii() and number.isalnum() and any(char.isdigit() for char in number)):
            raise InvalidFormat()
        if not low <= len(number) <= high:
            raise InvalidLength()
        return number

    return check


def _rut(number: str) -> str:
    if not (number[-1:].isdigit() or number.endswith("K")):
        raise InvalidFormat()
    return rut.validate(number.lstrip("0"))


def _dni(number: str) -> str:
    if not number[-1:].isalpha():
        raise InvalidLength() if len(number) < 9 else InvalidFormat()
    return dni.validate(number.rjust(9, "0") if number[:-1].isdigit() else number)


def _nit(number: str) -> str:
    if len(number) > 10:
        raise InvalidLength()
    return nit.validate(number)


def _rfc(number: str) -> str:
    if len(number) not in (12, 13):
        raise InvalidLength()
    return rfc.validate(number)


def _pe_dni(number: str) -> str:
    return cui.validate(number)[:8]


def _other(number: str) -> str:
    if not any(char.isalnum() for char in number):
        raise InvalidFormat()
    if len(number) > 40:
        raise InvalidLength()
    return number


KINDS = MappingProxyType(
    {
        kind.code: kind
        for kind in (
            Kind("cl.rut", "CL", _("RUT"), True, True, _rut, "##.###.###-#"),
            Kind("es.dni", "ES", _("DNI"), True, False, _dni, "########-#"),
            Kind("es.nie", "ES", _("NIE"), True, False, nie.validate, "#-#######-#"),
            Kind("es.nif", "ES", _("Company NIF"), False, True, cif.validate, "#-########"),
            Kind("co.cc", "CO", _("Citizenship card"), True, False, _digits(3, 10), "#.###.###.###", checked=False),
            Kind("co.nit", "CO", _("NIT"), True, True, _nit, "###.###.###-#"),
            Kind("mx.curp", "MX", _("CURP"), True, False, curp.validate, ""),
            Kind("mx.rfc", "MX", _("RFC"), True, True, _rfc, "", checked=False),
            Kind("pe.dni", "PE", _("Peruvian DNI"), True, False, _pe_dni, "", checked=False),
            Kind("pe.ruc", "PE", _("RUC"), True, True, ruc.validate, ""),
            Kind("ar.dni", "AR", _("Argentine DNI"), True, False, _digits(7, 8), "##.###.###", checked=False),
            Kind("ar.cuit", "AR", _("CUIT or CUIL"), True, True, cuit.validate, "##-########-#"),
            Kind("passport", "", _("Passport"), True, False, _alphanumeric(5, 12), "", checked=False),
            Kind("other", "", _("Another document"), True, True, _other, "", checked=False),
        )
    }
)

FOR_LIFE = frozenset(KINDS) - {"passport", "other"}  # two numbers of one kind are two persons; these two are renewed

_COUNTRY_PREFIX = {"cl.rut": "CL", "es.dni": "ES", "es.nie": "ES", "es.nif": "ES", "co.nit": "CO"}
_LETTER_CHECK = frozenset({"es.dni", "es.nie"})


def kinds_for(country: str, *, organisation: bool = False) -> tuple[Kind, ...]:
    """The kinds to offer in a form, the country's own first, then those of any country, then the rest."""
    fitting = [kind for kind in KINDS.values() if (kind.organisation if organisation else kind.person)]
    return tuple(sorted(fitting, key=lambda kind: (kind.country != country, kind.country != "", kind.country)))


def compact(kind: str, text: str) -> str:
    """The typed number without separators, in capitals; nothing is checked."""
    bare = re.sub(r"[^\w&]|_", "", unicodedata.normalize("NFKC", text).upper())
    prefix = _COUNTRY_PREFIX.get(kind, "")
    return bare.removeprefix(prefix) if prefix and bare[len(prefix) : len(prefix) + 1].isalnum() else bare


def normalise(kind: str, text: str) -> str:
    """The canonical compact number; raises IdentifierError with words for the user."""
    known = KINDS.get(kind)
    if known is None:
        raise IdentifierError("unknown_kind", gettext("Choose the kind of document."))
    number = compact(kind, text)
    if not number:
        raise IdentifierError("empty", gettext("Write the number of the document."))
    try:
        return known.check(number)
    except ValidationError as error:
        raise _explained(known, error) from None


def is_valid(kind: str, text: str) -> bool:
    try:
        normalise(kind, text)
    except IdentifierError:
        return False
    return True


def _explained(kind: Kind, error: ValidationError) -> IdentifierError:
    if isinstance(error, InvalidChecksum):
        if kind.code in _LETTER_CHECK:
            return IdentifierError("check_digit", gettext("The letter does not match the number: check both."))
        return IdentifierError("check_digit", gettext("The check digit does not match: check the number."))
    if isinstance(error, InvalidLength):
        return IdentifierError("length", gettext("There are characters missing or too many: check the number."))
    if isinstance(error, InvalidComponent):
        return IdentifierError("component", gettext("A part of the number is not possible, such as its date: check the number."))
    return IdentifierError("format", gettext("The number does not have the form of this document: check the number and the kind."))


def display(kind: str, number: str) -> str:
    """A canonical number as its country writes it: 12.345.678-5."""
    known = KINDS.get(kind)
    return _laid_out(known.layout, number) if known else number


def _laid_out(layout: str, number: str) -> str:
    if len(number) > layout.count("#"):
        return number
    shown: list[str] = []
    waiting = list(number)
    for sign in reversed(layout):
        if not waiting:
            break
        shown.append(waiting.pop() if sign == "#" else sign)
    return "".join(reversed(shown))


def mask(kind: str, number: str) -> str:
    """Enough for its holder to know it and too little to copy: `12 ••• 785`; how many are hidden is not shown, at least four are."""
    bare = compact(kind, number)
    tail = max(0, min(3, len(bare) - 5))
    head = max(0, min(2, len(bare) - tail - 4))
    return " ".join(part for part in (bare[:head], "•••", bare[len(bare) - tail :]) if part)


def guess_kinds(text: str, country: str = "") -> tuple[Guess, ...]:
    """What a typed text may be as a document: valid readings first, those of the country before others, checked kinds before unchecked.

    A number that fits a checked kind of this country in all but its check digit is given too, with its error, so that the page can say so.
    Kinds without a check digit count only for their own country, or everybody's telephone number would be somebody's card.
    """
    if sum(char.isdigit() for char in text) < 3 or re.search(r"[@/]", text):
        return ()
    guesses = [guess for kind in KINDS.values() if kind.code != "other" for guess in _guess(kind, text, country)]
    return tuple(sorted(guesses, key=lambda guess: _rank(guess, country)))


def _guess(kind: Kind, text: str, country: str) -> Iterator[Guess]:
    number = compact(kind.code, text)
    at_home = kind.country == country
    try:
        canonical = normalise(kind.code, text)
    except IdentifierError as error:
        if at_home and error.code == "check_digit":
            yield Guess(kind.code, number, error)
        return
    if kind.code == "passport":
        if re.fullmatch(r"[A-Z]{1,3}[0-9]{5,9}", number):
            yield Guess(kind.code, canonical)
    elif kind.checked or at_home:
        yield Guess(kind.code, canonical)


def _rank(guess: Guess, country: str) -> tuple[bool, bool, bool]:
    kind = KINDS[guess.kind]
    return (guess.error is not None, kind.country != country, not kind.checked)
