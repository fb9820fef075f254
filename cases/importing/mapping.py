"""What the columns of a source mean, read from a YAML declaration.

A column is named alone (`title: CASE_TITLE`) or with how to read it: `{column, format, map, default}`.
`format` is a strptime pattern, ISO 8601 where it is left out; `map` turns the source's values into ours; `default` stands where
there is none.
`channels` names the channels of the source.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from cases.lifecycle import Status

FOLDER = Path(__file__).resolve().parent.parent / "mappings"
NEEDED = ("source", "name", "zone", "external_id", "opened", "status", "procedure")
PRIORITIES = ("1", "2", "3")
CODE_LENGTH = 12


class MappingError(ValueError):
    """The declaration itself is wrong; says where."""


@dataclass(frozen=True)
class Column:
    """One column of the source and how it is read."""

    column: str = ""
    format: str = "iso"
    map: dict[str, str] = field(default_factory=dict)
    default: str = ""

    def raw(self, row: dict[str, str]) -> str:
        return row.get(self.column, "").strip()

    def text(self, row: dict[str, str]) -> str:
        raw = self.raw(row)
        return self.map.get(raw, self.default if self.map else raw) if raw else self.default

    def knows(self, row: dict[str, str]) -> bool:
        """Whether the value is one the map foresees, or there is none."""
        return not self.map or (raw := self.raw(row)) == "" or raw in self.map

    @property
    def results(self) -> set[str]:
        return {*self.map.values(), self.default} - {""}


@dataclass(frozen=True)
class Mapping:
    """A source: its zone, and where each of our fields comes from."""

    source: str
    name: str
    zone: ZoneInfo
    external_id: tuple[str, ...]
    opened: Column
    status: Column
    procedure: Column
    promised: Column = Column()
    closed: Column = Column()
    team: Column = Column()
    channel: Column = Column()
    title: Column = Column()
    description: Column = Column()
    place: Column = Column()
    area: Column = Column()
    latitude: Column = Column()
    longitude: Column = Column()
    outcome: Column = Column()
    outcome_text: Column = Column()
    priority: Column = Column()
    language: str = "en"
    unknown_procedure: str = "Unclassified"
    channels: dict[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> set[str]:
        named = {column.column for each in fields(self) if isinstance(column := getattr(self, each.name), Column)}
        return {name for name in named | set(self.external_id) if name}


COLUMNS = {each.name for each in fields(Mapping) if each.type == "Column"}


def load(name: str) -> Mapping:
    """A mapping that ships with us by its name, or one's own by its path."""
    path = FOLDER / f"{name}.yaml" if "/" not in name and not name.endswith((".yaml", ".yml")) else Path(name)
    if not path.exists():
        known = ", ".join(sorted(each.stem for each in FOLDER.glob("*.yaml")))
        raise MappingError(f"no mapping {name}: name one of {known}, or give the path of a YAML file")
    try:
        declared = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MappingError(f"{path.name} is not YAML: {' '.join(str(error).split())}") from error
    return declare(path.name, declared)


def declare(where: str, declared: Any) -> Mapping:
    if not isinstance(declared, dict):
        raise MappingError(f"{where}: a mapping is a list of `field: column` lines")
    if unknown := sorted(str(name) for name in set(declared) - {each.name for each in fields(Mapping)}):
        raise MappingError(f"{where}: unknown field {', '.join(unknown)}")
    if missing := sorted(set(NEEDED) - set(declared)):
        raise MappingError(f"{where}: missing {', '.join(missing)}")
    identity = declared["external_id"]
    if not isinstance(identity, list) or not identity or not all(isinstance(name, str) for name in identity):
        raise MappingError(f"{where}: external_id is a list of columns, such as [ID]")
    values: dict[str, Any] = {name: column(where, name, value) if name in COLUMNS else value for name, value in declared.items()}
    mapping = Mapping(**values | {"zone": zone(where, declared["zone"]), "external_id": tuple(identity)})
    check(where, mapping)
    return mapping


def column(where: str, name: str, value: Any) -> Column:
    if isinstance(value, str):
        return Column(column=value)
    if not isinstance(value, dict):
        raise MappingError(f"{where}: {name} is the name of a column, or {{column, format, map, default}}")
    if unknown := sorted(str(key) for key in set(value) - {each.name for each in fields(Column)}):
        raise MappingError(f"{where}: {name} has an unknown part {', '.join(unknown)}: use column, format, map or default")
    turned = value.get("map") or {}
    if not isinstance(turned, dict):
        raise MappingError(f"{where}: the map of {name} is a list of `theirs: ours` lines")
    plain = {key: str(part) for key, part in value.items() if key != "map"}
    return Column(**plain, map={str(theirs): str(ours) for theirs, ours in turned.items()})


def zone(where: str, name: Any) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (KeyError, ValueError, OSError) as error:
        raise MappingError(f"{where}: no time zone {name}: use a name such as Europe/Madrid") from error


def check(where: str, mapping: Mapping) -> None:
    """What a map may turn values into, and how dates may be written."""
    if (mapping.status.column and not mapping.status.map) or not mapping.status.results:
        raise MappingError(f"{where}: status needs a map from the source's values to ours, or a default and no column")
    allowed = {"status": set(Status.values), "priority": set(PRIORITIES)}
    for name, ours in allowed.items():
        if wrong := sorted(getattr(mapping, name).results - ours):
            raise MappingError(f"{where}: {name} cannot become {', '.join(wrong)}: use one of {', '.join(sorted(ours))}")
    if long := sorted(code for code in mapping.channel.results | set(mapping.channels) if len(code) > CODE_LENGTH):
        raise MappingError(f"{where}: the channel {', '.join(long)} is longer than {CODE_LENGTH} characters")
    for name in ("opened", "promised", "closed"):
        pattern = getattr(mapping, name).format
        if pattern != "iso" and not readable(pattern):
            raise MappingError(f"{where}: {name} has a format that writes no whole date: {pattern}")


def readable(pattern: str) -> bool:
    """Whether the pattern reads back the day it writes."""
    day = datetime(2015, 11, 23)  # noqa: DTZ001
    try:
        return datetime.strptime(day.strftime(pattern), pattern).date() == day.date()  # noqa: DTZ007
    except ValueError:
        return False
