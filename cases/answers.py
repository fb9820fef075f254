"""The answers of a case as plain JSON, by question: what is kept of them is one rule for every channel.

The forms of desk and portal give such answers, other systems send them: strings, numbers, true or false, dates as 2026-11-03, lists.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.questions import FIELDS, Schema, applies, field_for, offered, ordered, to_json
from czrm.kit.refused import Refused

STATED = "stated_document"  # beside the answers to the questions: what a person says their document is, unproved
NAMED = 6  # questions named in one sentence
TOLD = 12  # options named in one sentence
NOTHING: tuple[Any, ...] = (None, "", [])


def accepted(schema: Schema, answers: dict[str, Any] | None, stated_document: str = "") -> dict[str, Any]:
    """What the case keeps; Refused, with errors by question, where something is missing, unknown or not of its kind.

    A question that does not apply is neither required nor kept.
    """
    claim = {STATED: stated_document} if stated_document else {}
    given = {name: value for name, value in answers.items() if value not in NOTHING} if answers else {}
    required = schema.get("required") or ()
    if not given and not required:
        return claim
    kept, errors = {}, {}
    for name in ordered(schema):
        try:
            kept[name] = checked(schema["properties"][name], given.get(name), required=name in required)
        except ValidationError as error:
            errors[name] = error.messages
    kept = {name: value for name, value in kept.items() if value not in NOTHING}
    for name in ordered(schema):
        if not applies(schema, name, kept):
            kept.pop(name, None)
            errors.pop(name, None)
    unknown = given.keys() - set(ordered(schema))
    errors |= {printable(name): [gettext("This procedure does not ask this. Take it out.")] for name in sorted(unknown)}
    if errors:
        raise refusal(schema, errors)
    return kept | claim


def checked(question: Schema, value: Any, *, required: bool) -> Any:
    """One answer as it is kept; ValidationError, in words for who answers. What is written is read as the field of the forms would."""
    if value is None:
        if required:
            raise ValidationError(gettext("Answer this question."))
        return None
    kind, options = question.get("type", "string"), offered(question)
    if kind == "array":
        return all_among(value, offered(question.get("items") or {}))
    if options:
        return among(value, options)
    asked = (kind, question.get("format", ""))
    right, written, words = KINDS.get(asked if asked in FIELDS else ("string", ""), KINDS["string", ""])
    if not right(value):
        raise ValidationError(str(words))
    return to_json(field_for(question, required=required).clean(written(value)), question) if written else value


def all_among(value: Any, options: list[Any]) -> Any:
    if not isinstance(value, list) or len(value) > len(options) or not all(is_among(one, options) for one in value):
        raise ValidationError(gettext("Answer with a list of these: %(options)s.") % {"options": in_line(options)})
    return value


def among(value: Any, options: list[Any]) -> Any:
    if not is_among(value, options):
        raise ValidationError(gettext("Answer with one of these: %(options)s.") % {"options": in_line(options)})
    return value


def is_among(value: Any, options: list[Any]) -> bool:
    """1 is neither true nor "1"."""
    return any(type(value) is type(option) and value == option for option in options)


def in_line(options: list[Any]) -> str:
    return ", ".join(map(str, options[:TOLD])) + (", …" if len(options) > TOLD else "")


def is_text(value: Any) -> bool:
    """Half a character, which JSON can write, is none."""
    return isinstance(value, str) and printable(value) == value


def is_date(value: Any) -> bool:
    with suppress(TypeError, ValueError):
        return date.fromisoformat(value).isoformat() == value
    return False


def is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def digits(value: float) -> str:
    """Without the ".0" of a whole number, which would count as a digit."""
    return str(int(value)) if isinstance(value, int) or value.is_integer() else repr(value)


KINDS: dict[tuple[str, str], tuple[Callable[[Any], bool], Callable[[Any], str] | None, Promise]] = {
    ("string", ""): (is_text, str, _("Answer with a text.")),
    ("string", "date"): (is_date, None, _("Answer with a date such as 2026-11-03: year, month and day.")),
    ("integer", ""): (is_whole, digits, _("Answer with a whole number, without quotation marks.")),
    ("number", ""): (is_number, digits, _("Answer with a number, without quotation marks.")),
    ("boolean", ""): (is_bool, None, _("Answer true or false, without quotation marks.")),
}  # fmt: skip


def printable(text: str) -> str:
    return text.encode(errors="replace").decode()


def refusal(schema: Schema, errors: dict[str, list[str]]) -> Refused:
    titles = [str((schema.get("properties") or {}).get(name, {}).get("title") or name) for name in errors]
    listed = ", ".join(f"“{title}”" for title in titles[:NAMED]) + (", …" if len(titles) > NAMED else "")
    words = gettext("Something is missing or does not fit in the answers to %(questions)s. Correct it and send it again.")
    return Refused("invalid_answers", words % {"questions": listed}, errors)
