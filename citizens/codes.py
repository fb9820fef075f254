"""Codes sent to a contact point: six digits, made from what is written down and the application's key, so that no table holds them.

Whoever sends the message computes the code again from its row; only its digest is kept, to compare with what is typed.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.crypto import constant_time_compare, salted_hmac

LIFE = timedelta(minutes=10)
MOST_TRIES = 5
DIGITS = 6


def code_of(point_id: int, use: str, expires_at: datetime) -> str:
    """The six digits of one code row."""
    made = salted_hmac("citizens.codes.made", f"{point_id}:{use}:{expires_at.timestamp():.6f}", algorithm="sha256").digest()
    return f"{int.from_bytes(made[:8]) % 10**DIGITS:0{DIGITS}}"


def digest_of(point_id: int, code: str) -> str:
    """64 hexadecimal characters."""
    return salted_hmac("citizens.codes.kept", f"{point_id}:{code}", algorithm="sha256").hexdigest()


def matches(point_id: int, typed: str, digest: str) -> bool:
    bare = "".join(char for char in typed if char.isascii() and char.isdigit())
    return len(bare) == DIGITS and constant_time_compare(digest_of(point_id, bare), digest)
