"""What is written by hand in `data/`: names, bodies, procedures, the work of a year, and the scenes one meets first."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "data"
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the quick one, where it was built
Declared = dict[str, Any]


@lru_cache
def declared(name: str) -> Declared:
    """Read only: everybody gets the same object."""
    found: Declared = yaml.load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), LOADER)  # noqa: S506 (a safe loader either way)
    return found


def bodies() -> list[Declared]:
    return list(declared("bodies")["bodies"])


def procedures(body: str) -> list[Declared]:
    """Those that a municipality offers, by its slug."""
    return [row for row in declared("procedures")["procedures"] if body in row.get("only", [body])]


def filled(value: Any, words: dict[str, str]) -> Any:
    """A text with its {names} filled in, also inside lists and dicts; anything else as it is."""
    if isinstance(value, str):
        return value.format_map(words)
    if isinstance(value, list):
        return [filled(part, words) for part in value]
    if isinstance(value, dict):
        return {key: filled(part, words) for key, part in value.items()}
    return value
