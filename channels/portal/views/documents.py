"""The page where documents and photos are handed in."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from cases import holding
from cases.models import Procedure
from channels.portal import drafts, limits, steps
from channels.portal.drafts import Draft
from channels.portal.pages import show, uploaded
from channels.portal.services import save_draft
from czrm.kit.actor import Request
from czrm.kit.refused import Refused

from .walk import around, onwards

MOST_BYTES = 60 * 1024 * 1024


def documents(request: Request, procedure: Procedure, draft: Draft, found: list[steps.Step], current: steps.Step) -> HttpResponse:
    """Every file that can be kept is kept, whatever is wrong with the others: nothing is asked for twice."""
    assert procedure.current is not None
    wanted, errors = [*procedure.current.documents, {"code": "", "name": ""}], {}
    if request.method == "POST":
        holding.let_go(draft.kept, set(request.POST.getlist("remove")))
        draft.kept["later"] = request.POST.getlist("later-with")
        errors = {row["code"]: error for row in wanted if (error := take_in(request, draft, row["code"]))}
        goes_on = not request.POST.getlist("remove") and "add" not in request.POST
        if goes_on and "later" not in request.POST:
            errors = missing(procedure, draft) | errors
        if goes_on and not errors:
            draft.done(current.key)
        save_draft(draft, by=request.actor)
        if goes_on and not errors:
            return onwards(request, procedure, draft, current)
    rows = [document_row(row, draft, errors) for row in wanted]
    return show(request, "documents.html", around(request, procedure, found, current) | {"rows": rows, "errors": errors})


def take_in(request: Request, draft: Draft, code: str) -> str:
    """Keep what came for this document; the words of what is wrong, or nothing."""
    wrong = []
    for file in uploaded(request, f"file-{code}"):
        try:
            if not limits.allowed(limits.FILES, limits.address_of(request)):
                raise Refused("upload.too_often", _("Too many files came from your connection. Try again in an hour."))
            if len(draft.files) >= holding.MOST or sum(row["size"] for row in draft.files) + (file.size or 0) > MOST_BYTES:
                raise Refused(
                    "upload.too_many", _("These are too many or too large files for one request. Bring the others to one of our offices.")
                )
            drafts.hold(draft, code, file)
        except Refused as no:
            wrong.append(f"{file.name}: {no.words}")
    return " ".join(wrong)


def missing(procedure: Procedure, draft: Draft) -> dict[str, str]:
    assert procedure.current is not None
    there = {row["code"] for row in draft.files} | set(draft.kept.get("later", []))
    words = _("Attach “%(name)s”, or mark that you will hand it in later.")
    return {
        row["code"]: words % {"name": row["name"]}
        for row in procedure.current.documents
        if row.get("required") and row["code"] not in there
    }


def document_row(row: dict[str, Any], draft: Draft, errors: dict[str, str]) -> dict[str, Any]:
    code = row["code"]
    return {
        **row, "field": f"file-{code}", "error": errors.get(code, ""), "files": [file for file in draft.files if file["code"] == code],
        "later": code in draft.kept.get("later", []),
    }  # fmt: skip
