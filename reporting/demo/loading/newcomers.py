"""Who came in the last days: registered by the services, as the officers would, some of them though they were here already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from stdnum.cl import rut

from citizens import definers, services
from citizens.services import PersonData
from citizens.services.matches import to_decide
from czrm.kit.actor import Clerk, acting
from reporting.demo.cast import cast_people
from reporting.demo.declared import Declared, declared

from .record import citizen, clerk
from .registering import Citizens
from .setting import Setting

PARTS = {field.name for field in fields(PersonData)}


def come(settings: Sequence[Setting], people: Citizens) -> None:
    found = declared("newcomers")
    known: Citizens = dict(people)
    for row in found["people"]:
        by = clerk(settings, row["by"])
        known[row["key"]] = services.register_citizen(as_data(row), basis="present", apart=True, by=by).pk
    for row in found["states"]:
        by = clerk(settings, row["by"])
        services.correct_citizen(citizen(known[row["who"]], by), changes={"state": row["state"]}, reason=row["reason"], by=by)
    for row in found["pairs"]:
        with acting(clerk(settings, row["by"])):
            definers.suspect_match(known[row["one"]], [known[row["other"]]], ["registered_apart"])
        if "verdict" in row:
            decide({known[row["one"]], known[row["other"]]}, row, clerk(settings, row["decider"]))


def decide(pair: set[int], row: Declared, by: Clerk) -> None:
    with acting(by):
        which = next(each.pair.uid for each in to_decide(by=by) if {each.pair.one, each.pair.two} == pair)
    services.decide_match(which, verdict=row["verdict"], ground=row["ground"], note=row["note"], by=by)


def as_data(row: Declared) -> PersonData:
    given: dict[str, Any] = {name: value for name, value in row.items() if name in PARTS}
    number = ""
    if "number" in row:
        number = row["number"] + rut.calc_check_digit(row["number"])
    if "like" in row:
        number = next(person.id_number for person in cast_people() if person.key == row["like"])
    return PersonData(**given, id_kind="cl.rut" if number else "", id_number=number)
