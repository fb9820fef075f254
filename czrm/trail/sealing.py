"""Sealing: what was written becomes signed segments, each chained to the one before, within a minute or so.

A segment lists the keys of its rows, so that a row put in or taken out later is named; keys whose transaction ends after others' come into
a later segment. Below its `floor_id` every transaction had ended: what appears there afterwards was put in by hand.
"""

from __future__ import annotations

import hashlib
import logging
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.db import connection, transaction

from .digests import TABLES
from .models import Segment

logger = logging.getLogger("czrm.audit")
MOST = 50_000  # rows a segment
GENESIS = bytes(32)
SIGNED = ("number", "of_table", "floor_id", "upto", "last_id", "horizon", "ceiling", "ids", "amount")
BEGIN = "select * from czrm.begin_segment(%s, %s)"


def seal(most: int = MOST) -> int:
    """Seal what was written since, of every institution; how many rows. Two at once take turns."""
    rows = 0
    for table in TABLES:
        while (sealed := seal_some(table, most)) == most:
            rows += sealed
        rows += sealed
    return rows


def seal_some(table: str, most: int) -> int:
    with transaction.atomic():
        begun = begin(table, most)
        if begun is None:
            return 0
        segment = Segment(of_table=table, **begun)
        sign(segment)
        segment.save(force_insert=True)
    # who keeps this line elsewhere can show that the end of the chain was not cut off
    logger.info("sealed", extra={"segment": segment.number, "rows": segment.amount, "chain": segment.chain.hex()})
    return segment.amount


def begin(table: str, most: int) -> dict[str, Any] | None:
    with connection.cursor() as cursor:
        cursor.execute(BEGIN, [table, most])
        row = cursor.fetchone()
        names = [column.name for column in cursor.description or ()]
    if row is None:
        return None
    begun = dict(zip(names, row, strict=True))
    return begun | {"previous": bytes(begun["previous"] or GENESIS)}


def sign(segment: Segment) -> None:
    private = private_key()
    segment.chain = link(segment)
    segment.key = private.public_key().public_bytes_raw()
    segment.signature = private.sign(segment.chain)


def link(segment: Segment) -> bytes:
    """The segment's place in the chain: a digest of all that it says and of the one before."""
    said = [str(getattr(segment, name)) for name in SIGNED]
    said += [hashlib.sha256(segment.leaves).hexdigest(), bytes(segment.total).hex(), bytes(segment.previous).hex()]
    return hashlib.sha256("|".join([*said, f"{segment.sealed_at.timestamp():.6f}"]).encode()).digest()


def is_signed(segment: Segment, keys: set[bytes]) -> bool:
    """By one of these public keys."""
    if bytes(segment.key) not in keys:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(bytes(segment.key)).verify(bytes(segment.signature), bytes(segment.chain))
    except InvalidSignature:
        return False
    return True


def private_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"czrm audit\n" + settings.AUDIT_KEY.encode()).digest())


def public_keys() -> set[bytes]:
    """Ours of today, and those of before that the settings name."""
    return {private_key().public_key().public_bytes_raw(), *map(bytes.fromhex, settings.AUDIT_KEYS_BEFORE)}
