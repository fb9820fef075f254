from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizens import contact_points
from citizens.contact_points import ContactPointError, Query

TODAY = date(2026, 11, 21)


def guess(text: str) -> Query:
    return contact_points.guess(text, "CL", today=TODAY)


@pytest.mark.parametrize(
    ("typed", "region", "kept"),
    [
        ("9 1234 5678", "CL", "+56912345678"),
        ("(9) 1234-5678", "cl", "+56912345678"),
        ("+56 9 1234 5678", "ES", "+56912345678"),
        ("00 56 9 1234 5678", "ES", "+56912345678"),
        ("(02) 2345 6789", "CL", "+56223456789"),
        ("600 12 34 56", "ES", "+34600123456"),
        ("tel:+34600123456", "CL", "+34600123456"),
    ],
)
def test_a_phone_in_any_usual_writing_is_kept_in_one_form(typed: str, region: str, kept: str) -> None:
    assert contact_points.normalise_phone(typed, region) == kept
    assert contact_points.normalise_phone(kept, "") == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("123", "phone_short"),
        ("2345 6789", "phone_short"),
        ("9123456789999", "phone_long"),
        ("+999 12345", "phone_prefix"),
        ("call me", "phone_letters"),
        ("", "phone_format"),
    ],
)
def test_a_wrong_phone_is_refused_with_words(typed: str, code: str) -> None:
    with pytest.raises(ContactPointError) as refused:
        contact_points.normalise_phone(typed, "CL")
    assert refused.value.code == code
    assert refused.value.words


def test_a_phone_is_shown_as_it_is_dialled_from_where_one_is() -> None:
    assert contact_points.display_phone("+34600123456", "ES") == "600 12 34 56"
    assert contact_points.display_phone("+34600123456", "CL") == "+34 600 12 34 56"
    assert contact_points.display_phone("unknown", "CL") == "unknown"
    assert contact_points.mask_phone("+34600123456") == "••• 456"


def test_a_phone_of_no_known_range_is_kept_but_doubted() -> None:
    assert contact_points.is_known_phone("+34600123456")
    assert not contact_points.is_known_phone("+34100123456")
    assert not contact_points.is_known_phone("nothing")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ana.Perez@Example.ORG", "Ana.Perez@example.org"),
        (" mailto:a@example.org ", "a@example.org"),
        ("<ana@ñandu.cl>", "ana@ñandu.cl"),
    ],
)
def test_an_email_keeps_its_name_and_lowers_its_domain(typed: str, kept: str) -> None:
    assert contact_points.normalise_email(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("example.org", "email_at"),
        ("@example.org", "email_at"),
        ("a@b@example.org", "email_at"),
        ("a@example", "email_domain"),
        ("a b@example.org", "email_space"),
        ("a..b@example.org", "email_format"),
        ("", "email_at"),
    ],
)
def test_a_wrong_email_is_refused_with_words(typed: str, code: str) -> None:
    with pytest.raises(ContactPointError) as refused:
        contact_points.normalise_email(typed)
    assert refused.value.code == code
    assert refused.value.words


def test_two_writings_of_one_mailbox_have_one_key_and_its_mask_hides_the_name() -> None:
    assert contact_points.email_key("Ana@example.org") == contact_points.email_key("ANA@EXAMPLE.org")
    assert contact_points.mask_email("ana@example.org") == "a•••@example.org"


@pytest.mark.parametrize(
    ("typed", "case_number"),
    [
        ("VS-2026-0004812-K", "VS-2026-0004812-K"),
        ("vs 2026 4812 k", "VS-2026-0004812-K"),
        ("vs/2026/4812", "VS-2026-0004812"),
        ("VS20260004812K", "VS-2026-0004812-K"),
        ("VS202600048127", "VS-2026-0004812-7"),
        ("vs-2026-0004812-7", "VS-2026-0004812-7"),
    ],
)
def test_a_case_number_is_read_in_any_usual_writing(typed: str, case_number: str) -> None:
    query = guess(typed)
    assert (query.meaning, query.case_number) == ("case", case_number)


@pytest.mark.parametrize(
    ("typed", "name", "born", "year"),
    [
        ("maria garcia 1972", "maria garcia", None, 1972),
        ("María García (1972)", "María García", None, 1972),
        ("1972 maria garcia", "maria garcia", None, 1972),
        ("maria garcia 12/03/1972", "maria garcia", date(1972, 3, 12), None),
        ("pérez, juan 3 de mayo de 1980", "pérez, juan", date(1980, 5, 3), None),
        ("ana 2001-05-01", "ana", date(2001, 5, 1), None),
        ("ana 12.3.72", "ana", date(1972, 3, 12), None),
        ("maria garcia 2999", "maria garcia 2999", None, None),
        ("王小明", "王小明", None, None),
    ],
)
def test_a_name_is_read_with_its_date_or_year(typed: str, name: str, born: date | None, year: int | None) -> None:
    query = guess(typed)
    assert query.meanings == ("name",)
    assert (query.name, query.birth_date, query.birth_year) == (name, born, year)
    assert query.tokens


@pytest.mark.parametrize(
    ("typed", "meanings"),
    [
        ("", ("empty",)),
        (" … ", ("empty",)),
        ("ana@example.org", ("email",)),
        ("ana@", ("email",)),
        ("12.345.678-5", ("document", "phone")),
        ("12.345.678-6", ("document", "phone")),
        ("12345678Z", ("document",)),
        ("ab123456", ("document",)),
        ("912345678", ("phone", "document")),
        ("+56912345678", ("phone",)),
        ("12/03/1972", ("date",)),
        ("03/25/1972", ("date",)),
        ("12031972", ("document", "date")),
        ("4812", ("document",)),
        ("99/99/1972", ("document",)),
    ],
)
def test_what_was_typed_is_told_apart(typed: str, meanings: tuple[str, ...]) -> None:
    assert guess(typed).meanings == meanings


@pytest.mark.parametrize("typed", ["12.345.678-5 huenchumán", "Huenchumán, 12345678-5", "rosa huenchumán 12.345.678-5"])
def test_a_document_and_a_name_are_read_together(typed: str) -> None:
    query = guess(typed)
    assert query.meanings == ("document", "name")
    assert [(document.kind, document.number) for document in query.documents] == [("cl.rut", "123456785")]
    assert "huenchuman" in query.tokens


def test_a_document_and_a_birth_date_are_read_together() -> None:
    query = guess("12.345.678-5 12/03/1972")
    assert query.meaning == "document"
    assert query.documents[0].number == "123456785"
    assert query.birth_date == date(1972, 3, 12)


@pytest.mark.parametrize("typed", ["600 12 10 15", "600-12-10-15", "600.12.10.15"])
def test_a_phone_written_in_pairs_is_no_date(typed: str) -> None:
    query = contact_points.guess(typed, "ES", today=TODAY)
    assert query.meaning == "phone"
    assert query.phone == "+34600121015"


def test_a_date_is_read_day_first_and_month_first_only_where_nothing_else_fits() -> None:
    assert guess("12/03/1972").birth_date == date(1972, 3, 12)
    assert guess("03/25/1972").birth_date == date(1972, 3, 25)
    assert guess("22/11/2026").birth_date is None  # tomorrow
    assert guess("21/11/26").birth_date == TODAY
    assert guess("21/11/27").birth_date == date(1927, 11, 21)


def test_a_number_that_is_no_whole_document_is_looked_for_as_a_part_of_one() -> None:
    assert guess("1234.5").partial_document == "12345"
    assert guess("12345678").partial_document == "12345678"
    assert guess("12.345.678-5").partial_document == ""


@given(st.text(max_size=40) | st.from_regex(r"[a-z]{0,6} ?[0-9/. @+-]{0,14}", fullmatch=True))
def test_nothing_typed_breaks_the_box(text: str) -> None:
    query = guess(text)
    assert query.meanings
    filled = {
        "case": query.case_number,
        "email": query.email,
        "phone": query.phone,
        "document": query.documents or query.partial_document,
        "date": query.birth_date,
        "name": True,
        "empty": True,
    }
    assert all(filled[meaning] for meaning in query.meanings)
