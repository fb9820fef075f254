"""A request begun and not yet sent: it waits 30 days, and whoever knows its code goes on with it, on any device.

`kept` holds {"answers": {name: value}, "words": {field: text}, "later": [codes of documents], "done": [steps], "held_files": [rows]}.
The table is shut to everybody: only the functions asked here open a row, by the digest of its code and at its own portal.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.utils.timezone import now

from cases import holding
from cases.models import Procedure
from cases.numbers import new_tracking_key, tracking_digest
from czrm.kit.actor import Actor, Visitor

LIFE = timedelta(days=30)
IN_SESSION = "drafts"
WHOSE = "whose"  # for whom somebody who had logged in began it


@dataclass
class Draft:
    code: str
    procedure_id: int
    kept: dict[str, Any]
    sent_as: int | None
    expires_at: datetime

    @property
    def answers(self) -> dict[str, Any]:
        found: dict[str, Any] = self.kept.setdefault("answers", {})
        return found

    @property
    def words(self) -> dict[str, str]:
        found: dict[str, str] = self.kept.setdefault("words", {})
        return found

    @property
    def files(self) -> list[dict[str, Any]]:
        return holding.held(self.kept)

    def is_done(self, step: str) -> bool:
        return step in self.kept.get("done", [])

    def done(self, step: str) -> None:
        self.kept["done"] = [*(one for one in self.kept.get("done", []) if one != step), step]


def new(procedure: Procedure, by: Actor) -> Draft:
    kept = {WHOSE: by.citizen_id} if isinstance(by, Visitor) else {}
    return Draft(new_tracking_key(), procedure.pk, kept, None, now() + LIFE)


def hold(draft: Draft, code: str, file: UploadedFile[Any]) -> None:
    """As the desk keeps files for a day, but as long as the draft lives; Refused as in `uploads.inspect`."""
    holding.hold(draft.kept, code, file)
    lasting = (draft.expires_at - timedelta(seconds=holding.DAY)).timestamp()
    for row in draft.files:
        os.utime(holding.folder() / row["token"], (lasting, lasting))


def digest(code: str) -> str:
    """Of another kind than a tracking key's, so that neither opens what the other does; Refused if it cannot be one."""
    return tracking_digest(code, f"{settings.SECRET_KEY}:draft")


def find(code: str) -> Draft | None:
    """The draft, locked until the transaction ends: two taps on "send" wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("select about, words, sent_as, until from czrm.open_draft(%s)", [digest(code)])
        row = cursor.fetchone()
    return Draft(code, row[0], row[1] if isinstance(row[1], dict) else json.loads(row[1]), row[2], row[3]) if row else None


def write(draft: Draft) -> bool:
    draft.expires_at = now() + LIFE
    with connection.cursor() as cursor:
        cursor.execute(
            "select czrm.keep_draft(%s, %s, %s::jsonb, %s)",
            [digest(draft.code), draft.procedure_id, json.dumps(draft.kept), draft.expires_at],
        )
        return bool(cursor.fetchone()[0])


def empty(draft: Draft, case_id: int) -> None:
    """It was sent: nothing of it stays but which case it became."""
    with connection.cursor() as cursor:
        cursor.execute("select czrm.empty_draft(%s, %s)", [digest(draft.code), case_id])


def drop(draft: Draft) -> None:
    holding.forget_all(draft.kept)
    with connection.cursor() as cursor:
        cursor.execute("select czrm.drop_draft(%s)", [digest(draft.code)])
