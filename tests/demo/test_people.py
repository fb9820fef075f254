"""Invented people: valid, nobody's, and the same again."""

from __future__ import annotations

from datetime import date

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from citizens import identifiers
from reporting.demo.cast import cast_people
from reporting.demo.people import FIRST_RUT, LAST_RUT, invented

TODAY = date(2026, 11, 20)
MANY = invented("people", 600, TODAY)


@given(st.integers())
@settings(max_examples=20, deadline=None)
def test_every_document_is_valid_and_in_the_range_of_its_kind(seed):
    for person in invented(seed, 40, TODAY):
        if person.id_kind:
            assert identifiers.normalise(person.id_kind, person.id_number) == person.id_number
        if person.id_kind == "cl.rut" and person.kind == "person":
            assert FIRST_RUT <= int(person.id_number[:-1]) <= LAST_RUT


@given(st.integers())
@settings(max_examples=20, deadline=None)
def test_no_address_is_of_a_real_domain(seed):
    assert all(person.email.endswith("@example.org") for person in invented(seed, 40, TODAY) if person.email)


def test_every_telephone_is_well_formed():
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(person.phone)) for person in MANY if person.phone)


def test_the_same_seed_gives_the_same_people_and_another_seed_others():
    assert invented(7, 50, TODAY) == invented(7, 50, TODAY)
    assert invented(7, 50, TODAY) != invented(8, 50, TODAY)


def test_no_two_people_share_a_document_or_an_e_mail():
    everybody = [*MANY, *cast_people()]
    for numbers in ([person.id_number for person in everybody if person.id_number], [person.email for person in everybody if person.email]):
        assert len(set(numbers)) == len(numbers)


def test_grown_ups_only_and_older_people_have_lower_numbers():
    people = [person for person in MANY if person.birth and person.id_kind == "cl.rut"]
    assert all(18 <= (TODAY - person.birth).days / 365.25 < 97 for person in people)
    old = [int(person.id_number[:-1]) for person in people if person.birth.year < 1955]
    young = [int(person.id_number[:-1]) for person in people if person.birth.year > 1990]
    assert sum(old) / len(old) < sum(young) / len(young)


@pytest.mark.parametrize(
    ("what", "test"),
    [
        ("an organisation", lambda person: person.kind == "organisation"),
        ("somebody of two municipalities", lambda person: len(person.bodies) == 2),
        ("somebody without a document", lambda person: person.kind == "person" and not person.id_number),
        ("somebody without an e-mail", lambda person: not person.email),
        ("a note on how to treat them well", lambda person: person.care),
        ("a passport", lambda person: person.id_kind == "passport"),
        ("a single surname", lambda person: person.surname and not person.second_surname),
        ("a shared telephone", lambda person: person.shared_phone and person.phone),
    ],
)
def test_the_sample_has(what, test):
    assert any(test(person) for person in MANY), what
