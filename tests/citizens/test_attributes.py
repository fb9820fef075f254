"""What may be stated, and how a value of each kind is written and read."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from citizens.attributes import BUILT_IN, Definition, canonical, display, in_order
from citizens.categories import CATEGORIES
from citizens.forms_record import NumberField
from citizens.models import Attribute, Citizen
from czrm.kit.refused import Refused

KINDS = {kind: Definition("x", "x", "work", kind, (("a", "Alpha"), ("b", "Beta"))) for kind in Attribute.Kind.values}


def test_every_built_in_attribute_has_a_category_a_kind_and_somebody_to_be_stated_of():
    assert len(BUILT_IN) >= 25
    for code, definition in BUILT_IN.items():
        assert code == definition.code
        assert definition.category in CATEGORIES
        assert definition.kind in KINDS
        assert definition.of in ("", *Citizen.Kind.values)
        assert bool(definition.options) == (definition.kind == "choice")
        assert len(code) <= 60


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("text", "  Calle   Uno ", "Calle Uno"), ("number", "007.50", "7.5"), ("number", Decimal("-0"), "0"), ("number", 12, "12"),
        ("money", "540000", "540000"), ("money", "10.005", "10"), ("date", "2026-11-22", "2026-11-22"), ("boolean", True, "yes"),
        ("boolean", "no", "no"), ("choice", "a", "a"),
    ],
)  # fmt: skip
def test_a_value_is_kept_in_one_way(kind, given, kept):
    assert canonical(KINDS[kind], given) == kept


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("text", "  "), ("text", "x" * 501), ("number", "many"), ("number", "NaN"), ("number", "1e20"), ("money", "-1"), ("money", None),
        ("date", "22/11/2026"), ("date", "2026-02-30"), ("date", "1492-10-12"), ("boolean", "perhaps"), ("choice", "Alpha"), ("choice", ""),
    ],
)  # fmt: skip
def test_what_does_not_fit_its_kind_is_refused(kind, given):
    with pytest.raises(Refused) as no:
        canonical(KINDS[kind], given)
    assert no.value.code == "invalid_value"


@pytest.mark.parametrize(
    ("kind", "kept", "country", "shown"),
    [
        ("date", "1972-03-12", "", "12 de marzo de 1972"), ("money", "540000", "CL", "540.000 CLP"), ("money", "10.5", "ES", "10,5 EUR"),
        ("money", "5", "", "5"), ("number", "1234", "", "1234"), ("boolean", "yes", "", "Sí"), ("choice", "a", "", "Alpha"),
        ("choice", "gone", "", "gone"), ("date", "soon", "", "soon"), ("number", "?", "", "?"),
    ],
)  # fmt: skip
def test_a_value_is_read_in_the_reader_s_language(kind, kept, country, shown):
    with override("es"):
        assert display(KINDS[kind], kept, country).replace("\xa0", ".") == shown


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=40) | st.decimals() | st.dates() | st.booleans() | st.none())
def test_whatever_is_accepted_stays_as_it_is_and_can_be_read(kind, value):
    definition = KINDS[kind]
    try:
        kept = canonical(definition, value)
    except Refused:
        return
    assert canonical(definition, kept) == kept
    assert 0 < len(kept) <= 500
    assert display(definition, kept, "CL")


def test_what_one_may_state_follows_the_kind_of_citizen_and_the_order_of_the_record():
    own = Definition("socio", "Socio", "work", institution_id=1)
    known = in_order([own, *BUILT_IN.values(), Definition("old", "Old", "work", active=False)], "person")
    codes = [each.code for each in known]
    assert "marital_status" in codes
    assert not {"legal_form", "old"} & set(codes)
    assert codes.index("employer") < codes.index("socio") < codes.index("monthly_income")
    assert "marital_status" not in {each.code for each in in_order(BUILT_IN.values(), "organisation")}


@pytest.mark.parametrize(
    ("language", "typed", "number"),
    [
        ("es", "540.000", "540000"), ("es", "1.234.567,5", "1234567.5"), ("es", "540,5", "540.5"), ("es", "540.5", "540.5"),
        ("es", "540 000", "540000"), ("en", "540,000", "540000"), ("en", "540.000", "540.000"), ("es", "-3", "-3"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(language, typed, number):
    with override(language):
        assert NumberField().to_python(typed) == Decimal(number)
