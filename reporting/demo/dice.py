"""Chance that repeats: the same seed and the same place of use give the same sample."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random


def dice(*seed: object) -> Random:
    """Each use has its own, so that more of one thing does not change another."""
    return Random(":".join(map(str, seed)))  # noqa: S311 (sample data, no secret)


def pick(rng: Random, weights: Mapping[str, float]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]
