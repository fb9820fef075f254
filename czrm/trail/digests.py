"""What the digest of a row of the trail covers, as SQL; the tables keep it in a generated column (migration 0004_seal).

A row's digest covers its own columns and a salted digest of what names or describes a person. An erasure empties the latter and its salt
and keeps their digest in `kept`: the row's digest stays what it was. What the machinery changes (leases, attempts) is not covered, nor is
the key of whoever made a change, which goes when the user does: the name stays.
"""

from __future__ import annotations

TABLES = ("trail_event", "trail_accessentry", "trail_change")
SEPARATOR = "chr(31)"  # in no code, number or name
OWN: dict[str, tuple[str, ...]] = {
    "trail_event": ("id", "institution_id", "citizen_id", "case_id", "kind", "user_id", "contact_id", "subject", "public", "at"),
    "trail_accessentry": (
        "id", "institution_id", "citizen_id", "purpose_id", "user_id", "contact_id", "verb", "categories", "owners", "page_view", "refused",
        "at", "visible_from",
    ),
    "trail_change": ("id", "institution_id", "content_type_id", "object_pk", "object_id", "action", '"timestamp"', "cid"),
}  # fmt: skip
PERSONAL: dict[str, tuple[str, ...]] = {
    "trail_event": ("by", "data"),
    "trail_accessentry": ("by", "subject"),
    "trail_change": (
        "object_repr", "changes", "changes_text", "serialized_data", "additional_data", "actor_email", "remote_addr", "remote_port",
    ),
}  # fmt: skip
EMPTY: dict[str, dict[str, str]] = {  # what an erasure leaves
    "trail_event": {"by": "''", "data": "'{}'"},
    "trail_accessentry": {"by": "''", "subject": "''"},
    "trail_change": {
        "object_repr": "''", "changes": "null", "changes_text": "''", "serialized_data": "null", "additional_data": "null",
        "actor_email": "null", "remote_addr": "null", "remote_port": "null",
    },
}  # fmt: skip
WRITTEN = {
    "at": "extract(epoch from at)", "visible_from": "extract(epoch from visible_from)", '"timestamp"': 'extract(epoch from "timestamp")',
    "remote_addr": "host(remote_addr)",
}  # fmt: skip


def digest(table: str) -> str:
    """The expression; its text is in the migration too, as it was when the columns were made."""
    return f"sha256({octets(OWN[table])} || coalesce(kept, {personal(table)}))"


def personal(table: str) -> str:
    return f"sha256(uuid_send(salt) || {octets(PERSONAL[table])})"


def octets(columns: tuple[str, ...]) -> str:
    """Alike in every session: moments are written without a time zone, and nothing stands where there is no value."""
    text = f", {SEPARATOR}, ".join(WRITTEN.get(column, column) for column in columns)
    return f"convert_to(concat({text}), 'UTF8')"


def emptied(table: str) -> str:
    """The condition of a row whose personal part was erased, and of none other that says so."""
    return " and ".join(["salt is null", *(f"{column} is not distinct from {value}" for column, value in EMPTY[table].items())])
