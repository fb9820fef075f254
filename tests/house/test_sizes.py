"""Rooms stay small enough to be read at one sitting."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("czrm", "citizens", "cases", "channels", "reporting")
SOURCES = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_no_file_is_longer_than_300_lines(path: Path):
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_no_function_is_longer_than_40_lines(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 40, node.name


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_no_template_is_longer_than_120_lines(path: Path):
    if path.name != "components.html":  # the page of all components is as long as they are many
        assert len(path.read_text().splitlines()) <= 120


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_no_template_has_inline_script_or_style(path: Path):
    text = path.read_text()
    assert ' style="' not in text
    assert "<style" not in text
    assert " onclick=" not in text
    assert "<script>" not in text
