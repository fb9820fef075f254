"""What is written by hand holds together: procedures, their forms and terms, and the work of the year."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cases import questions, terms
from reporting.demo.declared import bodies, declared, filled, procedures

PROCEDURES = {row["slug"]: row for row in declared("procedures")["procedures"]}
WORDS = {"street": "Los Tilos", "n": "240", "barrio": "Las Acacias", "post": "3312"}
SUBJECTS = [(slug, subject) for slug, work in declared("work").items() for subject in work["subjects"]]
SCENES = [(scene["procedure"], scene) for scene in declared("cast")["cases"]]
TYPED = {True: "yes", False: "no"}
READ = {"Ley 19.880, art. 27", "Ley 19.880, art. 31", "Ley 19.880, art. 59", "Ley 19.880, art. 64", "Ley 19.880, art. 65"}


def walk(value: Any) -> Iterator[Any]:
    yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(part)


@pytest.mark.parametrize("name", ["bodies", "procedures", "work", "cast", "talks", "names"])
def test_no_text_was_cut_by_its_punctuation(name):
    """A comma or a colon that YAML takes for its own leaves a key without a value."""
    assert None not in list(walk(declared(name)))


@pytest.mark.parametrize(("slug", "asked"), [*SUBJECTS, *SCENES])
def test_the_answers_of_every_case_are_answers_to_its_form(slug, asked):
    schema, answers = PROCEDURES[slug]["form"], filled(asked["answers"], WORDS)
    typed = {f"q-{name}": TYPED.get(value, value) if isinstance(value, bool) else value for name, value in answers.items()}
    form = questions.form_for(schema, typed)
    assert form.is_valid(), form.errors
    assert set(answers) <= set(schema["properties"])
    assert len(questions.told(schema, answers)) == len(answers)


@pytest.mark.parametrize("row", PROCEDURES.values(), ids=PROCEDURES)
def test_a_term_of_law_has_an_article_that_was_read(row):
    terms.term_of(row.get("promised") or {})
    assert not (row.get("promised") or {}).get("article")
    for rule in (row.get("legal"), row.get("silence"), *row.get("appeals", [])):
        if rule:
            assert rule["article"] in READ
            terms.term_of(rule)


@pytest.mark.parametrize("body", bodies(), ids=lambda body: body["slug"])
def test_every_procedure_has_its_team_its_work_and_who_signs(body):
    staff = {one["key"]: one for one in body["staff"]}
    for row in procedures(body["slug"]):
        work = declared("work")[row["slug"]]
        assert row["team"] in {team["key"] for team in body["teams"]}
        assert len(work["months"]) == 12
        assert work["ways"]
        assert ("decides" in work) == ("decisions" in work)
    assert any(one.get("desk") for one in staff.values())


def test_every_address_is_of_an_example_domain():
    texts = [part for name in ("bodies", "cast") for part in walk(declared(name)) if isinstance(part, str) and "@" in part]
    assert texts
    assert all(text.endswith(("example.org",)) for text in texts)
