"""Invented people: by household, with names by frequency, valid documents made by rule, and addresses nobody answers.

Numbers of RUT lie between 5 and 24 million and grow with the year of birth, as they do; organisations have theirs from 65 million on.
Telephones are well formed for Chile, of one block of a million; e-mail goes to example.org (RFC 2606).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

from stdnum.cl import rut

from citizens.names import fold

from .declared import bodies, declared
from .dice import dice, pick

HOMES = {"valle-sereno": 50.0, "los-aromos": 38.0, "both": 12.0}
SIZES = {"1": 30, "2": 27, "3": 23, "4": 20}
ORGANISATIONS = 0.05
ABROAD, MAPUCHE, AYMARA = 0.12, 0.09, 0.03
NO_DOCUMENT, NO_EMAIL, NO_PHONE, CARE = 0.03, 0.22, 0.05, 0.05
FIRST_RUT, LAST_RUT = 5_000_000, 24_000_000
MOBILE = "+56990"  # and six more digits


@dataclass(frozen=True)
class Person:
    """Somebody invented; `bodies` are the slugs of the municipalities that know them, `keen` how often they ask for something."""

    key: str
    bodies: tuple[str, ...]
    kind: str = "person"
    given: str = ""
    surname: str = ""
    second_surname: str = ""
    name: str = ""
    birth: date | None = None
    id_kind: str = ""
    id_number: str = ""
    country: str = ""
    language: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    barrio: str = ""
    care: str = ""
    verified: bool = False
    shared_phone: bool = False
    keen: float = 1.0


def called(person: Person) -> str:
    """The whole name."""
    return person.name or " ".join(filter(None, (person.given, person.surname, person.second_surname)))


@dataclass(frozen=True)
class Home:
    """Where a household lives and what it shares."""

    bodies: tuple[str, ...]
    address: str
    barrio: str
    phone: str
    surname: str


class People:
    """Makes people one after another; remembers which documents and addresses are taken."""

    def __init__(self, seed: object, today: date) -> None:
        self.rng, self.today = dice(seed, "people"), today
        self.names = declared("names")
        self.places = {body["slug"]: body for body in bodies()}
        self.taken: set[str] = set()
        self.made = 0

    def make(self, many: int) -> list[Person]:
        found: list[Person] = []
        while len(found) < many:
            found += [self.organisation()] if self.rng.random() < ORGANISATIONS else list(self.household())
        return found[:many]

    def household(self) -> Iterator[Person]:
        home = self.home()
        elders: list[str] = []
        for place in range(int(pick(self.rng, SIZES))):
            person = self.person(home, parents=(elders[0], elders[1]) if place >= 2 else None)
            elders.append(person.surname)
            yield person

    def home(self) -> Home:
        where = pick(self.rng, HOMES)
        known = tuple(self.places) if where == "both" else (where,)
        body = self.places[self.rng.choice(known)]
        address = f"{self.rng.choice(body['streets'])} {self.rng.randrange(12, 2400)}"
        return Home(known, address, self.rng.choice(body["barrios"]), self.phone(), pick(self.rng, self.names["surnames"]))

    def person(self, home: Home, *, parents: tuple[str, str] | None) -> Person:
        rng = self.rng
        age = rng.randrange(18, 27) if parents else min(94, max(19, round(rng.gauss(47, 17))))
        birth = self.today - timedelta(days=round(age * 365.25) + rng.randrange(365))
        sex = rng.choice(("woman", "man"))
        origin, facts = self.origin()
        given, surname, second = self.names_for(sex, birth, origin, facts)
        surname, second = parents or (surname, second)
        document = self.document(birth, origin)
        shared = rng.random() < 0.35
        language = facts.get("language", "es") if facts else "es"
        return Person(
            key=self.key(), bodies=home.bodies, given=given, surname=surname, second_surname=second, birth=birth,
            id_kind=document[0], id_number=document[1], country=origin if document[0] == "passport" else "", language=language,
            email="" if rng.random() < NO_EMAIL + (0.3 if age > 70 else 0) else self.email(given, surname),
            phone="" if rng.random() < NO_PHONE else home.phone if shared else self.phone(), shared_phone=shared,
            address=home.address, barrio=home.barrio, care=rng.choice(self.names["care"]) if rng.random() < CARE else "",
            verified=bool(document[0]) and rng.random() < 0.75, keen=min(9.0, rng.paretovariate(1.7)),
        )  # fmt: skip

    def organisation(self) -> Person:
        rng, home = self.rng, self.home()
        name = rng.choice(self.names["organisations"]).format(n=rng.randrange(1, 60), barrio=home.barrio, surname=home.surname)
        number = self.rut(rng.randrange(65_000_000, 77_000_000))
        return Person(
            key=self.key(), bodies=home.bodies, kind="organisation", name=name, id_kind="cl.rut", id_number=number, language="es",
            email=self.email(name.split()[0], home.barrio or home.surname), phone=home.phone, address=home.address, barrio=home.barrio,
            verified=rng.random() < 0.8, keen=min(9.0, 1 + rng.paretovariate(1.5)),
        )  # fmt: skip

    def origin(self) -> tuple[str, dict[str, Any] | None]:
        """A country, or one of the peoples of Chile, and where the names are; the rest has none."""
        chance = self.rng.random()
        if chance < ABROAD:
            country = pick(self.rng, {code: facts["share"] for code, facts in self.names["abroad"].items()})
            return country, self.names["abroad"][country]
        if chance < ABROAD + MAPUCHE:
            return "CL", self.names["peoples"]["mapuche"]
        if chance < ABROAD + MAPUCHE + AYMARA:
            return "CL", self.names["peoples"]["aymara"]
        return "CL", None

    def names_for(self, sex: str, birth: date, origin: str, facts: dict[str, Any] | None) -> tuple[str, str, str]:
        rng = self.rng
        age = self.today.year - birth.year
        usual = self.names["given"][sex]["old" if age > 62 else "middle" if age > 38 else "young"]
        surnames = self.names["surnames"]
        if facts is None:
            first, second = pick(rng, usual), pick(rng, usual)
            return first if first == second or rng.random() < 0.45 else f"{first} {second}", pick(rng, surnames), pick(rng, surnames)
        given = pick(rng, facts[sex])
        one_surname = origin not in {"CL", "VE", "PE", "CO", "BO"}
        return given, pick(rng, facts["surnames"]), "" if one_surname else pick(rng, facts["surnames"] if rng.random() < 0.5 else surnames)

    def document(self, birth: date, origin: str) -> tuple[str, str]:
        rng = self.rng
        if rng.random() < NO_DOCUMENT:
            return "", ""
        if origin != "CL" and rng.random() < 0.3:
            return "passport", self.free(lambda: f"{chr(rng.randrange(65, 91))}{chr(rng.randrange(65, 91))}{rng.randrange(10**6, 10**7)}")
        middle = 21_500_000 if origin != "CL" else FIRST_RUT + (birth.year - 1934) * 250_000
        return "cl.rut", self.free(lambda: self.rut(min(LAST_RUT, max(FIRST_RUT, round(rng.gauss(middle, 400_000))))))

    def rut(self, number: int) -> str:
        return f"{number}{rut.calc_check_digit(str(number))}"

    def phone(self) -> str:
        return self.free(lambda: f"{MOBILE}{self.rng.randrange(10**6):06d}")

    def email(self, given: str, surname: str) -> str:
        parts = (fold(part).replace(" ", "") for part in (given.split()[0], surname))
        base = ".".join(filter(None, parts)).encode("ascii", "ignore").decode() or "correo"
        turns = count(1)
        return self.free(lambda: f"{base}{turn if (turn := next(turns)) > 1 else ''}@example.org")

    def free(self, make: Any) -> str:
        """The first that nobody has."""
        while (value := make()) in self.taken:
            pass
        self.taken.add(value)
        return str(value)

    def key(self) -> str:
        self.made += 1
        return f"p{self.made}"


def invented(seed: object, many: int, today: date) -> list[Person]:
    """As many invented people and organisations as asked, always the same for a seed and a day."""
    return People(seed, today).make(many)
