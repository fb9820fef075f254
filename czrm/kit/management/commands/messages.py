"""`messages`: gather the translatable texts of code and templates, and say which lack a translation."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import polib
from babel.messages.extract import extract
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation.template import templatize

Key: TypeAlias = tuple[str | None, str, str]  # context, text, plural

CODE = ("czrm", "citizens", "cases", "channels", "reporting")
TEMPLATES = (".html", ".txt")
KEYWORDS: dict[str, tuple[Any, ...] | None] = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip
BOUND_ATTRIBUTE = re.compile(r"""\s:[\w.-]+="[^"]*?_\('((?:[^'\\]|\\.)*)'\)""")  # <c-button :label="_('Save')">
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


class Command(BaseCommand):
    help = "Gather translatable texts into locale/ and report what is missing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", nargs="*", default=[], type=Path, dest="sources", help="take what lacks from these .po files")

    def handle(self, *args: Any, **options: Any) -> None:
        keys = used()
        for path in catalogs():
            begin(path)
            update(path, keys, options["sources"])
            self.stdout.write(f"{path.relative_to(settings.BASE_DIR)}: {len(keys)} texts")
            for problem in problems(path, keys):
                self.stdout.write(f"  {problem}")


def missing() -> list[str]:
    """What a reader would see wrong: texts without translation, with a doubtful one, or with other placeholders."""
    keys = used()
    return [f"{path.parent.parent.name}: {problem}" for path in catalogs() for problem in problems(path, keys)]


def problems(path: Path, keys: set[Key]) -> Iterator[str]:
    known = {key_of(entry): entry for entry in polib.pofile(str(path))} if path.exists() else {}
    for key in sorted(keys, key=order):
        entry = known.get(key)
        if entry is None or not entry.translated():
            yield f"{'doubtful' if entry and entry.fuzzy else 'untranslated'}: {key[1]!r}"
        elif not faithful(entry):
            yield f"other placeholders: {key[1]!r}"


def faithful(entry: polib.POEntry) -> bool:
    """A plural may leave the number out of one form ("one case"); nothing may appear that the original has not."""
    wanted = set(PLACEHOLDER.findall(entry.msgid)) | set(PLACEHOLDER.findall(entry.msgid_plural))
    if entry.msgid_plural:
        return all(set(PLACEHOLDER.findall(form)) <= wanted for form in entry.msgstr_plural.values())
    return sorted(PLACEHOLDER.findall(entry.msgstr)) == sorted(PLACEHOLDER.findall(entry.msgid))


def update(path: Path, keys: set[Key], sources: list[Path]) -> None:
    """Sorted by text and without line numbers, so that two branches merge calmly; texts no longer used are dropped."""
    catalog = polib.pofile(str(path), wrapwidth=120)
    known = {key_of(entry): entry for source in sources for entry in polib.pofile(str(source)) if entry.translated()}
    known |= {key_of(entry): entry for entry in catalog if entry.translated() or key_of(entry) not in known}
    catalog[:] = [tidy(known.get(key) or polib.POEntry(), key) for key in sorted(keys, key=order)]
    catalog.save(str(path))


def tidy(entry: polib.POEntry, key: Key) -> polib.POEntry:
    context, text, plural = key
    same = {"msgctxt": context, "msgid": text, "tcomment": entry.tcomment, "flags": ["fuzzy"] if entry.fuzzy else []}
    if plural:
        return polib.POEntry(**same, msgid_plural=plural, msgstr_plural=entry.msgstr_plural or {0: "", 1: ""})
    return polib.POEntry(**same, msgstr=entry.msgstr)


def used() -> set[Key]:
    root = Path(settings.BASE_DIR)
    found: set[Key] = set()
    for path in (path for folder in CODE for path in (root / folder).rglob("*.py")):
        found |= keys_in(path.read_text())
    for path in (path for path in (root / "templates").rglob("*") if path.suffix in TEMPLATES):
        found |= keys_in_template(path.read_text())
    return found


def keys_in_template(source: str) -> set[Key]:
    code = "\n".join(line.strip() for line in templatize(source).splitlines())  # not Python yet: its indentation means nothing
    return keys_in(code) | {(None, text.replace("\\'", "'"), "") for text in BOUND_ATTRIBUTE.findall(source)}


def keys_in(code: str) -> set[Key]:
    return {key_from(text, context) for _line, text, _comments, context in extract("python", io.BytesIO(code.encode()), keywords=KEYWORDS)}


def key_from(text: str | tuple[str, ...], context: str | None) -> Key:
    return (context, text, "") if isinstance(text, str) else (context, text[0], text[1])


def key_of(entry: polib.POEntry) -> Key:
    return (entry.msgctxt, entry.msgid, entry.msgid_plural)


def order(key: Key) -> tuple[str, str, str]:
    return (key[1].casefold(), key[1], key[0] or "")


def catalogs() -> list[Path]:
    """One for every language but English, in which the texts are written."""
    languages = [code for code, _name in settings.LANGUAGES if code != "en"]
    return [Path(folder) / code / "LC_MESSAGES" / "django.po" for folder in settings.LOCALE_PATHS for code in languages]


def begin(path: Path) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    catalog = polib.POFile(wrapwidth=120)
    catalog.metadata = {"Language": path.parent.parent.name, "Content-Type": "text/plain; charset=UTF-8",
                        "Content-Transfer-Encoding": "8bit", "Plural-Forms": "nplurals=2; plural=(n != 1);"}  # fmt: skip
    catalog.save(str(path))
