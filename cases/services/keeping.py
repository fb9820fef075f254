"""Files of a case, looked into before they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext

from cases.models import Case, Document, Entry
from czrm.kit import uploads
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused

Upload: TypeAlias = "UploadedFile[Any] | tuple[str, UploadedFile[Any]]"  # with the code of the required document it answers, or alone
MOST_FILES = 20


def inspect_all(files: Iterable[Upload]) -> list[tuple[str, uploads.Inspected]]:
    """All files or none: a refusal names the file it is about."""
    pairs = [file if isinstance(file, tuple) else ("", file) for file in files]
    if len(pairs) > MOST_FILES:
        raise Refused("upload.too_many", gettext("At most %(most)d files can be handed in at once.") % {"most": MOST_FILES})
    return [(code, uploads.inspect_file(file)) for code, file in pairs]


def keep_all(
    case: Case, entry: Entry | None, found: Sequence[tuple[str, uploads.Inspected]], *, by: Actor, **fields: Any
) -> list[Document]:
    return [keep(case, file.name, file.data, file.media_type, file.sha256, entry=entry, code=code, by=by, **fields) for code, file in found]


def keep(case: Case, name: str, data: bytes, media_type: str, sha256: str, *, by: Actor, **fields: Any) -> Document:
    document = Document(case=case, name=name, media_type=media_type, size=len(data), sha256=sha256, by=by.name, **fields)
    document.file.save(name, ContentFile(data), save=False)
    document.save()
    return document
