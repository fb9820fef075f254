"""The questions of a procedure: a small part of JSON Schema becomes a Django form, and its answers plain JSON again.

A property is a question: `title` its words, `description` its hint, both in the institution's language. Known are string (format
date, email, tel, uri, textarea), integer, number, boolean and array, choices by `enum` or `oneOf`; what is unknown is one line of
text. `x-if` {"name": value} asks a question only where that other one was answered so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.html import conditional_escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Schema = dict[str, Any]
FEW = 6
LINE, TEXT = 300, 5000
YES_NO = (("yes", _("Yes")), ("no", _("No")))


class Questions(forms.Form):
    """Made by `form_for`."""

    schema: Schema
    only: list[str] | None
    before: dict[str, Any]

    def clean(self) -> dict[str, Any]:
        """A question that does not apply is neither required nor kept."""
        found = super().clean() or {}
        for name in list(self.fields):
            if not applies(self.schema, name, self.before | self.answers()):
                self.errors.pop(name, None)
                found.pop(name, None)
                self.cleaned_data.pop(name, None)
        return found

    def answers(self) -> dict[str, Any]:
        """What was answered, as plain JSON; nothing for what was left empty."""
        given = {name: to_json(value, self.schema["properties"][name]) for name, value in self.cleaned_data.items()}
        return {name: value for name, value in given.items() if value not in (None, "", [])}


def form_for(schema: Schema, data: Any = None, *, initial: dict[str, Any] | None = None, only: Iterable[str] | None = None,
             prefix: str = "q", before: dict[str, Any] | None = None, **options: Any) -> Questions:  # fmt: skip
    """The form of all questions, or of `only` some, with what was answered `before` on other pages."""
    wanted = ordered(schema) if only is None else [name for name in ordered(schema) if name in set(only)]
    required = set(schema.get("required") or [])
    fields = {name: field_for(schema["properties"][name], required=name in required) for name in wanted}
    made = type("QuestionsForm", (Questions,), {**fields, "schema": schema, "before": before or {}})
    started = {name: from_json(value, schema["properties"][name]) for name, value in (initial or {}).items() if name in fields}
    form: Questions = made(data, prefix=prefix, initial=started, **options)
    return form


def names(schema: Schema, answers: dict[str, Any]) -> list[str]:
    """The questions that apply, given these answers, in their order."""
    return [name for name in ordered(schema) if applies(schema, name, answers)]


def told(schema: Schema, answers: dict[str, Any]) -> list[tuple[str, str]]:
    """Each answered question with its answer in words."""
    asked = [(name, schema["properties"][name]) for name in ordered(schema) if name in answers]
    return [(question.get("title") or name, in_words(answers[name], question)) for name, question in asked]


def ordered(schema: Schema) -> list[str]:
    """`order` first, for a JSON column does not keep the order of its keys."""
    known = schema.get("properties") or {}
    first = [name for name in schema.get("order") or [] if name in known]
    return first + [name for name in known if name not in first]


def applies(schema: Schema, name: str, answers: dict[str, Any]) -> bool:
    condition = schema["properties"][name].get("x-if") or {}
    return all(answers.get(other) == value for other, value in condition.items())


def field_for(question: Schema, *, required: bool) -> forms.Field:
    common: dict[str, Any] = {
        "label": question.get("title") or "", "help_text": escaped(question.get("description") or ""), "required": required,
    }  # fmt: skip
    if question.get("type") == "array":
        options = choices(question.get("items") or {})
        return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple, **common)
    if options := choices(question):
        if len(options) <= FEW:
            return forms.ChoiceField(choices=options, widget=forms.RadioSelect, **common)
        return forms.ChoiceField(choices=[("", "—"), *options], **common)
    build = FIELDS.get((question.get("type", "string"), question.get("format", "")), FIELDS["string", ""])
    return build(question, common)


def choices(question: Schema) -> list[tuple[str, Any]]:
    if question.get("oneOf"):
        return [(str(option["const"]), option.get("title") or option["const"]) for option in question["oneOf"]]
    return [(str(value), value) for value in question.get("enum") or []]


def line(question: Schema, common: dict[str, Any]) -> forms.Field:
    return forms.CharField(max_length=question.get("maxLength") or LINE, min_length=question.get("minLength"), **common)


def paragraph(question: Schema, common: dict[str, Any]) -> forms.Field:
    return forms.CharField(max_length=question.get("maxLength") or TEXT, widget=forms.Textarea(attrs={"rows": 4}), **common)


def whole(question: Schema, common: dict[str, Any]) -> forms.Field:
    return forms.IntegerField(min_value=question.get("minimum"), max_value=question.get("maximum"), **common)


def number(question: Schema, common: dict[str, Any]) -> forms.Field:
    return forms.DecimalField(min_value=question.get("minimum"), max_value=question.get("maximum"), max_digits=15, **common)


def day(question: Schema, common: dict[str, Any]) -> forms.Field:
    return forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **common)


def yes_no(question: Schema, common: dict[str, Any]) -> forms.Field:
    """Two radio buttons: an unticked box would not tell "no" from "not answered"."""
    return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect, **common)


def phone(question: Schema, common: dict[str, Any]) -> forms.Field:
    return forms.CharField(max_length=30, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}), **common)


def address(question: Schema, common: dict[str, Any]) -> forms.Field:
    return forms.EmailField(max_length=254, **common)


def link(question: Schema, common: dict[str, Any]) -> forms.Field:
    return forms.URLField(max_length=400, assume_scheme="https", **common)


FIELDS: dict[tuple[str, str], Callable[[Schema, dict[str, Any]], forms.Field]] = {
    ("string", ""): line, ("string", "textarea"): paragraph, ("string", "date"): day, ("string", "email"): address,
    ("string", "tel"): phone, ("string", "uri"): link, ("integer", ""): whole, ("number", ""): number, ("boolean", ""): yes_no,
}  # fmt: skip


def to_json(value: Any, question: Schema) -> Any:
    if question.get("type") == "boolean":
        return {"yes": True, "no": False}.get(value)
    if isinstance(value, list):
        return [original(one, question.get("items") or {}) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return original(value, question)


def original(value: Any, question: Schema) -> Any:
    """A choice comes back as the value the schema names, which may be a number."""
    return next((option for option in offered(question) if str(option) == value), value)


def offered(question: Schema) -> list[Any]:
    """The values among which one chooses; none where one writes."""
    return [option["const"] for option in question.get("oneOf") or []] or question.get("enum") or []


def from_json(value: Any, question: Schema) -> Any:
    if question.get("type") == "boolean":
        return "yes" if value else "no"
    return parse_date(value) if question.get("format") == "date" and isinstance(value, str) else value


def in_words(value: Any, question: Schema) -> str:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, list):
        return ", ".join(in_words(one, question.get("items") or {}) for one in value)
    if question.get("format") == "date" and (parsed := parse_date(str(value))):
        return date_format(parsed, "DATE_FORMAT")
    return str(dict(choices(question)).get(str(value), value))


def escaped(text: str) -> str:
    """The field template trusts hints; these were written by an administrator, not by us."""
    return conditional_escape(text)
