"""Check, send, and what one takes away."""

from __future__ import annotations

import time
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases import questions
from cases.models import Case, Document, Procedure
from cases.services import Opened
from cases.terms import local
from channels.portal import limits, steps, story
from channels.portal.drafts import Draft
from channels.portal.pages import address, go, here, pdf, show
from channels.portal.services import send_request
from czrm.doors.pages import page
from czrm.kit.actor import Request, acting, deputy
from czrm.kit.refused import Refused

from .home import of_portal
from .walk import draft_of, expired, pages_of, too_often
from .walk import forget as forget_draft

IN_SESSION = "sent"
SHOWN_FOR = 30 * 60  # seconds the receipt can be seen again in the same session


@page("portal.apply", guests=True)
def check(request: Request, institution: str, slug: str) -> HttpResponse:
    procedure = of_portal(request, slug)
    draft = draft_of(request, procedure)
    if draft is None:
        return go(request, "receipt") if sent(request) else expired(request, procedure)
    if draft.sent_as:
        return go(request, "receipt")
    found = pages_of(procedure, draft)
    if (open_page := steps.first_open(found, draft)) != steps.CHECK:
        return go(request, "step", slug, open_page)
    error = ""
    if request.method == "POST":
        if not limits.allowed(limits.SENT, limits.address_of(request)):
            return too_often(request)
        try:
            return send(request, procedure, draft)
        except Refused as no:
            error = no.words
    context = {"procedure": procedure, "draft": draft, "rows": rows(request, procedure, draft, found), "error": error,
               "back": address(request, "step", slug, steps.before(found, steps.CHECK))}  # fmt: skip
    return show(request, "check.html", context, status=422 if error else 200)


def send(request: Request, procedure: Procedure, draft: Draft) -> HttpResponse:
    """The session is saved in the same transaction as the case: the second of two taps finds the receipt of the first."""
    opened = send_request(draft.code, procedure, by=request.actor)
    if opened is not None:
        request.session[IN_SESSION] = ticket(opened)
        request.session.save()
    return go(request, "receipt")


def ticket(opened: Opened) -> dict[str, Any]:
    case = opened.case
    assert opened.receipt is not None  # asked for at opening
    return {
        "institution": case.institution_id, "case": case.pk, "number": case.number, "entry": opened.entry.number,
        "key": opened.tracking_key, "document": opened.receipt.pk, "until": int(time.time()) + SHOWN_FOR,
    }  # fmt: skip


def rows(request: Request, procedure: Procedure, draft: Draft, found: list[steps.Step]) -> list[dict[str, Any]]:
    """Each page with what was said in it and the way back to change it."""
    assert procedure.current is not None
    told = dict(questions.told(procedure.current.form, draft.answers))
    return [
        {"label": step.title, "value": told.get(step.title, "") if step.name else said(step.key, draft, procedure),
         "change": address(request, "step", procedure.slug, step.key) + "?check"}
        for step in found
    ]  # fmt: skip


def said(key: str, draft: Draft, procedure: Procedure) -> str:
    words = draft.words
    if key == "identity":
        return _("No, anonymous") if words.get("identity") == steps.ANONYMOUS else _("Yes")
    if key == "person":
        return "\n".join(filter(None, (words.get("name"), words.get("document"))))
    if key == "reply":
        return "\n".join(filter(None, (words.get("email"), words.get("phone"))))
    if key == "documents":
        assert procedure.current is not None
        names = {row["code"]: row["name"] for row in procedure.current.documents}
        later = [_("%(name)s: you will hand it in later") % {"name": names[code]} for code in draft.kept.get("later", []) if code in names]
        return "\n".join([file["name"] for file in draft.files] + later)
    return words.get(key, "")


def sent(request: Request) -> dict[str, Any] | None:
    found = request.session.get(IN_SESSION)
    if not found or found["institution"] != here(request).pk or found["until"] < time.time():
        return None
    return dict(found)


@page("portal.apply", guests=True)
def receipt(request: Request, institution: str) -> HttpResponse:
    """The key is shown here and nowhere else, for half an hour and to this session only."""
    found = sent(request)
    if found is None:
        messages.info(
            request, _("For your safety the receipt is shown for half an hour only. Follow your request with its number and key.")
        )
        return go(request, "track")
    with acting(deputy(request.actor, "portal")):
        case = Case.objects.select_related("institution", "procedure").get(pk=found["case"])
        due = case.promised_at or case.legal_at
    forget_draft(request, case.procedure)
    return show(request, "receipt.html", {
        "sent": found, "procedure": case.procedure, "day": story.day(local(case.institution, due).date()) if due else "",
        "reachable": bool(case.citizen_id or case.reply_email), "email": case.reply_email,
    })  # fmt: skip


@page("portal.apply", guests=True)
def receipt_pdf(request: Request, institution: str) -> HttpResponse:
    found = sent(request)
    if found is None:
        raise Http404
    with acting(deputy(request.actor, "portal")):
        document = Document.objects.get(pk=found["document"], case=found["case"])
        with document.file.open("rb") as file:
            return pdf(file.read(), document.name)


@page("portal.apply", guests=True)
@require_POST
def forget(request: Request, institution: str) -> HttpResponse:
    """For a computer that others use too."""
    request.session.pop(IN_SESSION, None)
    messages.success(request, _("The receipt is no longer on this device."))
    return go(request, "home")
