"""The contact in progress: start, top bar, notes, wrap-up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from channels import defaults, links
from channels.forms import StartForm, WrapUpForm
from channels.models import Contact, ContactQuestion
from channels.opened import Opened, opened_in
from channels.services import add_question, close_contact, close_question, note_contact, start_contact
from channels.services.contacts import mark
from citizens.models import Citizen
from czrm.doors.pages import page, shown
from czrm.institutions.models import Purpose
from czrm.kit.actor import Request
from czrm.kit.refused import Refused

from .common import body, clerk, own_contact
from .notices import entries, unread

FORGOTTEN = timedelta(hours=3)


@page("contact.start")
def start(request: Request) -> HttpResponseBase:
    """Two keys: one for the page, one for the channel."""
    officer = clerk(request)
    last = Contact.objects.filter(user=officer.user_id, institution=officer.institution_id).order_by("-id").first()
    citizen = find_citizen(request.GET.get("citizen") or request.POST.get("citizen"))
    initial = {"purpose": last.purpose_id if last else None}
    form = StartForm(request.POST or None, initial=initial, country=body(request).country)
    if request.method == "POST" and form.is_valid():
        try:
            contact = start_contact(**form.cleaned_data, citizen=citizen, by=officer)
            return redirect(first_page(contact, citizen))
        except Refused as refused:
            form.add_error(None, refused.words)
    context = {
        "form": form, "citizen": citizen, "ways": defaults.ways(officer.institution_id).values(),
        "usual": last.channel if last else "counter", "purposes": Purpose.objects.exists(),
    }  # fmt: skip
    return render(request, "channels/contact_start.html", context, status=422 if form.errors else 200)


def first_page(contact: Contact, citizen: Citizen | None) -> str:
    """The person, if one was on screen; else the search, with the caller's number already looked for."""
    if citizen is not None:
        return links.inside(contact.code, "citizens:show", citizen.uid)
    search = links.inside(contact.code, "citizens:search")
    return f"{search}?{urlencode({'q': contact.phone})}" if contact.phone else search


def find_citizen(uid: str | None) -> Citizen | None:
    try:
        return get_object_or_404(Citizen, uid=UUID(uid)) if uid else None
    except ValueError:
        return None


@page("contact.see")
def bar(request: Request) -> HttpResponse:
    """The part of the top bar that shows the contacts in progress, and how many notices wait."""
    contacts = going_on(request)
    return render(request, "channels/bar.html", {"contacts": contacts[:1], "others": contacts[1:], "unread": unread(request).count()})


@page("contact.see")
def mine(request: Request) -> HttpResponse:
    """For the first page: what one left open, and what one was told."""
    return render(request, "channels/contact_mine.html", {"contacts": going_on(request), "entries": entries(unread(request))})


def going_on(request: Request) -> list[dict[str, Any]]:
    """This officer's, the one of this page first, then the latest; one that is open for hours was most likely forgotten."""
    officer, moment = clerk(request), now()
    known = defaults.ways(officer.institution_id, all_of_them=True)
    rows = Contact.objects.in_progress().filter(user=officer.user_id, institution=officer.institution_id)
    found = [
        {
            "contact": row, "way": defaults.way_of(row.channel, known), "url": links.inside(row.code, "channels:wrap_up", row.code),
            "current": row.pk == officer.contact_id, "forgotten": moment - row.started_at > FORGOTTEN,
        }
        for row in rows.select_related("citizen", "purpose").order_by("-id")
    ]  # fmt: skip
    return sorted(found, key=lambda item: not item["current"])


@page("contact.close", opens=Contact, key="code")
def wrap_up(request: Request, contact: Contact) -> HttpResponseBase:
    """The contact's own page: what was noted, asked and opened, and how it ends."""
    contact = own_contact(request, contact.code)
    if contact.ended_at is not None:
        messages.info(request, _("That contact is closed."))
        return redirect(links.inside("", "institutions:home"))
    if clerk(request).contact_id != contact.pk:  # in the contact's own address, what was opened for its purpose can be seen
        return redirect(links.inside(contact.code, "channels:wrap_up", contact.code))
    opened = opened_in(contact)
    shown(request, *opened.cases, categories=("case",) if opened.cases else ())
    form = WrapUpForm(
        request.POST or None, results=defaults.results(contact.institution_id), cases=[str(case.uid) for case in opened.cases],
        initial={"notes": contact.notes},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid() and ended(contact, form, opened, request):
        messages.success(request, _("Contact recorded and closed."))
        return redirect(links.inside("", "institutions:home"))
    return render(request, "channels/contact_wrap_up.html", page_of(contact, form, opened), status=422 if form.errors else 200)


def ended(contact: Contact, form: WrapUpForm, opened: Opened, request: Request) -> bool:
    said = form.cleaned_data
    try:
        close_contact(
            contact, result=said["result"], notes=said["notes"], answered={"yes": True, "no": False}.get(said["answered"]),
            citizen=next((person for person in opened.citizens if person.uid == said["citizen"]), None),
            cases=[case for case in opened.cases if str(case.uid) in said["cases"]], by=request.actor,
        )  # fmt: skip
    except Refused as refused:
        form.add_error(None, refused.words)
        return False
    return True


def page_of(contact: Contact, form: WrapUpForm, opened: Opened) -> dict[str, Any]:
    chosen = form.data.get("citizen") if form.is_bound else str(about.uid) if (about := contact.citizen or opened.about) else ""
    ticked = form.data.getlist("cases") if form.is_bound else [str(case.uid) for case in opened.cases]  # type: ignore[attr-defined]
    return {
        "contact": contact, "form": form, "opened": opened, "chosen": chosen, "ticked": ticked, "mark": mark(contact.notes),
        "way": defaults.way_of(contact.channel, defaults.ways(contact.institution_id, all_of_them=True)),
        "questions": contact.questions.filter(case=None).order_by("pk"),
    }  # fmt: skip


@require_POST
@page("contact.note")
def note(request: Request, code: str) -> HttpResponse:
    contact = own_contact(request, code)
    context: dict[str, Any] = {"at": now()}
    try:
        contact = note_contact(contact, notes=request.POST.get("notes", ""), before=request.POST.get("before"), by=request.actor)
    except Refused as refused:
        context = {"refused": refused.words}
    return render(
        request, "channels/note.html#status", context | {"mark": mark(contact.notes)}, status=409 if "refused" in context else 200
    )


@require_POST
@page("contact.ask")
def ask(request: Request, code: str) -> HttpResponse:
    contact, words = own_contact(request, code), ""
    try:
        add_question(contact, text=request.POST.get("text", ""), by=request.actor)
    except Refused as refused:
        words = refused.words
    return show_questions(request, contact, words)


@require_POST
@page("contact.answer")
def settle(request: Request, code: str, pk: int) -> HttpResponse:
    contact = own_contact(request, code)
    close_question(get_object_or_404(ContactQuestion.objects.select_related("contact"), pk=pk, contact=contact), by=request.actor)
    return show_questions(request, contact)


def show_questions(request: Request, contact: Contact, refused: str = "") -> HttpResponse:
    context = {"contact": contact, "questions": contact.questions.filter(case=None).order_by("pk"), "refused": refused}
    return render(request, "channels/contact_wrap_up.html#questions", context, status=422 if refused else 200)
