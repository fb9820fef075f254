"""Files already sent are not asked for again when a form comes back: they wait a day, looked into, known only to their session."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils.crypto import get_random_string

from czrm.kit import uploads

SESSION_KEY = "held_files"
DAY = 24 * 60 * 60
MOST = 20


def hold(session: Any, code: str, file: UploadedFile[Any]) -> None:
    """Keep a file that passes inspection; Refused as in `uploads.inspect`."""
    found = uploads.inspect(file.name or "", file.read())
    forget_old()
    token = get_random_string(32)
    folder().mkdir(parents=True, exist_ok=True)
    (folder() / token).write_bytes(found.data)
    row = {"token": token, "code": code, "name": found.name, "type": found.media_type, "size": found.size}
    session[SESSION_KEY] = [*held(session), row][-MOST:]


def held(session: Any) -> list[dict[str, Any]]:
    """What this session keeps and is still there."""
    return [row for row in session.get(SESSION_KEY, []) if (folder() / row["token"]).exists()]


def let_go(session: Any, tokens: set[str]) -> None:
    """The person at the desk took these away."""
    for row in held(session):
        if row["token"] in tokens:
            (folder() / row["token"]).unlink(missing_ok=True)
    session[SESSION_KEY] = held(session)


def files(session: Any) -> list[tuple[str, UploadedFile[Any]]]:
    return [(row["code"], SimpleUploadedFile(row["name"], (folder() / row["token"]).read_bytes(), row["type"])) for row in held(session)]


def forget_all(session: Any) -> None:
    let_go(session, {row["token"] for row in held(session)})


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "held"


def forget_old() -> None:
    if not folder().exists():
        return
    for path in folder().iterdir():
        if time.time() - path.stat().st_mtime > DAY:
            path.unlink(missing_ok=True)
