"""Where values stand on a chart: round ticks that cover the data, height in px, and which labels have room. Pure."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

Number = int | float | Decimal

FACTORS = (1, 2, 2.5, 5, 10)
MOST_STEPS = 5
TOP, BASE = 24.0, 194.0
LETTER, GAP = 6.6, 10.0
NARROW, WIDE = 216.0, 500.0


@dataclass(frozen=True)
class Scale:
    """Ticks from the lowest to the highest, evenly spaced; zero is always among them."""

    ticks: tuple[float, ...]

    @classmethod
    def over(cls, values: Iterable[Number | None], *, decimals: int = 0) -> "Scale":
        """A scale for these values whose ticks need no more than `decimals`: whole ones for things one counts."""
        numbers = [number for value in values if (number := known(value)) is not None]
        low, high = min([0.0, *numbers]), max([0.0, *numbers])
        step = _step(high - low, decimals)
        first, last = math.floor(low / step), math.ceil(high / step)
        return cls(tuple(step * at for at in range(first, max(last, first + 1) + 1)))

    def y(self, value: Number) -> float:
        """Px from the top of the drawing."""
        low, high = self.ticks[0], self.ticks[-1]
        return TOP + (BASE - TOP) * (1 - (float(value) - low) / (high - low))


def known(value: Number | None) -> float | None:
    """The value as a float; None where it is missing or not finite."""
    if value is None or not math.isfinite(value):
        return None
    return float(value)


def thinned(labels: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Labels that have room on a wide chart, counted from the last; those without room on a narrow one are marked ` thin`."""
    widest = max((len(label) for label in labels), default=0) * LETTER + GAP
    wide, narrow = (max(1, math.ceil(len(labels) * widest / room)) for room in (WIDE, NARROW))
    narrow = math.ceil(narrow / wide) * wide
    for at in range(len(labels)):
        left = len(labels) - 1 - at
        if left % wide == 0:
            yield at, "" if left % narrow == 0 else " thin"


def _step(span: float, decimals: int) -> float:
    """The smallest round step, a multiple of the finest figure shown, that needs at most MOST_STEPS of them."""
    finest = 10.0**-decimals
    least = span / MOST_STEPS / finest
    if least <= 1:
        return finest
    power = 10.0 ** math.floor(math.log10(least))
    return finest * next(step for factor in FACTORS if (step := power * factor) >= least * (1 - 1e-9) and step.is_integer())
