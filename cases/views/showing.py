"""The page of a case, its panel on the page of a person, and its papers."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now

from cases import presence, questions, steps, stories, terms
from cases.answers import STATED
from cases.at_hand import keep_at_hand
from cases.deadlines import deadline, short
from cases.forms import AskForm
from cases.lifecycle import Move, moves_from
from cases.models import Case, Decision, Document, DocumentRequest, Note
from cases.models.term import Extension, Pause
from citizens.models import Citizen
from czrm.doors.pages import page, shown
from czrm.kit.actor import Request
from czrm.trail.access import looked
from czrm.trail.models import Event
from czrm.trail.say import subject_of

from .opening import clerk

RECENT = 100  # events on the page of a case
OF_ONE = 20  # cases on the page of a person


@page("case.see")
def show(request: Request, number: str) -> HttpResponse:
    case = whole(number)
    looked(case, "case.see", by=request.actor, categories=("case",))
    return render(request, "cases/case_show.html", page_of(case, request))


def whole(number: str) -> Case:
    """The case with what its page reads of other tables, in one query."""
    related = ("procedure", "version", "team", "assignee", "citizen", "agent", "institution", "extension")
    return get_object_or_404(Case.objects.select_related(*related), number=number)


def page_of(case: Case, request: Request, ask: AskForm | None = None) -> dict[str, Any]:
    """Everything the page shows; `ask` is the form that came back with a mistake."""
    by, moment = request.actor, now()
    pauses: list[Pause] = list(case.pauses.order_by("started_at", "pk"))
    paused = next((pause for pause in pauses if pause.ended_at is None), None)
    plan = terms.reckon(case, terms.calendar_of(case.institution), pauses, extension_of(case))
    documents = list(case.documents.select_related("entry").order_by("pk"))
    requests = list(case.requests.order_by("-pk"))
    decision: Decision | None = case.decisions.filter(withdrawn_at=None).order_by("-pk").first()
    own = case.institution_id == getattr(by, "institution_id", None)
    asked = next((row for row in requests if row.answered_at is None and row.withdrawn_at is None), None)
    possible = steps.acts(case, by, decision, asked) if own else []
    may_ask = own and by.may("case.ask") and Move.ASK_CITIZEN in moves_from(case.status)
    path = steps.steps(case, decision, documents, possible)
    return {
        "case": case, "own": own, "deadline": deadline(case, plan, moment, paused),
        "answers": questions.told(case.version.form, case.answers), "stated": case.answers.get(STATED) if own else None,
        "documents": documents, "requests": requests, "decision": decision, "stories": timeline(case, requests), "path": path,
        "done": sum(step.done for step in path), "next": next((step for step in path if not step.done), None),
        "acts": possible[:2], "more": possible[2:], "ask": ask or (AskForm() if may_ask else None), "may_note": own and by.may("case.note"),
        "may_receive": own and by.may("case.receive"), "others": others(case, request), "paused": paused,
    }  # fmt: skip


def extension_of(case: Case) -> Extension | None:
    """Fetched with the case."""
    try:
        return case.extension
    except Extension.DoesNotExist:
        return None


def timeline(case: Case, requests: list[DocumentRequest]) -> list[stories.Story]:
    events = Event.objects.filter(case_id=case.pk).order_by("-id")[:RECENT]
    notes = {subject_of(note): note.text for note in Note.objects.filter(case=case)}
    by_uid = {str(row.uid): row for row in requests}
    return [stories.tell(event, notes=notes, requests=by_uid) for event in events]


def others(case: Case, request: Request) -> list[str]:
    user_id = getattr(request.actor, "user_id", None)
    return presence.here(case.pk, user_id, request.actor.name) if user_id else []


@page("case.see")
def who_is_here(request: Request, number: str) -> HttpResponse:
    """Asked every half minute by the open page; not a look of its own."""
    case = get_object_or_404(Case.objects.only("pk", "number"), number=number)
    return render(request, "cases/case_presence.html", {"others": others(case, request), "case": case})


@page("case.see", opens=Citizen, categories=("case",))
def of(request: Request, citizen: Citizen) -> HttpResponse:
    """The panel of a person's cases."""
    theirs = Case.objects.filter(citizen=citizen).select_related("team", "institution").defer("institution__logo", "institution__theme")
    found = list(theirs.order_by("-pk")[: OF_ONE + 1])
    keep_at_hand(found)
    shown(request, *found[:OF_ONE])
    calendar, moment = terms.recent_calendar(clerk(request).institution_id), now()
    rows = [(case, *short(case.due_at, case.status, moment, calendar)) for case in found[:OF_ONE]]
    return render(request, "cases/case_of.html", {"rows": rows, "citizen": citizen, "more": len(found) > OF_ONE})


@page("case.see", opens=Document, categories=("case",))
def document(request: Request, document: Document) -> FileResponse:
    """As an attachment under its own name, never shown inside our pages."""
    if document.scan in (Document.Scan.QUARANTINE, Document.Scan.INFECTED):
        raise Http404
    shown(request, document.case)
    response = FileResponse(document.file.open("rb"), as_attachment=True, filename=document.name, content_type=document.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@page("case.receipt", opens=Case, key="number", categories=("case",))
def receipt(request: Request, case: Case) -> HttpResponse:
    """The last receipt that was made."""
    last = case.documents.filter(kind=Document.Kind.RECEIPT).order_by("-pk").first()
    if last is None:
        raise Http404
    return redirect("cases:document", last.uid)
