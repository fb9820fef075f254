"""A request as its citizen follows it with the key: its state, what is asked of them, and their answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import override

from cases import deadlines, holding, papers, terms
from cases.lifecycle import CLOCK_ENDED
from cases.models import Case, DocumentRequest, Entry, Procedure
from cases.services import receipts
from channels.portal import story, tracking
from channels.portal.forms import AnswerForm
from channels.portal.pages import address, go, help_of, here, pdf, show, uploaded
from channels.portal.services import answer_request
from czrm.doors.pages import page
from czrm.kit.actor import Request, Visitor, acting, deputy
from czrm.kit.refused import Refused
from czrm.trail.access import looked
from czrm.trail.models import Event

HELD = "portal_held"  # files of an answer that came back with errors, apart from those of the desk


def ask_for_key(request: Request, number: str) -> HttpResponse:
    """The same for a number that exists and for one that does not."""
    tracking.forget(request)
    messages.info(request, _("To see a request, write its number and its tracking key."))
    return go(request, "track")


@page("portal.track", guests=True)
def follow(request: Request, institution: str, number: str) -> HttpResponse:
    case = tracking.case_numbered(request, number)
    if case is None:
        return ask_for_key(request, number)
    events = list(Event.objects.filter(case_id=case.pk).order_by("pk"))
    requests = list(DocumentRequest.objects.filter(case=case, withdrawn_at=None).order_by("pk"))
    response = show(request, "case.html", told(request, case, events, requests) | help_of(here(request)))
    looked(case, "portal.track", by=request.actor)
    return response


def told(request: Request, case: Case, events: list[Event], requests: list[DocumentRequest]) -> dict[str, Any]:
    """The rules of the procedure are read by the institution's own hands: it may have been retired meanwhile."""
    moment, waiting = now(), [row for row in requests if row.answered_at is None]
    with acting(deputy(request.actor, "portal")):
        whole = Case.objects.select_related("procedure", "version", "team", "institution").get(pk=case.pk)
        plan = terms.schedule(whole)
        notified = whole.decisions.filter(withdrawn_at=None, notified_at__isnull=False).exists()
        reachable = bool(whole.citizen_id or whole.reply_email)
        silence = receipts.silence_words(whole.version.silence or {})
    answer = answer_text(whole)
    first = story.told(whole, plan, waiting, moment, notified=notified, reachable=reachable, readable=bool(answer))
    steps = story.steps(whole, events, whole.team.name if whole.team else "", plan, moment)
    legal_over = bool(plan.legal and plan.legal.at and plan.legal.at < moment)
    return {
        "case": whole, "told": first, "steps": steps, "place": place(steps), "waiting": waiting,
        "answered": [row for row in requests if row.answered_at], "why": deadlines.why(plan) if whole.status not in CLOCK_ENDED else (),
        "silence": silence if legal_over and first.late else "", "complaint": complaint(whole) if first.late else None,
        "ended": whole.status in CLOCK_ENDED, "answer": answer,
    }  # fmt: skip


def place(steps: list[story.Step]) -> int:
    """Which step is the present one, counted from 1; 0 where all are past."""
    return next((n for n, step in enumerate(steps, 1) if step.state == "current"), 0)


def answer_text(case: Case) -> str:
    """The key shows no answer but to who has no other way: nobody can prove to be an anonymous person."""
    return case.outcome_text if case.confidentiality == Case.Confidentiality.ANONYMOUS else ""


def complaint(case: Case) -> Procedure | None:
    """How to complain here, where the institution takes complaints in the portal."""
    kinds = (Procedure.Kind.COMPLAINT, Procedure.Kind.CLAIM)
    rows = Procedure.objects.filter(institution=case.institution_id, status="published", portal=True, current__isnull=False, kind__in=kinds)
    return rows.order_by("kind", "name").first()


@page("portal.track", guests=True)
def receipt(request: Request, institution: str, number: str) -> HttpResponse:
    """Again on paper, without the key: nobody can read it any more, and this paper may lie about."""
    case = tracking.case_numbered(request, number)
    if case is None:
        return ask_for_key(request, number)
    with acting(deputy(request.actor, "portal")), override(here(request).language):
        case = Case.objects.select_related("procedure", "version", "institution", "citizen").get(pk=case.pk)
        entry = case.entries.select_related("office").filter(direction=Entry.Direction.IN).order_by("pk")[:1].get()
        made = receipts.receipt(case, entry, list(entry.documents.filter(kind="attachment").order_by("pk")), "")
        made = replace(made, tracking_key=_("on your first receipt"), follow_url=made.follow_page)
        data, name = papers.receipt_pdf(made), f"{entry.number}.pdf"
    looked(case, "portal.track", by=request.actor)
    return pdf(data, name)


def asked_here(request: Request, uid: str) -> DocumentRequest | None:
    """Of the case in hand; who has logged in sees what is asked in theirs, and in those a mandate covers."""
    if not isinstance(request.actor, Visitor) and not tracking.in_hand(request):
        return None
    return DocumentRequest.objects.filter(uid=uid, case__institution=here(request)).select_related("case").first()


@page("portal.answer", guests=True)
def answer(request: Request, institution: str, uid: str) -> HttpResponse:
    asked = asked_here(request, uid)
    if asked is None:
        return ask_for_key(request, "")
    if asked.answered_at or asked.withdrawn_at:
        messages.info(request, _("This request has already been answered or is no longer needed."))
        return go(request, "case", asked.case.number)
    box = request.session.setdefault(HELD, {}).setdefault(str(asked.uid), {})
    form = AnswerForm(request.POST or None)
    if request.method == "POST":
        errors = kept(request, box)
        request.session.modified = True
        if form.is_valid() and not errors and "add" not in request.POST and not request.POST.getlist("remove"):
            done = received(request, asked, form, box)
            if done:
                return done
        for error in errors:
            form.add_error(None, error)
    context = {"asked": asked, "form": form, "files": holding.held(box), "back": address(request, "case", asked.case.number)}
    return show(request, "answer.html", context, status=422 if form.errors else 200)


def kept(request: Request, box: dict[str, Any]) -> list[str]:
    """Each file by itself: one that is wrong does not take the others with it."""
    holding.let_go(box, set(request.POST.getlist("remove")))
    errors = []
    for file in uploaded(request, "file"):
        try:
            holding.hold(box, "", file)
        except Refused as no:
            errors.append(f"{file.name}: {no.words}")
    return errors


def received(request: Request, asked: DocumentRequest, form: AnswerForm, box: dict[str, Any]) -> HttpResponse | None:
    try:
        answer_request(asked, text=form.cleaned_data["text"], files=holding.files(box), by=request.actor)
    except Refused as no:
        form.add_error(None, no.words)
        return None
    holding.forget_all(box)
    request.session[HELD] = {key: rows for key, rows in request.session[HELD].items() if key != str(asked.uid)}
    messages.success(request, _("We received your answer. Thank you: we go on with your request."))
    return go(request, "case", asked.case.number)
