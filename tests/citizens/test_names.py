import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from citizens import names
from citizens.names import PersonName

typed_names = st.text(alphabet=st.characters(codec="utf-8"), max_size=40) | st.lists(
    st.sampled_from(["María", "de", "la", "Mª", "Fco.", "Peña", "O'Higgins", "Nguyễn", "王", "y", "Huenchumán", "JOSÉ", "-", ","]),
    max_size=6,
).map(" ".join)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("  María   José ", "maria jose"),
        ("Núñez", "nunez"),
        ("GARCÍA-LORCA", "garcia lorca"),
        ("O'Higgins", "ohiggins"),
        ("T\u2019ika", "tika"),
        ("Łukasz Øster", "lukasz oster"),
        ("Nguyễn Đức", "nguyen duc"),
        ("王小明", "王小明"),
        ("Мария", "мария"),
        ("M.ª", "ma"),
    ],
)
def test_a_name_is_folded(written: str, folded: str) -> None:
    assert names.fold(written) == folded


@given(typed_names)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert names.fold(names.fold(text)) == names.fold(text)


@given(typed_names)
def test_composed_and_decomposed_writing_fold_alike(text: str) -> None:
    assert names.fold(unicodedata.normalize("NFD", text)) == names.fold(unicodedata.normalize("NFC", text))


@given(typed_names)
@example("de la")
@example("Do")
@example("y")
def test_a_name_with_letters_never_becomes_empty(text: str) -> None:
    if not names.fold(text):
        return
    assert names.words(text)
    assert names.given_tokens(text)
    assert names.surname_tokens(text)
    assert all(names.phonetic(token) for token in names.search_tokens(text))
    assert split_has_letters(names.split_full_name(text))


def split_has_letters(name: PersonName) -> bool:
    return bool(names.fold(name.full) and name.initials)


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        ("Mª del Carmen", ("maria", "carmen")),
        ("M.ª de los Ángeles", ("maria", "angeles")),
        ("Fco. Javier", ("francisco", "javier")),
        ("María de la O", ("maria", "o")),
        ("Paco", ("paco",)),
        ("Do", ("do",)),
        ("Nguyen Van", ("nguyen", "van")),
    ],
)
def test_given_names_become_tokens(written: str, tokens: tuple[str, ...]) -> None:
    assert names.given_tokens(written) == tokens


@pytest.mark.parametrize(
    ("written", "tokens"),
    [
        ("Gzlez. de la Cruz", ("gonzalez", "cruz")),
        ("Fdez", ("fernandez",)),
        ("De los Ríos", ("rios",)),
        ("Ma", ("ma",)),  # a Chinese surname, no María
        ("Paco", ("paco",)),
        ("Ortega y Gasset", ("ortega", "gasset")),
        ("E. García", ("e", "garcia")),
    ],
)
def test_surnames_become_tokens(written: str, tokens: tuple[str, ...]) -> None:
    assert names.surname_tokens(written) == tokens


@pytest.mark.parametrize(
    ("nickname", "reading"),
    [("Paco", ("francisco",)), ("Juanjo", ("juan", "jose")), ("Lola", ("dolores",)), ("Beto", ("roberto",)), ("Nacho", ("ignacio",))],
)
def test_a_nickname_is_read_as_itself_first_and_as_the_name_it_stands_for(nickname: str, reading: tuple[str, ...]) -> None:
    readings = names.given_readings(nickname)
    assert readings[0] == (nickname.lower(),)
    assert reading in readings


def test_every_abbreviation_and_nickname_is_found_by_its_own_folded_form() -> None:
    for table in (names.GIVEN_ABBREVIATIONS, names.SURNAME_ABBREVIATIONS, names.NICKNAMES):
        for short, fulls in table.items():
            assert names.fold(short) == short
            assert all(names.fold(full) == full != short for full in fulls)


def test_a_typed_word_expands_to_all_it_may_stand_for() -> None:
    assert names.expansions("pepe") == {"pepe", "jose"}
    assert names.expansions("hdez") == {"hdez", "hernandez"}
    assert names.expansions("huenchuman") == {"huenchuman"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Velázquez", "Belasques"),
        ("Jiménez", "Giménez"),
        ("Jiménez", "Ximénez"),
        ("Hernández", "Ernandes"),
        ("Llanos", "Yanos"),
        ("Castillo", "Castiyo"),
        ("Quispe", "Kispe"),
        ("Etxeberria", "Echeverría"),
        ("Etcheverry", "Echeverri"),
        ("Zúñiga", "Suniga"),
        ("Muñoz", "Munioz"),
        ("Huamán", "Guamán"),
        ("Huamán", "Waman"),
        ("Xavier", "Javier"),
        ("Itziar", "Iciar"),
        ("Yolanda", "Iolanda"),
        ("Trinidad", "Trinidá"),
        ("Chávez", "Chaves"),
        ("Agüero", "Aguero"),
    ],
)
def test_names_that_sound_alike_share_a_key(one: str, other: str) -> None:
    assert names.phonetic(one) == names.phonetic(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("García", "Gracia"), ("Casa", "Caza Mayor"), ("Marta", "María"), ("Mora", "Moya"), ("Pérez", "Pires"), ("Gil", "Guil")],
)
def test_names_that_sound_different_do_not_share_a_key(one: str, other: str) -> None:
    assert names.phonetic(one) != names.phonetic(other)


@pytest.mark.parametrize(
    ("typed", "given_names", "first", "second"),
    [
        ("maria garcia", "maria", "garcia", ""),
        ("María José García", "María José", "García", ""),
        ("Juan Martín Pérez", "Juan", "Martín", "Pérez"),
        ("Juan Carlos Pérez Soto", "Juan Carlos", "Pérez", "Soto"),
        ("Juan de la Cruz Gómez", "Juan", "de la Cruz", "Gómez"),
        ("María de los Ángeles de la Fuente Rojas", "María de los Ángeles", "de la Fuente", "Rojas"),
        ("García López, María del Carmen", "María del Carmen", "García", "López"),
        ("De la Cruz, Ana", "Ana", "De la Cruz", ""),
        ("Pérez,", "Pérez", "", ""),
        ("王小明", "王小明", "", ""),
        ("", "", "", ""),
    ],
)
def test_a_full_name_is_guessed_apart(typed: str, given_names: str, first: str, second: str) -> None:
    assert names.split_full_name(typed) == PersonName(given_names, first, second)


@given(typed_names.filter(lambda text: "," not in text))
def test_guessing_a_name_apart_loses_no_letter(text: str) -> None:
    assert names.split_full_name(text).full == names.tidy(text)


def test_a_name_is_shown_in_full_as_filed_and_by_its_initials() -> None:
    name = PersonName("María José", "de la Cruz", "Ñanco")
    assert name.full == "María José de la Cruz Ñanco"
    assert name.formal == "de la Cruz Ñanco, María José"
    assert name.initials == "MC"
    assert PersonName("ñusta").initials == "Ñ"
    assert PersonName().initials == PersonName().full == PersonName().formal == ""


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("MARÍA DE LA CRUZ", "María de la Cruz"),
        ("o'higgins", "O'Higgins"),
        ("JEAN-PIERRE D'AGOSTINO", "Jean-Pierre D'Agostino"),
        ("McDonald", "McDonald"),
        ("bell hooks", "Bell Hooks"),
        ("T'ika Q'ente", "T'ika Q'ente"),
    ],
)
def test_only_names_in_one_case_are_given_capitals(stored: str, shown: str) -> None:
    assert names.proper_case(stored) == shown
