"""What an identity provider vouches for, read from its claims: which ones say it is configured, for each country names them otherwise.

A claim is named by its path (`RolUnico.numero`); several joined by + are written one after the other (`RolUnico.numero+RolUnico.DV`).
A path that ends at a list means its words. Only what the provider itself verified counts: nothing here comes from a form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext

from citizens import identifiers, names
from czrm.kit.refused import Refused


@dataclass(frozen=True, slots=True)
class Rules:
    """Which claims say what. `kinds` maps what the provider calls a kind of document to ours; with no `kind` claim it holds one kind."""

    document: str
    kinds: Mapping[str, str]
    kind: str = ""
    given: str = "given_name"
    surname: str = "family_name"
    birth: str = "birthdate"


@dataclass(frozen=True, slots=True)
class Vouched:
    """A person as the provider knows them; `number` in its canonical form."""

    provider: str
    subject: str
    kind: str
    number: str
    given: str
    surname: str
    second_surname: str
    birth: date | None

    @property
    def surnames(self) -> str:
        return f"{self.surname} {self.second_surname}".strip()

    @property
    def said(self) -> dict[str, str]:
        """What an officer needs to decide; the rest of the claims is not kept."""
        born = self.birth.isoformat() if self.birth else ""
        return {"given": self.given, "surname": self.surname, "second_surname": self.second_surname, "birth": born}


def read(provider: str, claims: Mapping[str, Any], rules: Rules) -> Vouched:
    """Refused where the claims hold no subject, no document of a known kind, or nothing that confirms whose it is."""
    subject = claims.get("sub")
    typed = "".join(text_at(claims, path) for path in rules.document.split("+"))
    kind = kind_of(claims, rules)
    if not isinstance(subject, str) or not subject or not typed or not kind:
        raise not_vouched()
    try:
        number = identifiers.normalise(kind, typed)
    except identifiers.IdentifierError:
        raise not_vouched() from None
    surname, second = surnames_at(claims, rules.surname)
    birth = parse_birth(text_at(claims, rules.birth))
    given = names.proper_case(text_at(claims, rules.given))
    if not names.fold(f"{given} {surname}") or (birth is None and not names.fold(surname)):
        raise not_vouched()
    return Vouched(provider, subject[:200], kind, number, given[:120], surname[:80], second[:80], birth)


def kind_of(claims: Mapping[str, Any], rules: Rules) -> str:
    if rules.kind:
        return rules.kinds.get(text_at(claims, rules.kind), "")
    return next(iter(rules.kinds.values()), "")


def text_at(claims: Mapping[str, Any], path: str) -> str:
    return " ".join(words_at(claims, path))


def words_at(claims: Mapping[str, Any], path: str) -> list[str]:
    found: Any = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    several = found if isinstance(found, list) else [found]
    return [names.tidy(str(one)) for one in several if isinstance(one, str | int) and not isinstance(one, bool) and str(one).strip()]


def surnames_at(claims: Mapping[str, Any], path: str) -> tuple[str, str]:
    """First and second surname: as a list, or together as one text, which may hold particles."""
    found = [names.proper_case(word) for word in words_at(claims, path)]
    if len(found) > 1:
        return found[0], " ".join(found[1:])
    if not found:
        return "", ""
    split = names.split_full_name(f"{found[0]}, X")
    return split.first_surname, split.second_surname


def parse_birth(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def rules_of(document: str, kinds: str, kind: str = "", **names_of: str) -> Rules:
    """As the environment writes them: `RUN=cl.rut,DNI=es.dni`, or one kind alone."""
    pairs = [pair.partition("=") for pair in kinds.split(",") if pair.strip()]
    table = {(name if sign else "").strip(): (value if sign else name).strip() for name, sign, value in pairs}
    return Rules(document, table, kind, **{key: path for key, path in names_of.items() if path})


def not_vouched() -> Refused:
    return Refused("not_vouched", gettext("The identity service did not tell us your verified document, so we cannot know who you are."))
