"""The one search box: who is found, by what, and who sees it in the log."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from unittest.mock import patch

import pytest
from stdnum.cl import rut

from citizens import definers, services
from citizens.models import Citizen
from citizens.services import PersonData, budget, shown, typed
from czrm.kit.actor import Actor, Clerk, acting
from czrm.kit.refused import Refused
from czrm.trail.models import AccessEntry
from tests import factories
from tests.world import World

PEOPLE = {
    "elena": PersonData(
        given="Elena",
        surname="Quiroga",
        second_surname="Paz",
        birth=date(1971, 11, 5),
        id_kind="cl.rut",
        phone="+56 9 8765 4321",
        email="Elena.Q@Example.org",
        address="Los Tilos 240, Valle Sereno",
    ),
    "ramon": PersonData(given="Ramón Eduardo", surname="Ibáñez", second_surname="Soto", birth=date(1958, 7, 4), phone="+56 2 2345 6789"),
    "jose": PersonData(given="José", surname="Giménez", second_surname="Llanos", birth=date(1990, 12, 1)),
    "maria": PersonData(given="María del Carmen", surname="González", second_surname="de la Cruz", birth=date(1984, 2, 29)),
    "bakery": PersonData(kind="organisation", name="Panadería La Espiga SpA", id_kind="cl.rut"),
}
NUMBERS = {"elena": "15234567", "bakery": "76543210"}


@pytest.fixture
def people(world: World) -> dict[str, Citizen]:
    return {key: register(key, person, world.ana) for key, person in PEOPLE.items()}


def register(key: str, person: PersonData, by: Actor) -> Citizen:
    stem = NUMBERS.get(key, "")
    number = stem + rut.calc_check_digit(stem) if stem else ""
    return services.register_citizen(replace(person, id_number=number), basis="present", by=by)


def names_found(text: str, by: Actor, **options: bool) -> list[str]:
    return [found.name.split()[0] for found in services.find_citizens(text, by=by, **options).found]


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("15.234.567-4", "Elena"),
        ("152345674", "Elena"),
        ("15234567", "Elena"),  # without its check digit
        ("152345", "Elena"),  # its first figures
        ("76.543.210-3", "Panadería"),
        ("987654321", "Elena"),
        ("9 8765 4321", "Elena"),
        ("+56 9 8765 4321", "Elena"),
        ("(56) 2 2345 6789", "Ramón"),
        ("22345 6789", "Ramón"),
        ("elena.q@example.org", "Elena"),
        ("ELENA.Q@EXAMPLE.ORG", "Elena"),
        ("elena quiroga", "Elena"),
        ("Quiroga Paz, Elena", "Elena"),
        ("paz elena", "Elena"),
        ("elna quiroga", "Elena"),
        ("elena quiorga", "Elena"),
        ("quirog", "Elena"),
        ("05/11/1971", "Elena"),
        ("5-11-71", "Elena"),
        ("11/05/1971", "Elena"),  # day and month swapped
        ("06/11/1971", "Elena"),  # one figure wrong
        ("quiroga 1944", "Elena"),  # nobody else, so perhaps the year is wrong
        ("quiroga 1971", "Elena"),
        ("elena 5 de noviembre de 1971", "Elena"),
        ("ramon ibanez", "Ramón"),
        ("ramón ivañes", "Ramón"),
        ("eduardo ibanes soto", "Ramón"),
        ("pepe jimenez", "José"),
        ("jose himenez yanos", "José"),
        ("mª carmen gzlez", "María"),
        ("gonzalez cruz maria", "María"),
        ("la espiga", "Panadería"),
        ("panaderia", "Panadería"),
        ("los tilos 240", "Elena"),
        ("tilos nº 240", "Elena"),
        ("av. los tillos 240", "Elena"),
        ("calle los tilos 240, valle sereno", "Elena"),
    ],
)
def test_somebody_is_found_by(world: World, text: str, first: str) -> None:
    assert names_found(text, world.ana)[:1] == [first]


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("text", ["", "?", "99.999.999-9", "nadie@example.org", "zzyzx", "elena xilofono", "VS-2026-0004812-K"])
def test_nobody_is_found_by(world: World, text: str) -> None:
    assert names_found(text, world.ana) == []


@pytest.mark.usefixtures("people")
def test_the_last_word_may_be_unfinished_only_while_one_types(world: World) -> None:
    assert names_found("elena qui", world.ana, typing=True) == ["Elena"]
    assert names_found("elena qui ", world.ana) == []


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    "text", ["elena quiroga", "15.234.567-4", "987654321", "elena.q@example.org", "05/11/1971", "los tilos 240", "1523"]
)
def test_bruno_finds_nobody_of_norte_by_any_way(world: World, text: str) -> None:
    found = services.find_citizens(text, by=world.bruno)
    assert "Elena" not in [each.name.split()[0] for each in found.found]
    assert not found.too_many


@pytest.mark.usefixtures("people")
def test_an_agreement_opens_people_for_its_purpose_and_their_telephones_only_with_its_scope(world: World) -> None:
    bruno = replace(world.bruno, purpose_id=world.purpose.pk)
    factories.agreement(world.norte, world.sur, world.purpose, "citizen")
    assert names_found("elena quiroga", bruno) == ["Elena"]
    assert names_found("elena quiroga", world.bruno) == []
    assert names_found("987654321", bruno) == []


def test_too_many_alike_are_said_to_be(world: World) -> None:
    for day in range(1, 6):
        register("twin", PersonData(given="Juan", surname="Pérez", second_surname="Pérez", birth=date(1980, 1, day)), world.ana)
    search = services.find_citizens("juan perez", limit=3, by=world.ana)
    assert (len(search.found), search.too_many) == (3, True)
    assert not services.find_citizens("juan perez 1980", limit=5, by=world.ana).too_many
    assert len(services.find_citizens("juan perez 3/1/1980", limit=3, by=world.ana).found) == 1


@pytest.mark.usefixtures("people")
def test_a_result_tells_name_masked_document_year_place_and_why(world: World) -> None:
    [elena] = services.find_citizens("987654321", by=world.ana).found
    assert (elena.name, elena.document, elena.place, elena.verified) == ("Elena Quiroga Paz", "15 ••• 674", "Valle Sereno", False)
    assert elena.birth == date(1971, 11, 5)
    assert [reason.code for reason in elena.reasons] == ["phone_same"]


def entries(by: Actor) -> list[tuple[str, int | None]]:
    with acting(by):
        return list(AccessEntry.objects.filter(verb="citizen.find").order_by("pk").values_list("subject", "citizen_id"))


def test_a_search_names_those_it_showed_in_the_log(world: World, people: dict[str, Citizen]) -> None:
    services.find_citizens("elena quiroga", by=world.ana)
    services.find_citizens("zzyzx", by=world.ana)
    assert entries(world.ana) == [("search", people["elena"].pk), ("search", None)]


def test_while_one_types_only_a_list_that_stood_still_is_logged(world: World, people: dict[str, Citizen]) -> None:
    with patch.object(shown, "time") as clock:
        clock.return_value = 1000.0
        services.find_citizens("ele", typing=True, by=world.ana)
        clock.return_value = 1000.3  # the next keys
        services.find_citizens("elena", typing=True, by=world.ana)
        assert entries(world.ana) == []
        clock.return_value = 1002.0
        services.find_citizens("elena zzyzx", typing=True, by=world.ana)
    assert entries(world.ana) == [("search", people["elena"].pk)]


def test_a_program_that_does_not_wait_leaves_its_lists_in_the_log_of_the_contact_it_was_in(
    world: World, people: dict[str, Citizen]
) -> None:
    clerk = replace(world.ana, purpose_id=world.purpose.pk, contact_id=41)
    with patch.object(shown, "time", return_value=1000.0):
        services.find_citizens("elena", typing=True, by=clerk)
        services.find_citizens("ramiro", typing=True, by=replace(clerk, contact_id=42))
        services.find_citizens("zzyzx", typing=True, by=world.ana)
    with acting(world.ana):
        logged = AccessEntry.objects.filter(verb="citizen.find", citizen_id=people["elena"].pk)
        assert list(logged.values_list("contact_id", "purpose_id")) == [(41, world.purpose.pk)]


def test_a_list_the_page_says_has_stood_is_logged_once(world: World, people: dict[str, Citizen]) -> None:
    services.find_citizens("elena", typing=True, by=world.ana)
    with acting(world.ana):
        shown.settle(by=world.ana)
        shown.settle(by=world.ana)
    assert entries(world.ana) == [("search", people["elena"].pk)]


def spent(world: World, *texts: str, typing: bool = True) -> list[int]:
    """How many searches had been counted after each call."""
    counted: list[int] = []
    with patch.object(typed.budget, "spend", lambda what, *, by: counted.append(1)):
        return [services.find_citizens(text, typing=typing, by=world.ana) and len(counted) for text in texts]


def test_what_is_typed_letter_by_letter_is_one_search_with_its_enter(world: World) -> None:
    assert spent(world, "el", "ele", "elen", "elena", "elena ", "elena q") == [1] * 6
    assert spent(world, "Elena Q", typing=False) == [0]


def test_letters_taken_back_are_free_and_others_in_their_place_are_not(world: World) -> None:
    assert spent(world, "maria", "mar", "mari", "mario", "ana") == [1, 1, 2, 2, 3]


def test_walking_the_alphabet_under_one_prefix_costs_a_search_a_letter(world: World) -> None:
    walk = [step for letter in "abcdef" for step in (f"mar{letter}", "mar")]
    assert spent(world, *walk)[-1] == 6


def test_a_second_page_of_the_same_words_by_somebody_else_is_theirs(world: World) -> None:
    assert spent(world, "elena") == [1]
    with patch.object(typed.budget, "spend") as spend:
        services.find_citizens("elena q", typing=True, by=world.bruno)
    assert spend.call_count == 1


def test_after_the_budget_of_the_hour_nobody_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(budget.LIMITS, "find", 2)
    names_found("abc", world.ana, typing=True)
    names_found("def", world.ana, typing=True)
    with pytest.raises(Refused) as refused:
        names_found("ghi", world.ana, typing=True)
    assert refused.value.code == "budget_spent"
    assert names_found("ghi", world.bruno) == []  # each their own


def test_where_a_protected_person_lives_finds_nobody(world: World, people: dict[str, Citizen]) -> None:
    assert names_found("los tilos 240", world.ana) == ["Elena"]
    services.protect_citizen(people["elena"], reason="A court orders it", by=world.sofia)
    assert names_found("los tilos 240", world.sofia) == []
    assert names_found("elena quiroga", world.sofia) == ["Elena"]


def test_a_word_of_another_person_does_not_hide_who_was_mistyped(world: World) -> None:
    """Marín is a name too: who was meant by one slip comes after those who are called so."""
    for surname in ("Marín", "Martín"):
        register("x", PersonData(given="Julia", surname=surname, second_surname="Olmo"), world.ana)
    found = [each.name for each in services.find_citizens("julia marin olmo", by=world.ana).found]
    assert found == ["Julia Marín Olmo", "Julia Martín Olmo"]


@pytest.mark.parametrize("text", ["adrian moreno moreno", "moreno moreno adrian", "adrian moreno morneo"])
def test_who_has_the_same_surname_twice_comes_before_who_has_it_once(world: World, text: str) -> None:
    for given, second in (("Adrián Antonio", ""), ("Adrián", "Barrera"), ("Adrián", "Moreno"), ("Adrián", "")):
        register("x", PersonData(given=given, surname="Moreno", second_surname=second), world.ana)
    assert services.find_citizens(text, by=world.ana).found[0].name == "Adrián Moreno Moreno"


@pytest.mark.parametrize("text", ["adrian moreno 03/07/1980"])
def test_a_birth_date_is_no_house_number(world: World, text: str) -> None:
    register("x", PersonData(given="Adrián", surname="Moreno", birth=date(1980, 7, 3), address="Adrián Moreno 3, Sur"), world.ana)
    with patch.object(definers, "find_by_address") as by_address:
        assert names_found(text, world.ana) == ["Adrián"]
    assert not by_address.called


@pytest.mark.parametrize("typed_word", ["riuz", "uriz", "ruz", "ruoz", "ruiz", "ruizz"])
def test_a_short_name_is_found_with_any_one_slip(world: World, typed_word: str) -> None:
    register("x", PersonData(given="Pedro", surname="Ruiz", second_surname="Olmo"), world.ana)
    assert names_found(f"pedro {typed_word} olmo", world.ana) == ["Pedro"]


def purposeful(world: World) -> Clerk:
    return replace(world.ana, purpose_id=world.purpose.pk)


def test_likely_duplicates_are_told_with_their_reasons(world: World, people: dict[str, Citizen]) -> None:
    typed = PersonData(given="Helena", surname="Kiroga", birth=date(1971, 5, 11), phone="987654321")
    found = services.likely_same(typed, by=world.ana)
    assert [each.pk for each in found] == [people["elena"].pk]
    assert {"birth_swapped", "phone_same"} <= {reason.code for reason in found[0].reasons}
    with acting(world.ana):
        assert AccessEntry.objects.filter(verb="citizen.register", citizen_id=people["elena"].pk).exists()


@pytest.mark.usefixtures("people")
def test_somebody_else_is_no_duplicate(world: World) -> None:
    assert services.likely_same(PersonData(given="Tomás", surname="Villalba", birth=date(1990, 1, 1)), by=world.ana) == []


def test_a_document_confirms_beyond_the_walls_by_name_only_and_with_a_purpose(world: World) -> None:
    sur = register("elena", PEOPLE["elena"], world.bruno)
    typed = replace(PEOPLE["elena"], id_number="15.234.567-4", phone="", email="")
    [found] = services.likely_same(typed, by=purposeful(world))
    assert (found.pk, found.uid, found.name, found.birth, found.place) == (sur.pk, None, "Elena Quiroga Paz", None, "")
    assert services.likely_same(typed, by=world.ana) == []
    assert services.likely_same(replace(typed, birth=date(1999, 9, 9), surname="Vera"), by=purposeful(world)) == []
