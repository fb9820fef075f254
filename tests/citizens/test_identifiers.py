import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizens import identifiers
from citizens.identifiers import KINDS, IdentifierError

VALID = [
    ("cl.rut", "12.345.678-5", "123456785", "12.345.678-5"),
    ("cl.rut", " 12345678\u20135 ", "123456785", "12.345.678-5"),
    ("cl.rut", "CL 012.345.678-5", "123456785", "12.345.678-5"),
    ("cl.rut", "8532490-k", "8532490K", "8.532.490-K"),
    ("es.dni", "12345678z", "12345678Z", "12345678-Z"),
    ("es.dni", "1.234.567-L", "01234567L", "01234567-L"),
    ("es.nie", "x-1234567-l", "X1234567L", "X-1234567-L"),
    ("es.nif", "A58818501", "A58818501", "A-58818501"),
    ("co.cc", "1.020.304.050", "1020304050", "1.020.304.050"),
    ("co.nit", "213.123.432-1", "2131234321", "213.123.432-1"),
    ("mx.curp", "boxw310820hnerxn09", "BOXW310820HNERXN09", "BOXW310820HNERXN09"),
    ("mx.rfc", "GODE 561231 GR8", "GODE561231GR8", "GODE561231GR8"),
    ("pe.dni", "10117410-2", "10117410", "10117410"),
    ("pe.ruc", "20512333797", "20512333797", "20512333797"),
    ("ar.dni", "20.123.456", "20123456", "20.123.456"),
    ("ar.cuit", "20 05536168 2", "20055361682", "20-05536168-2"),
    ("passport", "ab 123456", "AB123456", "AB123456"),
    ("other", "Ficha 7/b", "FICHA7B", "FICHA7B"),
]


@pytest.mark.parametrize(("kind", "typed", "kept", "shown"), VALID)
def test_a_number_in_any_usual_writing_is_kept_in_one_form_and_shown_in_its_countrys(kind: str, typed: str, kept: str, shown: str) -> None:
    assert identifiers.normalise(kind, typed) == kept
    assert identifiers.display(kind, kept) == shown
    assert identifiers.normalise(kind, shown) == kept


def test_every_kind_has_a_valid_example_above() -> None:
    assert {kind for kind, *_ in VALID} == set(KINDS)


@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [
        ("cl.rut", "12.345.678-6", "check_digit"),
        ("cl.rut", "123", "length"),
        ("cl.rut", "12345678Z", "format"),
        ("es.dni", "12345678A", "check_digit"),
        ("es.dni", "12345678", "length"),
        ("es.dni", "123456789", "format"),
        ("es.nif", "12345678Z", "format"),
        ("mx.curp", "BOXW311320HNERXN09", "component"),
        ("mx.rfc", "GODE561231", "length"),
        ("co.cc", "12", "length"),
        ("co.cc", "12A4567", "format"),
        ("passport", "ABCDEFG", "format"),
        ("other", "x" * 41, "length"),
        ("cl.rut", " .- ", "empty"),
        ("xx.card", "1", "unknown_kind"),
    ],
)
def test_a_wrong_number_is_refused_with_words(kind: str, typed: str, code: str) -> None:
    with pytest.raises(IdentifierError) as refused:
        identifiers.normalise(kind, typed)
    assert refused.value.code == code
    assert refused.value.words


def test_a_refusal_never_repeats_the_number() -> None:
    with pytest.raises(IdentifierError) as refused:
        identifiers.normalise("cl.rut", "12.345.678-6")
    assert not any(char.isdigit() for char in repr(refused.value) + str(refused.value.words))


@given(st.sampled_from([entry for entry in VALID if entry[0] in {"cl.rut", "es.dni", "es.nie", "es.nif"}]), st.data())
def test_one_wrong_digit_in_a_chilean_or_spanish_number_is_always_noticed(entry: tuple[str, str, str, str], data: st.DataObject) -> None:
    kind, _, kept, _ = entry
    place = data.draw(st.sampled_from([place for place, char in enumerate(kept) if char.isdigit()]))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != kept[place]]))
    assert not identifiers.is_valid(kind, kept[:place] + wrong + kept[place + 1 :])


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=30))
def test_whatever_is_typed_is_kept_in_one_form_or_refused(kind: str, typed: str) -> None:
    try:
        kept = identifiers.normalise(kind, typed)
    except IdentifierError:
        return
    assert identifiers.normalise(kind, kept) == kept
    assert identifiers.normalise(kind, identifiers.display(kind, kept)) == kept


@pytest.mark.parametrize(
    ("kind", "number", "masked"),
    [
        ("cl.rut", "123456785", "12 ••• 785"),
        ("co.cc", "1020304050", "10 ••• 050"),
        ("mx.curp", "BOXW310820HNERXN09", "BO ••• N09"),
        ("pe.dni", "10117410", "1 ••• 410"),
        ("passport", "AB123", "A •••"),
    ],
)
def test_a_masked_number_shows_little(kind: str, number: str, masked: str) -> None:
    assert identifiers.mask(kind, number) == masked


@given(st.sampled_from(sorted(KINDS)), st.text(alphabet="0123456789ABK", max_size=20))
def test_at_least_four_characters_of_a_number_stay_hidden(kind: str, number: str) -> None:
    shown = identifiers.mask(kind, number).replace("•••", "").replace(" ", "")
    assert len(shown) <= 5
    assert not shown or len(identifiers.compact(kind, number)) - len(shown) >= 4


@pytest.mark.parametrize(
    ("typed", "country", "kinds"),
    [
        ("12.345.678-5", "CL", ["cl.rut"]),
        ("12345678Z", "CL", ["es.dni"]),
        ("x1234567l", "ES", ["es.nie"]),
        ("AB123456", "CL", ["passport"]),
        ("20512333797", "PE", ["pe.ruc", "ar.cuit"]),
        ("maria 1972", "CL", []),
        ("a1234@example.org", "CL", []),
    ],
)
def test_the_kinds_a_number_may_be_are_guessed_with_the_countrys_own_first(typed: str, country: str, kinds: list[str]) -> None:
    assert [guess.kind for guess in identifiers.guess_kinds(typed, country)] == kinds


def test_a_number_of_this_country_with_a_wrong_check_digit_is_guessed_with_its_error() -> None:
    (guess,) = identifiers.guess_kinds("12.345.678-6", "CL")
    assert guess.kind == "cl.rut"
    assert guess.error is not None
    assert guess.error.code == "check_digit"


def test_a_form_offers_the_countrys_own_kinds_first() -> None:
    assert [kind.code for kind in identifiers.kinds_for("ES")][:4] == ["es.dni", "es.nie", "passport", "other"]
    assert [kind.code for kind in identifiers.kinds_for("ES", organisation=True)][:2] == ["es.nif", "other"]
