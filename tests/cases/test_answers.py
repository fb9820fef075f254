"""What is kept of the answers of a case, whatever channel they come by."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from cases import questions
from cases.answers import STATED, accepted
from czrm.kit.refused import Refused

FORM: dict[str, Any] = {
    "type": "object", "order": ["problem", "other"], "required": ["problem", "other", "amount"],
    "properties": {
        "problem": {"type": "string", "title": "¿Qué pasa?", "oneOf": [
            {"const": "off", "title": "Está apagada"}, {"const": "other", "title": "Otra cosa"}]},
        "other": {"type": "string", "title": "¿Qué otra cosa?", "maxLength": 20, "x-if": {"problem": "other"}},
        "amount": {"type": "integer", "minimum": 1, "maximum": 30},
        "metres": {"type": "number", "minimum": 0},
        "danger": {"type": "boolean"},
        "since": {"type": "string", "format": "date"},
        "mail": {"type": "string", "format": "email"},
        "page": {"type": "string", "format": "uri"},
        "story": {"type": "string", "format": "textarea"},
        "days": {"type": "array", "items": {"enum": ["Monday", "Tuesday"]}},
        "posts": {"type": "array", "items": {"oneOf": [{"const": 1, "title": "One"}, {"const": 2, "title": "Two"}]}},
        "level": {"enum": [1, 2, 3]},
        "strange": {"type": "unheard", "format": "of"},
    },
}  # fmt: skip
LEAST = {"problem": "off", "amount": 2}
WHOLE: dict[str, Any] = {
    "problem": "other", "other": "Zumba", "amount": 30, "metres": 2.5, "danger": False, "since": "2026-11-03", "mail": "eva@example.org",
    "page": "https://example.org/a", "story": "Una\n\nDos", "days": ["Monday"], "posts": [1, 2], "level": 3, "strange": "x",
}  # fmt: skip


def refused(answers: Any, schema: dict[str, Any] = FORM) -> Refused:
    with pytest.raises(Refused) as refusal:
        accepted(schema, answers)
    assert refusal.value.code == "invalid_answers"
    return refusal.value


@pytest.mark.parametrize("answers", [LEAST, WHOLE])
def test_right_answers_are_kept_as_they_are(answers: dict[str, Any]):
    assert accepted(FORM, answers) == answers
    assert list(map(type, accepted(FORM, answers).values())) == list(map(type, answers.values()))


@pytest.mark.parametrize("answers", [None, {}, {"a": None}, {"a": ""}, {"a": []}])
def test_a_procedure_without_questions_asks_nothing(answers: Any):
    assert accepted({}, answers) == accepted({"properties": {"a": {}}}, answers) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("problem", None), ("problem", ""), ("problem", "broken"), ("problem", 1), ("problem", ["off"]), ("problem", {"off": 1}),
        ("amount", "2"), ("amount", True), ("amount", 2.5), ("amount", 0), ("amount", 31), ("amount", None),
        ("metres", "2"), ("metres", -1), ("metres", False), ("metres", float("nan")), ("metres", float("inf")), ("metres", 1e300),
        ("danger", "yes"), ("danger", 1), ("danger", 0),
        ("since", "03/11/2026"), ("since", "2026-11-31"), ("since", "20261103"), ("since", 20261103), ("since", "hoy"),
        ("mail", "eva"), ("mail", 5), ("page", "no such"), ("story", "x" * 5001), ("story", {}), ("story", "a\0b"), ("story", "\ud800"),
        ("days", "Monday"), ("days", ["Sunday"]), ("days", ["Monday"] * 3), ("days", [["Monday"]]), ("days", {"Monday": 1}),
        ("posts", ["1"]), ("posts", [True]), ("level", "1"), ("level", True), ("level", 4), ("strange", 5),
    ],
)  # fmt: skip
def test_what_is_missing_or_of_another_kind_is_refused_by_its_question(name: str, value: Any):
    refusal = refused(LEAST | {name: value})
    assert list(refusal.errors) == [name]
    assert all(refusal.errors[name])


def test_every_mistake_is_told_at_once_and_the_words_name_the_questions():
    refusal = refused({"amount": "many", "colour": "red"})
    assert set(refusal.errors) == {"problem", "amount", "colour"}
    assert all(words in refusal.words for words in ("¿Qué pasa?", "amount", "colour"))


def test_an_option_that_is_not_offered_is_told_which_ones_are():
    assert "off, other" in refused(LEAST | {"problem": "x"}).errors["problem"][0]


def test_the_words_are_in_the_language_of_who_asks():
    with override("es"):
        assert "Corr" in refused({}).words
    with override("en"):
        assert "Correct it" in refused({}).words


def test_a_question_that_does_not_apply_is_neither_required_nor_kept():
    assert accepted(FORM, LEAST | {"other": "Zumba"}) == LEAST
    assert accepted(FORM, LEAST | {"other": 5}) == LEAST
    assert list(refused(LEAST | {"problem": "other"}).errors) == ["other"]


def test_the_order_of_the_questions_does_not_matter_for_what_applies():
    schema = {"order": ["why", "sure"], "required": ["why"], "properties": {"sure": {"type": "boolean"}, "why": {"x-if": {"sure": False}}}}
    assert accepted(schema, {"sure": True}) == {"sure": True}
    assert accepted(schema, {"sure": False, "why": "x"}) == {"why": "x", "sure": False}
    assert list(refused({"sure": False}, schema).errors) == ["why"]


def test_a_stated_document_stands_beside_the_answers_and_is_no_question():
    assert accepted(FORM, LEAST, "12.345.678-5") == LEAST | {STATED: "12.345.678-5"}
    assert accepted({}, {}, "12.345.678-5") == {STATED: "12.345.678-5"}
    assert list(refused(LEAST | {STATED: "12.345.678-5"}).errors) == [STATED]


def test_a_name_that_cannot_be_written_down_is_still_answered():
    assert list(refused({"\ud800": 1}, {}).errors) == ["?"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=())),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=5,
)  # fmt: skip
plausible = st.sampled_from([*WHOLE.values(), "1", 1, True, "", "2026-02-30"])


@given(st.dictionaries(st.sampled_from([*FORM["properties"]]) | st.text(max_size=5), plausible | json_values, max_size=8))
def test_whatever_is_sent_is_kept_or_refused_and_both_can_be_written_as_json(answers: dict[str, Any]):
    try:
        kept, errors = accepted(FORM, answers), {}
    except Refused as no:
        kept, errors = {}, no.errors
    json.dumps([kept, errors], ensure_ascii=False, allow_nan=False).encode()
    assert errors or accepted(FORM, kept) == kept


typed = st.fixed_dictionaries({}, optional={
    "q-problem": st.sampled_from(["off", "other", "no", ""]), "q-other": st.text(max_size=30), "q-amount": st.integers(-1, 40).map(str),
    "q-metres": st.decimals(0, 10**15, places=2).map(str), "q-danger": st.sampled_from(["yes", "no", "x"]), "q-since": st.dates().map(str),
    "q-mail": st.sampled_from(["eva@example.org", " eva@example.org ", "eva"]), "q-page": st.sampled_from(["example.org", "a b"]),
    "q-story": st.text(), "q-days": st.lists(st.sampled_from(["Monday", "Sunday"]), max_size=2),
    "q-posts": st.lists(st.sampled_from(["1", "2"]), max_size=2), "q-level": st.sampled_from(["1", "4"]), "q-strange": st.text(max_size=400),
})  # fmt: skip


@given(typed)
def test_the_forms_of_desk_and_portal_and_this_rule_say_the_same(posted: dict[str, Any]):
    form = questions.form_for(FORM, FormData(posted))
    if form.is_valid():
        assert accepted(FORM, form.answers()) == form.answers()
    elif unanswered := set(form.errors) & set(FORM["required"]):
        assert set(refused(form.answers()).errors) == unanswered


class FormData(dict[str, Any]):
    def getlist(self, name: str) -> list[str]:
        value = self.get(name, [])
        return value if isinstance(value, list) else [value]
