"""What an identity provider says, read by how it is configured."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.timezone import now
from hypothesis import given
from hypothesis import strategies as st

from citizens import codes, vouching
from citizens.vouching import read, rules_of
from czrm.kit.refused import Refused

CHILE = rules_of("RolUnico.numero+RolUnico.DV", "cl.rut", given="name.nombres", surname="name.apellidos")
PLAIN = rules_of("document", "RUN=cl.rut,DNI=es.dni", "document_type")
SAID = {"sub": "s-1", "document": "12.345.678-5", "document_type": "RUN", "given_name": "CARLA", "family_name": "DE LA FUENTE SOTO",
        "birthdate": "1972-03-12"}  # fmt: skip


def test_a_document_in_two_nested_claims_is_put_together():
    claims = {"sub": "2594", "RolUnico": {"numero": 12345678, "DV": "5", "tipo": "RUN"},
              "name": {"nombres": ["María", "Carmen"], "apellidos": ["del Río", "González"]}}  # fmt: skip
    told = read("p", claims, CHILE)
    assert (told.kind, told.number, told.given) == ("cl.rut", "123456785", "María Carmen")
    assert (told.surname, told.second_surname, told.birth) == ("del Río", "González", None)


def test_the_kind_is_what_the_provider_calls_it():
    assert read("p", SAID, PLAIN).kind == "cl.rut"
    assert read("p", SAID | {"document_type": "DNI", "document": "12345678Z"}, PLAIN).kind == "es.dni"


def test_surnames_in_one_claim_are_parted_with_their_particles():
    told = read("p", SAID, PLAIN)
    assert (told.given, told.surname, told.second_surname) == ("Carla", "De la Fuente", "Soto")
    assert told.birth == date(1972, 3, 12)


@pytest.mark.parametrize("without", [
    {"sub": ""}, {"sub": None}, {"sub": 7}, {"document": ""}, {"document": None}, {"document": ["1", {}]}, {"document": "12.345.678-6"},
    {"document_type": "PASSPORT"}, {"document_type": ""}, {"family_name": "", "birthdate": ""}, {"family_name": "", "birthdate": "2026-02-31"},
])  # fmt: skip
def test_claims_without_a_subject_a_sound_document_or_a_confirmation_vouch_for_nobody(without):
    with pytest.raises(Refused) as no:
        read("p", SAID | without, PLAIN)
    assert no.value.code == "not_vouched"
    assert "12.345" not in no.value.words


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner), max_leaves=5)  # fmt: skip


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(SAID, JSON)))
def test_no_claims_whatever_break_it(claims):
    try:
        told = read("p", claims, PLAIN)
    except Refused:
        return
    assert told.subject
    assert told.number


def test_what_is_kept_for_the_officer_has_no_other_claim():
    assert set(vouching.read("p", SAID | {"email": "x@example.org"}, PLAIN).said) == {"given", "surname", "second_surname", "birth"}


def test_a_code_is_of_one_point_one_use_and_one_moment():
    moment = now()
    code = codes.code_of(1, "login", moment)
    assert len(code) == 6
    assert code.isdigit()
    assert code == codes.code_of(1, "login", moment)
    assert len({code, codes.code_of(2, "login", moment), codes.code_of(1, "verify", moment)}) > 1


def test_a_typed_code_may_have_spaces_and_no_other_point_takes_it():
    digest = codes.digest_of(1, "012345")
    assert codes.matches(1, "012 345", digest)
    assert not codes.matches(2, "012345", digest)
    assert not codes.matches(1, "12345", digest)
    assert not codes.matches(1, "", digest)
