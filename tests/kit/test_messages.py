"""Texts without GNU gettext: gathered from code and templates, kept in order, compiled."""

from __future__ import annotations

import gettext
from pathlib import Path

import polib
import pytest

from czrm.kit.management.commands.compilemessages import compile_file
from czrm.kit.management.commands.messages import begin, keys_in, keys_in_template, problems, update

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    return tmp_path / "es" / "LC_MESSAGES" / "django.po"


@pytest.mark.parametrize(("source", "key"), [
    ('_("Open case")', (None, "Open case", "")),
    ('gettext_lazy("Due" " today")', (None, "Due today", "")),
    ('ngettext("%(n)s case", "%(n)s cases", n)', (None, "%(n)s case", "%(n)s cases")),
    ('pgettext("a register", "Entry")', ("a register", "Entry", "")),
])  # fmt: skip
def test_texts_are_found_in_code(source: str, key: tuple[str | None, str, str]) -> None:
    assert keys_in(f"from django.utils.translation import *\nx = {source}\n") == {key}


@pytest.mark.parametrize(("source", "key"), [
    ('<p>{% translate "Save" %}</p>', (None, "Save", "")),
    ('{% translate "May" context "month" %}', ("month", "May", "")),
    ('{{ _("Close") }}', (None, "Close", "")),
    ("  {% blocktranslate trimmed with name=who %}\n    Hello\n    {{ name }}\n  {% endblocktranslate %}", (None, "Hello %(name)s", "")),
    ("{% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}", (None, "%(n)s day", "%(n)s days")),
    ("""<c-button :label="_('Don\\'t')" />""", (None, "Don't", "")),
    ('<c-field label="{% translate \'Name\' %}" />', (None, "Name", "")),
])  # fmt: skip
def test_texts_are_found_in_templates(source: str, key: tuple[str | None, str, str]) -> None:
    assert keys_in_template(f"<div>\n        it's {{# a comment #}}\n    (\n{source}\n</div>") == {key}


def test_translations_survive_and_the_order_is_that_of_the_texts(catalog: Path) -> None:
    catalog.parent.mkdir(parents=True)
    catalog.write_text(HEAD + 'msgid "zeta"\nmsgstr "zeta"\n\nmsgid "Gone"\nmsgstr "Ido"\n\nmsgid "Alpha"\nmsgstr "Alfa"\n')
    update(catalog, {(None, "Alpha", ""), (None, "beta", ""), (None, "zeta", "")}, [])
    assert [(entry.msgid, entry.msgstr) for entry in polib.pofile(str(catalog))] == [("Alpha", "Alfa"), ("beta", ""), ("zeta", "zeta")]
    assert "#:" not in catalog.read_text()


def test_what_lacks_may_come_from_another_file_and_never_replaces(catalog: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.po"
    other.write_text(HEAD + 'msgid "Alpha"\nmsgstr "Otra"\n\nmsgid "Beta"\nmsgstr "Beta nueva"\n')
    begin(catalog)
    keys = {(None, "Alpha", ""), (None, "Beta", "")}
    update(catalog, keys, [])
    catalog.write_text(catalog.read_text().replace('msgid "Alpha"\nmsgstr ""', 'msgid "Alpha"\nmsgstr "Alfa"'))
    update(catalog, keys, [other])
    assert [entry.msgstr for entry in polib.pofile(str(catalog))] == ["Alfa", "Beta nueva"]


def test_a_reader_would_see_these_and_they_are_reported(catalog: Path) -> None:
    catalog.parent.mkdir(parents=True)
    catalog.write_text(HEAD + 'msgid "A"\nmsgstr ""\n\n#, fuzzy\nmsgid "B"\nmsgstr "Be"\n\nmsgid "C %(n)s"\nmsgstr "Ce %(m)s"\n')
    keys = {(None, "A", ""), (None, "B", ""), (None, "C %(n)s", ""), (None, "D", "")}
    assert list(problems(catalog, keys)) == ["untranslated: 'A'", "doubtful: 'B'", "other placeholders: 'C %(n)s'", "untranslated: 'D'"]


def test_one_form_of_a_plural_may_leave_the_number_out(catalog: Path) -> None:
    catalog.parent.mkdir(parents=True)
    catalog.write_text(HEAD + 'msgid "%(n)s case"\nmsgid_plural "%(n)s cases"\nmsgstr[0] "un caso"\nmsgstr[1] "%(n)s casos"\n')
    assert list(problems(catalog, {(None, "%(n)s case", "%(n)s cases")})) == []


def test_a_compiled_catalog_speaks(catalog: Path) -> None:
    catalog.parent.mkdir(parents=True)
    catalog.write_text(HEAD + 'msgid "day"\nmsgid_plural "days"\nmsgstr[0] "día"\nmsgstr[1] "días"\n\n#, fuzzy\nmsgid "B"\nmsgstr "Be"\n')
    compile_file(catalog)
    with catalog.with_suffix(".mo").open("rb") as compiled:
        spanish = gettext.GNUTranslations(compiled)
    assert [spanish.ngettext("day", "days", n) for n in (1, 2)] == ["día", "días"]
    assert spanish.gettext("B") == "B"
    assert {path.suffix for path in catalog.parent.iterdir()} == {".po", ".mo"}
