"""What is done to a case: each act its own short page, reached by a button or a key, and back to the case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cases import services
from cases.forms import (
    AnswerForm,
    AskForm,
    AssignForm,
    AttachForm,
    CloseForm,
    DecideForm,
    EditForm,
    ExtendForm,
    Nothing,
    NotifyForm,
    PauseForm,
    ReasonForm,
    RefileForm,
)  # fmt: skip
from cases.lifecycle import Status
from cases.models import Case, DocumentRequest
from citizens.identifiers import guess_kinds
from citizens.models import Citizen, Identifier
from czrm.doors.pages import page
from czrm.institutions.models import Membership
from czrm.kit.actor import Request
from czrm.kit.refused import Refused

from .opening import clerk, done_with
from .showing import page_of, whole

Words = str


def act(request: Request, case: Case, form: forms.BaseForm, deed: Callable[[dict[str, Any]], object], *, title: Words, button: Words,
        done: Words, note: Words = "", danger: bool = False, files: bool = False) -> HttpResponse:  # fmt: skip
    """Show the form, do the deed, go back; a refusal stands on the form with all that was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            result = deed(form.cleaned_data)
        except Refused as no:
            form.add_error(None, no.words)
        else:
            if isinstance(result, services.Opened):
                return done_with(request, result)
            messages.success(request, done)
            return redirect("cases:show", case.number)
    context = {"case": case, "form": form, "title": title, "button": button, "note": note, "danger": danger, "files": files}
    return render(request, "cases/case_act.html", context, status=422 if form.errors else 200)


def sent(request: Request) -> Any:
    return request.POST if request.method == "POST" else None


@page("case.assign", opens=Case, key="number")
def assign(request: Request, case: Case) -> HttpResponse:
    by = clerk(request)
    initial = {"team": case.team_id, "assignee": case.assignee_id, "edition": case.edition}
    form = AssignForm(sent(request), initial=initial, institution_id=by.institution_id)
    return act(
        request, case, form, lambda said: services.assign_case(case, by=by, **said), title=_("Assign the case"), button=_("Assign"),
        done=_("Assigned."), note=_("Whoever gets it is told."),
    )  # fmt: skip


@page("case.start", opens=Case, key="number")
def start(request: Request, case: Case) -> HttpResponse:
    note = _("The person will see that somebody is working on it.")
    if case.assignee_id is None:
        note = _("The case becomes yours, and the person will see that somebody is working on it.")
    return act(
        request, case, Nothing(sent(request)), lambda _said: services.start_case(case, by=request.actor), title=_("Start work"),
        button=_("Start work"), done=_("Work began."), note=note,
    )  # fmt: skip


@page("case.note", opens=Case, key="number")
def note(request: Request, case: Case) -> HttpResponse:
    if request.method != "POST":
        return redirect("cases:show", case.number)
    services.add_note(case, text=request.POST.get("text", ""), by=request.actor)
    messages.success(request, _("Note saved."))
    return redirect("cases:show", case.number)


@page("case.ask", opens=Case, key="number")
def ask(request: Request, case: Case) -> HttpResponse:
    """From the box on the page of the case; it comes back there with its mistakes."""
    form = AskForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_citizen(case, by=request.actor, **form.cleaned_data)
        except Refused as no:
            form.add_error(None, no.words)
        else:
            messages.success(request, _("Asked. The term waits for the answer."))
            return redirect("cases:show", case.number)
    return render(request, "cases/case_show.html", page_of(whole(case.number), request, form), status=422 if form.errors else 200)


@page("case.receive", opens=DocumentRequest)
def receive(request: Request, asked: DocumentRequest) -> HttpResponse:
    files = request.FILES.getlist("files")
    return act(
        request, asked.case, AnswerForm(sent(request)),
        lambda said: services.receive_answer(asked, text=said["text"], files=files, by=request.actor), title=_("Record the answer"),
        button=_("Record the answer"), done=_("Answer recorded; the term goes on."), note=asked.text, files=True,
    )  # fmt: skip


@page("case.file", opens=Case, key="number")
def attach(request: Request, case: Case) -> HttpResponse:
    files = request.FILES.getlist("files")
    return act(
        request, case, AttachForm(sent(request)),
        lambda said: services.attach_document(case, files=files, internal=said["internal"], by=request.actor), title=_("Add documents"),
        button=_("Add"), done=_("Documents added."), note=_("What the person hands in is entered in the register."), files=True,
    )  # fmt: skip


@page("case.pause", opens=Case, key="number")
def pause(request: Request, case: Case) -> HttpResponse:
    return act(
        request, case, PauseForm(sent(request)), lambda said: services.pause_case(case, by=request.actor, **said),
        title=_("Wait for another body"), button=_("Pause the term"), done=_("The term is paused."),
        note=_("The law must allow it: the person sees the cause and the article."),
    )  # fmt: skip


@page("case.resume", opens=Case, key="number")
def resume(request: Request, case: Case) -> HttpResponse:
    return act(
        request, case, Nothing(sent(request)), lambda _said: services.resume_case(case, by=request.actor),
        title=_("Go on without the answer"),
        button=_("Go on"), done=_("The term goes on."), note=_("What was asked is no longer needed, and the term runs again from today."),
    )  # fmt: skip


@page("case.extend", opens=Case, key="number")
def extend(request: Request, case: Case) -> HttpResponse:
    return act(
        request, case, ExtendForm(sent(request)), lambda said: services.extend_case(case, by=request.actor, **said),
        title=_("Extend the term"),
        button=_("Extend"), done=_("The term was extended."),
        note=_("Once only, before it ends, in the unit of the term; the person sees the new date."),
    )  # fmt: skip


@page("case.edit", opens=Case, key="number")
def edit(request: Request, case: Case) -> HttpResponse:
    form = EditForm(sent(request), instance=case, initial={"edition": case.edition})

    def deed(said: dict[str, Any]) -> object:
        edition = said.pop("edition")
        return services.edit_case(case, changes=said, edition=edition, by=request.actor)

    return act(request, case, form, deed, title=_("Correct the data"), button=_("Save"), done=_("Saved."))


@page("case.decide", opens=Case, key="number")
def decide(request: Request, case: Case) -> HttpResponse:
    member = Membership.objects.filter(user=clerk(request).user_id, institution=case.institution_id).select_related("user").first()
    initial = {"signer": str(member.user) if member else "", "signer_post": member.post if member else ""}
    return act(
        request, case, DecideForm(sent(request), initial=initial), lambda said: services.decide_case(case, by=request.actor, **said),
        title=_("Decide"), button=_("Make the decision"), done=_("Decided. Print it, hand it over, and record the day and the hour."),
        note=_("The paper adds how to appeal, before whom and within which term."),
    )  # fmt: skip


@page("case.notify", opens=Case, key="number")
def notify(request: Request, case: Case) -> HttpResponse:
    decision = case.decisions.filter(withdrawn_at=None).order_by("-pk").first()
    if decision is None:
        raise Http404
    receiver = case.citizen.name if case.citizen else case.reply_name
    form = NotifyForm(sent(request), initial={"received_by": receiver})
    return act(
        request, case, form, lambda said: services.notify_decision(decision, by=request.actor, **said), title=_("Record the handing over"),
        button=_("Record"), done=_("Notified."), note=_("From this day and hour the terms to appeal run."),
    )  # fmt: skip


@page("case.close", opens=Case, key="number")
def close(request: Request, case: Case) -> HttpResponse:
    decided = case.status == Status.DECIDED
    form: forms.Form = Nothing(sent(request)) if decided else CloseForm(sent(request))
    note = _("Without a formal decision: an answer in plain words.")
    if decided:
        note = _("The decision has been notified; nothing is left to do.")
    return act(
        request, case, form, lambda said: services.close_case(case, by=request.actor, **said), title=_("Close the case"), button=_("Close"),
        done=_("Case closed."), note=note,
    )  # fmt: skip


@page("case.reopen", opens=Case, key="number")
def reopen(request: Request, case: Case) -> HttpResponse:
    return act(
        request, case, ReasonForm(sent(request)), lambda said: services.reopen_case(case, by=request.actor, **said), title=_("Open again"),
        button=_("Open again"), done=_("The case is open again and its terms begin anew."),
    )  # fmt: skip


@page("case.refile", opens=Case, key="number")
def refile(request: Request, case: Case) -> HttpResponse:
    """The right person is named by their document, so that nobody is chosen from a list by mistake."""

    def deed(said: dict[str, Any]) -> object:
        citizen = by_document(said["document"], case.institution.country)
        return services.refile_case(case, citizen=citizen, reason=said["reason"], by=request.actor)

    return act(
        request, case, RefileForm(sent(request)), deed, title=_("Filed under the wrong person"), button=_("Move the case"),
        done=_("Moved."),
        note=_("Nothing is lost: both people's history shows it. A new receipt is made, and the old key stops working."), danger=True,
    )  # fmt: skip


def by_document(typed: str, country: str) -> Citizen:
    numbers = [(guess.kind, guess.number) for guess in guess_kinds(typed, country) if guess.error is None]
    for kind, number in numbers:
        found = Identifier.objects.filter(kind=kind, number=number).select_related("citizen").first()
        if found:
            return Citizen.objects.get(pk=found.citizen_id)
    raise Refused("refile.unknown", _("Nobody here has that document. Find or register the person first, then move the case."))


@page("case.receipt", opens=Case, key="number")
def renew(request: Request, case: Case) -> HttpResponse:
    return act(
        request, case, Nothing(sent(request)), lambda _said: services.renew_receipt(case, by=request.actor), title=_("New receipt and key"),
        button=_("Make a new receipt"), done=_("Made."), note=_("For somebody who lost theirs: the old key stops working."),
    )  # fmt: skip
