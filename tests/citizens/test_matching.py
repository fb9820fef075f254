import csv
import gzip
import time
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizens import evidence, names
from citizens.matching import WEIGHTS, WORDS, Frequencies, Match, Profile, birth_date_variants, score

LABELLED = Path(__file__).resolve().parents[3] / "shared" / "data" / "citizens_20k_labelled.csv.gz"
FREQUENCIES = Frequencies({"maria": 0.2, "jose": 0.1, "rosa": 0.02}, {"garcia": 0.03, "lopez": 0.02}, unseen=0.0001)

ROSA = Profile(
    "Rosa Elena",
    "Huenchumán",
    "Tapia",
    birth_date=date(1972, 3, 12),
    sex="F",
    documents=(("cl.rut", "123456785"),),
    phones=frozenset({"+56912345678"}),
    emails=frozenset({"rosa@example.org"}),
    address="Calle Los Aromos 45, Temuco",
)
NAMED = Profile("Rosa Elena", "Huenchumán", "Tapia")
OTHER_RUT = (("cl.rut", "76543216"),)


def matched(typed: Profile, stored: Profile = ROSA) -> Match:
    return score(stored, typed, FREQUENCIES)


def codes(match: Match) -> set[str]:
    return {reason.code for reason in match.reasons}


@pytest.mark.parametrize(
    ("typed", "band", "expected"),
    [
        (ROSA, "same", {"document_same", "name_and_birth_same", "phone_same", "email_same", "address_same"}),
        (replace(NAMED, birth_date=date(1972, 3, 12)), "same", {"name_and_birth_same"}),
        (Profile("Rosa", "Huenchumán", birth_date=date(1972, 3, 12)), "same", {"given_part", "surname_one", "birth_same"}),
        (Profile(first_surname="Huenchumán", documents=ROSA.documents), "same", {"document_same", "surname_one"}),
        (Profile(documents=ROSA.documents, birth_date=ROSA.birth_date), "same", {"document_same", "birth_same"}),
        (replace(NAMED, documents=ROSA.documents, birth_date=date(1972, 12, 3)), "same", {"document_same", "name_same", "birth_swapped"}),
        (Profile("Rosa", "Tapia", "Huenchumán", date(1972, 3, 12)), "same", {"given_part", "surnames_crossed", "birth_same"}),
        (Profile("Huenchumán", "Rosa", "", date(1972, 3, 12)), "same", {"names_crossed", "birth_same"}),
        (replace(NAMED, birth_date=date(1972, 12, 3)), "likely", {"name_same", "birth_swapped"}),
        (replace(NAMED, birth_date=date(1982, 3, 12)), "likely", {"name_same", "birth_near"}),
        (replace(NAMED, birth_year=1972), "likely", {"name_same", "birth_year"}),
        (Profile("Roza Helena", "Wenchuman", "Tapia", date(1972, 3, 12)), "likely", {"given_similar", "surnames_similar", "birth_same"}),
        (Profile(documents=ROSA.documents), "likely", {"document_same"}),
        (NAMED, "likely", {"name_same"}),
        (Profile(phones=ROSA.phones), "possible", {"phone_same"}),
        (Profile(emails=ROSA.emails), "possible", {"email_same"}),
        (Profile("Rosa"), "none", {"given_part"}),
        (Profile("Pedro", "Soto", "Rojas", date(1990, 1, 1)), "none", {"given_different", "surnames_different", "birth_different"}),
        (Profile(), "none", set()),
    ],
)
def test_what_was_typed_falls_into_its_band_with_its_reasons(typed: Profile, band: str, expected: set[str]) -> None:
    match = matched(typed)
    assert (match.band, codes(match)) == (band, expected)


@pytest.mark.parametrize(
    ("stored", "typed"),
    [("Francisco", "Paco"), ("Juan José", "Juanjo"), ("María Dolores", "Lola"), ("Roberto", "Beto"), ("María del Carmen", "Maricarmen")],
)
def test_a_nickname_agrees_with_its_name(stored: str, typed: str) -> None:
    match = score(Profile(stored, "Soto", "Rojas", ROSA.birth_date), Profile(typed, "Soto", "Rojas", ROSA.birth_date))
    assert match.band == "same"
    assert "given_different" not in codes(match)


def test_an_initial_and_an_abbreviation_agree_with_their_name() -> None:
    stored = Profile("María Teresa", "González", "Soto")
    assert "name_same" in codes(score(stored, Profile("Mª Teresa", "Gzlez.", "Soto")))
    assert "given_initial" in codes(score(stored, Profile("M. Teresa", "González", "Soto")))


def test_a_household_that_shares_phone_address_and_surnames_is_not_one_person() -> None:
    sister = replace(ROSA, given="Marta", birth_date=date(1975, 8, 1), documents=())
    assert matched(sister).band in {"none", "possible"}


def test_a_twin_is_never_taken_for_the_same_person() -> None:
    twin = replace(ROSA, given="Marta Elisa", documents=())
    match = matched(twin)
    assert match.band != "same"
    assert "siblings" in codes(match)
    angela, angeles = replace(ROSA, given="Ángela", documents=()), replace(ROSA, given="Ángeles", documents=())
    assert matched(angela, angeles).band == "likely"


def test_two_valid_documents_far_apart_are_a_conflict_and_never_the_same() -> None:
    match = matched(replace(ROSA, documents=OTHER_RUT))
    assert match.conflict
    assert match.band in {"likely", "possible"}
    assert "document_conflict" in codes(match)
    assert not matched(ROSA).conflict


def test_a_conflict_is_told_even_where_another_document_agrees() -> None:
    passport = ("passport", "AB123456")
    stored = replace(ROSA, documents=(*ROSA.documents, passport))
    match = matched(replace(ROSA, documents=(*OTHER_RUT, passport)), stored)
    assert match.conflict
    assert match.band == "likely"
    assert {"document_same", "document_conflict"} <= codes(match)


def test_a_renewed_passport_is_no_conflict() -> None:
    old, new = replace(ROSA, documents=(("passport", "AB123456"),)), replace(ROSA, documents=(("passport", "XZ987650"),))
    assert not matched(new, old).conflict
    assert matched(new, old).band == "same"


def test_an_invalid_document_contradicts_nothing() -> None:
    match = matched(replace(ROSA, documents=(("cl.rut", "76543219"),)))
    assert not match.conflict
    assert not codes(match) & {"document_near", "document_conflict"}


def test_somebody_elses_document_is_shown_and_not_believed() -> None:
    thief = Profile("Pedro", "Soto", "Rojas", date(1990, 1, 1), documents=ROSA.documents)
    assert matched(thief).band == "possible"


def test_transposed_digits_are_almost_the_same_document() -> None:
    assert "document_near" in codes(matched(replace(NAMED, documents=(("cl.rut", "123465785"),))))


def test_documents_of_different_kinds_say_nothing() -> None:
    assert codes(matched(replace(NAMED, documents=(("passport", "AB123456"),)))) == {"name_same"}


def test_a_rare_name_proves_more_than_a_common_one() -> None:
    common, rare = Profile("María", "García", "López"), Profile("Edelmira", "Huenchumán", "Lienlaf")
    assert matched(rare, rare).score > matched(common, common).score
    assert matched(common, common).band != "same"


def test_every_reason_has_words_and_the_weightiest_comes_first() -> None:
    assert set(WEIGHTS) <= set(WORDS)
    match = matched(replace(ROSA, documents=OTHER_RUT))
    weights = [abs(reason.weight) for reason in match.reasons]
    assert weights == sorted(weights, reverse=True)
    assert all(str(reason.words) for reason in match.reasons)
    assert {reason.code for reason in match.reasons if not reason.favours} == {"document_conflict"}


dates = st.dates(date(1930, 1, 1), date(2026, 11, 21))
profiles = st.builds(
    Profile,
    given=st.sampled_from(["", "María", "Mª José", "Paco", "Francisco", "Juan", "J.", "Huenchumán", "王", "María del Carmen", "de la"]),
    first_surname=st.sampled_from(["", "García", "Garcia", "de la Cruz", "Juan", "Huenchumán", "Wenchuman", "López"]),
    second_surname=st.sampled_from(["", "García", "López", "Lopes", "de la Cruz"]),
    birth_date=st.none() | dates,
    birth_year=st.none() | st.integers(1930, 2026),
    sex=st.sampled_from(["", "F", "M"]),
    documents=st.sampled_from([(), ROSA.documents, OTHER_RUT, (("cl.rut", "123465785"),), (("passport", "AB123456"),)]),
    phones=st.sampled_from([frozenset(), ROSA.phones, frozenset({"+56222222222"})]),
    emails=st.sampled_from([frozenset(), ROSA.emails]),
    address=st.sampled_from(["", "Calle Los Aromos 45, Temuco", "Los Aromos 45 Temuco"]),
)


@given(profiles, profiles)
def test_the_score_is_a_probability_and_the_same_both_ways(one: Profile, other: Profile) -> None:
    match = matched(one, other)
    assert 0 <= match.score <= 1
    assert match == matched(other, one)


@given(profiles, profiles)
def test_a_shared_phone_or_email_alone_is_never_the_same_person(one: Profile, other: Profile) -> None:
    bare = replace(other, documents=(), birth_date=None, birth_year=None)
    assert matched(replace(one, phones=ROSA.phones), replace(bare, phones=ROSA.phones, emails=ROSA.emails)).band != "same"


@given(profiles, profiles)
def test_a_conflict_of_documents_is_never_the_same_person(one: Profile, other: Profile) -> None:
    match = matched(replace(one, documents=ROSA.documents), replace(other, documents=OTHER_RUT))
    assert match.conflict
    assert match.band != "same"


@given(dates)
def test_birth_date_variants_begin_with_the_date_and_hold_the_usual_slips(born: date) -> None:
    variants = birth_date_variants(born)
    assert variants[0] == born
    assert len(set(variants)) == len(variants) <= 12
    if born.day <= 12:
        assert date(born.year, born.day, born.month) in variants
    if (born.month, born.day) != (2, 29):
        assert {born.replace(year=born.year + years) for years in (-10, -1, 1, 10)} <= set(variants)


def test_the_edges_of_the_calendar_have_fewer_variants() -> None:
    assert birth_date_variants(date(2024, 2, 29)) == tuple(
        date(*parts) for parts in [(2024, 2, 29), (2024, 2, 28), (2024, 3, 1), (2024, 2, 19), (2024, 3, 10), (2024, 1, 29), (2024, 3, 29)]
    )
    assert birth_date_variants(date.max)[0] == date.max


def test_two_hundred_candidates_are_scored_in_less_than_a_tenth_of_a_second() -> None:
    syllables = ["ma", "ri", "lo", "za", "que", "llo", "vi", "nu", "gar", "tez"]
    made = ["".join(parts) for parts in combinations(syllables, 3)]
    candidates = [
        Profile(f"{made[n % 120]} {made[n * 7 % 120]}", made[n * 3 % 120], made[n * 11 % 120], date(1940 + n % 80, n % 12 + 1, n % 28 + 1))
        for n in range(200)
    ]
    candidates = [replace(person, documents=OTHER_RUT, address=f"Calle {made[n % 120]} {n}") for n, person in enumerate(candidates)]
    caches = (evidence._alike, evidence._alikeness, evidence._compare_given, names.phonetic, names.given_tokens, names.surname_tokens)
    seconds = []
    for _ in range(3):
        for cache in caches:
            cache.cache_clear()
        start = time.perf_counter()
        for candidate in candidates:
            score(candidate, ROSA, FREQUENCIES)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.1


@pytest.mark.skipif(not LABELLED.exists(), reason="the labelled synthetic records are not beside the repository")
def test_the_bands_hold_on_labelled_records() -> None:
    people = _labelled_people()
    frequencies = _frequencies([person for _, person in people])
    counts: Counter[tuple[str, bool]] = Counter()
    for one, other in _pairs_sharing_a_key([person for _, person in people]):
        match = score(people[one][1], people[other][1], frequencies)
        counts[match.band, people[one][0] == people[other][0]] += 1
    true = sum(count for (_, same), count in counts.items() if same)
    assert true > 5_000

    def precision_and_recall(*bands: str) -> tuple[float, float]:
        right, wrong = (sum(counts[band, same] for band in bands) for same in (True, False))
        return right / (right + wrong), right / true

    figures = [precision_and_recall(*bands) for bands in (("same",), ("same", "likely"), ("same", "likely", "possible"))]
    least = [(0.999, 0.80), (0.99, 0.99), (0.96, 0.998)]
    assert all(p >= least_p and r >= least_r for (p, r), (least_p, least_r) in zip(figures, least, strict=True)), figures


def _labelled_people() -> list[tuple[str, Profile]]:
    """Half of the persons: those that the weights were not fitted on."""
    with gzip.open(LABELLED, "rt", encoding="utf-8") as file:
        return [(row["entity"], _profile(row)) for row in csv.DictReader(file) if (int(row["entity"]) * 2654435761 >> 7) % 2]


def _profile(row: dict[str, str]) -> Profile:
    return Profile(
        row["given"],
        row["sur1"],
        row["sur2"],
        birth_date=date.fromisoformat(row["dob"]) if row["dob"] else None,
        sex=row["sex"],
        documents=(("cl.rut", row["rut"].replace("-", "")),) if row["rut"] else (),
        phones=frozenset({row["phone"]} - {""}),
        address=f"{row['street']} {row['num'].split('.')[0]} {row['comuna']}" if row["street"] else "",
    )


def _frequencies(people: list[Profile]) -> Frequencies:
    given_names = Counter(token for person in people for token in set(names.given_tokens(person.given)))
    surnames = Counter(token for person in people for token in {*_surname_tokens(person)})
    share = 1 / len(people)
    given_shares = {token: count * share for token, count in given_names.items()}
    return Frequencies(given_shares, {token: count * share for token, count in surnames.items()}, unseen=share / 2)


def _surname_tokens(person: Profile) -> tuple[str, ...]:
    return names.surname_tokens(f"{person.first_surname} {person.second_surname}")


def _pairs_sharing_a_key(people: list[Profile]) -> set[tuple[int, int]]:
    blocks: dict[object, list[int]] = defaultdict(list)
    for place, person in enumerate(people):
        sounds = [
            names.phonetic("".join(names.surname_tokens(surname))) for surname in (person.first_surname, person.second_surname) if surname
        ]
        first_given = names.phonetic((names.given_tokens(person.given) or ("",))[0])
        keys: set[object] = {*person.documents, person.birth_date, *person.phones, *((first_given, sound) for sound in sounds)}
        keys.add(tuple(sorted(sounds)) if len(sounds) == 2 else None)
        for key in keys - {None}:
            blocks[key].append(place)
    return {pair for block in blocks.values() for pair in combinations(block, 2)}
