"""A new case at the desk: which procedure, its form on one page, and what to hand over."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from cases import holding, questions
from cases.forms import CHANNELS, BroughtForm, OpeningForm, ReplyForm
from cases.models import Case, Document, Procedure, ProcedureVersion
from cases.queue import uid
from cases.services import Opened, open_case
from cases.services.receipts import silence_words, term_words
from citizens.mandates import OPEN
from citizens.models import Citizen
from citizens.services.mandates import agents_for
from czrm.doors.pages import page
from czrm.institutions.models import Membership, Office
from czrm.kit.actor import Clerk, Request
from czrm.kit.refused import Refused
from czrm.trail.access import looked

HANDED_OVER = "opened_case"  # the session's key for what is shown once


@page("case.open")
def new(request: Request) -> HttpResponse:
    citizen = named(request, Citizen, "citizen")
    wanted = uid(request.GET.get("procedure"))
    if wanted is None:
        return choose(request, citizen)
    procedure = get_object_or_404(
        Procedure.objects.select_related("current", "team"), uid=wanted, institution=clerk(request).institution_id, status="published"
    )
    if procedure.current is None:
        raise Http404
    forms = Opening(request, procedure, procedure.current, citizen)
    if request.method == "POST" and (opened := forms.submit()):
        return done_with(request, opened)
    return render(request, "cases/case_new.html", forms.context, status=422 if forms.failed else 200)


class Opening:
    """The forms of one page, and the files that wait beside them."""

    def __init__(self, request: Request, procedure: Procedure, version: ProcedureVersion, citizen: Citizen | None) -> None:
        self.request, self.procedure, self.version, self.citizen = request, procedure, version, citizen
        posted = request.POST if request.method == "POST" else None
        channel = getattr(getattr(request, "errand", None), "channel", "counter")
        known = channel if channel in dict(CHANNELS) else "counter"
        self.form = OpeningForm(posted, initial={"title": procedure.name, "channel": known})
        self.questions = questions.form_for(version.form, posted)
        self.brought = self.brought_form(posted, citizen) if citizen else None
        self.reply = None if citizen else ReplyForm(posted, may_be_anonymous=procedure.anonymous)
        self.refusals: list[str] = []

    @property
    def forms(self) -> list[Any]:
        return [form for form in (self.form, self.questions, self.reply, self.brought) if form is not None]

    def brought_form(self, posted: Any, citizen: Citizen) -> BroughtForm | None:
        """Asked only where somebody may act for the person; whoever is attended now is proposed."""
        agents = agents_for(citizen, f"{OPEN}:{self.procedure.slug}", by=self.request.actor)
        here = getattr(getattr(self.request, "errand", None), "citizen_id", None) if agents else None
        initial = {"agent": next((str(agent.uid) for agent in agents if agent.pk == here), "")}
        return BroughtForm(posted, agents=agents, initial=initial) if agents else None

    @property
    def failed(self) -> bool:
        return self.request.method == "POST"

    def submit(self) -> Opened | None:
        """Files are put by first, so that a mistake elsewhere does not lose them."""
        self.put_by()
        answered = [form.is_valid() for form in self.forms]  # all of them, so that every mistake is told at once
        if not all(answered) or self.refusals:
            return None
        try:
            opened = open_case(**self.deed, by=self.request.actor)
        except Refused as no:
            self.refusals.append(no.words)
            return None
        holding.forget_all(self.request.session)
        return opened

    def put_by(self) -> None:
        session = self.request.session
        holding.let_go(session, set(self.request.POST.getlist("drop-file")))
        for name in [f"file-{row['code']}" for row in self.version.documents] + ["file-other"]:
            for file in self.request.FILES.getlist(name):
                try:
                    holding.hold(session, name.removeprefix("file-").replace("other", ""), file)
                except Refused as no:
                    self.refusals.append(f"{file.name}: {no.words}")

    @property
    def deed(self) -> dict[str, Any]:
        said = self.form.cleaned_data
        reply = {name: value for name, value in self.reply.cleaned_data.items() if name != "anonymous"} if self.reply else {}
        anonymous = self.reply and self.reply.cleaned_data.get("anonymous")
        secrecy = Case.Confidentiality.ANONYMOUS if anonymous else Case.Confidentiality.NORMAL
        return {
            "procedure": self.procedure, "citizen": self.citizen, "title": said["title"], "description": said["description"],
            "answers": self.questions.answers(), "channel": said["channel"], "files": holding.files(self.request.session),
            "office": office_of(clerk(self.request)), "place": said["place"], "opened_at": said["opened_at"],
            "confidentiality": secrecy.value, "agent": self.brought.chosen() if self.brought else None, **reply,
        }  # fmt: skip

    @property
    def context(self) -> dict[str, Any]:
        held = holding.held(self.request.session)
        documents = [{**row, "held": [file for file in held if file["code"] == row["code"]]} for row in self.version.documents]
        return {
            "procedure": self.procedure, "guide": self.version.guide, "citizen": self.citizen, "form": self.form,
            "questions": self.questions, "reply": self.reply, "brought": self.brought, "documents": documents, "refusals": self.refusals,
            "others": [file for file in held if not file["code"]], "forms": self.forms,
            "promised": term_words(self.version.promised), "legal": term_words(self.version.legal),
            "silence": silence_words(self.version.silence), "failed": self.failed,
        }  # fmt: skip


def choose(request: Request, citizen: Citizen | None) -> HttpResponse:
    """All that can be asked for here; with words, those that have them."""
    words = request.GET.get("q", "").strip()[:80]
    procedures = Procedure.objects.filter(institution=clerk(request).institution_id, status="published", current__isnull=False)
    found = procedures.select_related("team", "current").order_by("kind", "name")
    for word in words.split():
        found = found.filter(name__icontains=word)  # a catalogue of hundreds: no index is missed
    rows = [{"procedure": one, "promised": term_words(one.current.promised) if one.current else ""} for one in found[:300]]
    return render(request, "cases/case_choose.html", {"rows": rows, "citizen": citizen, "words": words})


def done_with(request: Request, opened: Opened) -> HttpResponse:
    """The key passes to the next page through the session and is gone after it."""
    request.session[HANDED_OVER] = {"number": opened.case.number, "key": opened.tracking_key}
    return redirect("cases:done", opened.case.number)


@page("case.open", opens=Case, key="number")
def done(request: Request, case: Case) -> HttpResponse:
    shown = request.session.pop(HANDED_OVER, None) or {}
    receipt = case.documents.filter(kind=Document.Kind.RECEIPT).order_by("-pk").first()
    key = shown.get("key", "") if shown.get("number") == case.number else ""
    context = {"case": case, "key": key, "receipt": receipt, "entry": case.entries.order_by("pk").first(), "citizen": case.citizen}
    return render(request, "cases/case_done.html", context)


def named(request: Request, model: Any, key: str) -> Any:
    """The row an address names, within the fence and written down; none where it names none."""
    wanted = uid(request.GET.get(key))
    if wanted is None:
        return None
    thing = get_object_or_404(model, uid=wanted)
    looked(thing, "case.open", by=request.actor)
    return thing


def office_of(by: Clerk) -> Office | None:
    member = Membership.objects.filter(user=by.user_id, institution=by.institution_id).select_related("office").first()
    return member.office if member else None


def clerk(request: Request) -> Clerk:
    assert isinstance(request.actor, Clerk)
    return request.actor
