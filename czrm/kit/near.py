"""Remembered for seconds in this process: what nearly every request asks again and nobody changes by the minute.

What is handed out is shared by all threads and is not to be changed. It is never the reason why somebody may see a row: policies
ask anew each time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from time import monotonic
from typing import Any, TypeVar

T = TypeVar("T")
SECONDS = 5.0
MOST = 16384

_held: dict[tuple[Hashable, ...], tuple[float, Any]] = {}


def remembered(key: tuple[Hashable, ...], make: Callable[[], T], *, seconds: float = SECONDS) -> T:
    """What `make` gave within the last `seconds`; None is not remembered."""
    found = recalled(key)
    return keep(key, make(), seconds=seconds) if found is None else found


def recalled(key: tuple[Hashable, ...]) -> Any:
    """None where nothing is remembered."""
    held = _held.get(key)
    return held[1] if held is not None and held[0] > monotonic() else None


def keep(key: tuple[Hashable, ...], made: T, *, seconds: float = SECONDS) -> T:
    if made is not None:
        if len(_held) >= MOST:
            _held.clear()
        _held[key] = (monotonic() + seconds, made)
    return made


def forget(key: tuple[Hashable, ...]) -> None:
    _held.pop(key, None)


def forget_all() -> None:
    _held.clear()
