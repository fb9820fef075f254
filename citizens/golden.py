"""The value to show of what several sources say of one attribute of somebody.

Until sources are weighed against each other, it is the most recent verified one, else the most recent. Callers give only what the
viewer may see; what `shown` answers keeps its form when the rule becomes a model.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Said:
    """One source: what it says, who says it, on which day it was true as far as they know, and when it was written down."""

    key: int
    value: str
    institution_id: int
    on: date
    stated_at: datetime
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """`best` is the source of the value; `sources` are all, the best first; `others` say something else."""

    best: Said
    sources: tuple[Said, ...]
    probability: float | None = None  # nobody weighs the sources yet

    @property
    def value(self) -> str:
        return self.best.value

    @property
    def others(self) -> tuple[Said, ...]:
        return tuple(said for said in self.sources if said.value != self.best.value)

    @property
    def conflict(self) -> bool:
        return bool(self.others)


def shown(said: Iterable[Said], *, viewer: int | None = None) -> Shown | None:
    """None where nobody says anything. Of two that are alike in all else, the one of the viewer's own institution stands first."""
    sources = sorted(said, key=lambda each: rank(each, viewer), reverse=True)
    return Shown(sources[0], tuple(sources)) if sources else None


def rank(said: Said, viewer: int | None = None) -> tuple[bool, date, bool, datetime, int]:
    """The same order as in `czrm.better_elsewhere`: verified before not, then the later day."""
    return said.verified, said.on, said.institution_id == viewer, said.stated_at, said.key
