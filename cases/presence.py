"""Who else has a case open: kept in the cache for a minute, and of no consequence if it is lost."""

from __future__ import annotations

import time

from django.core.cache import cache

MEMORY = 60  # seconds


def here(case_id: int, user_id: int, name: str) -> list[str]:
    """Say that one is here; the names of the others who said so within the last minute."""
    key, moment = f"presence:{case_id}", time.time()
    try:
        seen: dict[int, tuple[str, float]] = cache.get(key) or {}
        seen = {who: (called, at) for who, (called, at) in seen.items() if moment - at < MEMORY}
        others = [called for who, (called, _at) in seen.items() if who != user_id]
        cache.set(key, seen | {user_id: (name, moment)}, MEMORY)
    except OSError:
        return []
    return others
