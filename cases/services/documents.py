"""What is handed in or added later."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.timezone import now
from django.utils.translation import gettext

from cases.models import Case, Document, Entry
from czrm.institutions.models import Office
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

from .keeping import Upload, inspect_all, keep_all
from .opening import presented_by
from .rows import enter, locked


@service("case.file")
def attach_document(
    case: Case, *, files: Sequence[Upload], internal: bool = False, office: Office | None = None, by: Actor
) -> list[Document]:
    """What the citizen hands in gets a line in the register; an internal paper is not shown to them."""
    case = locked(case)
    found = inspect_all(files)
    if not found:
        raise Refused("upload.none", gettext("Choose a file first."))
    if internal:
        kept = keep_all(case, None, found, kind=Document.Kind.INTERNAL, public=False, by=by)
    else:
        entry = enter(case, Entry.Direction.IN, at=now(), office=office, presented_by=presented_by(case), by=by)
        kept = keep_all(case, entry, found, by=by)
    for document in kept:
        say("case.document_added", case, by=by, document=str(document.uid), what=document.kind)
    return kept
