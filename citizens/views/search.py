"""The search box, its page, and who is confirmed by a document."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST

from citizens import contact_points, services
from citizens.forms import AttendForm, IdentifyForm
from citizens.reading import long_enough
from citizens.services import Search, shown
from citizens.services.identity import has_purpose
from citizens.services.region import region_of
from czrm.doors.pages import page
from czrm.kit.actor import Request
from czrm.kit.refused import Refused

WHILE_TYPING = 8  # results


@page("citizen.find")
def search(request: Request) -> HttpResponse:
    """What Enter leads to: the case of a code, the one person of a document, or the list."""
    if request.htmx and not request.htmx.boosted:
        return find(request)  # type: ignore[return-value]
    text = typed(request)
    context = around(request) | {"search_query": text}
    if long_enough(text):
        try:
            found = services.find_citizens(text, by=request.actor)
        except Refused as refused:
            return render(request, "citizens/citizen_search.html", context | {"refused": refused.words}, status=422)
        if where := only_answer(found):
            return redirect(where)
        context |= {"search": found, "new_url": new_url(text)}
    form = IdentifyForm(initial=document_in(text, region_of(request.actor)), country=region_of(request.actor))
    return render(request, "citizens/citizen_search.html", context | {"form": form})


@page("citizen.find")
def find(request: Request) -> HttpResponse:
    """Results while typing."""
    text = typed(request)
    if not long_enough(text):
        return HttpResponse()
    context = around(request) | {"search_query": text, "new_url": new_url(text)}
    try:
        context["search"] = services.find_citizens(text, limit=WHILE_TYPING, typing=True, by=request.actor)
    except Refused as refused:
        context["refused"] = refused.words
    return render(request, "citizens/citizen_find.html", context)


@require_POST
@page("citizen.find")
def settled(request: Request) -> HttpResponse:
    """The page says that its list has stood still long enough to be read."""
    shown.settle(by=request.actor)
    return HttpResponse(status=204)


@require_POST
@page("citizen.identify")
def identify(request: Request) -> HttpResponse:
    form = IdentifyForm(request.POST, country=region_of(request.actor))
    context = around(request) | {"form": form}
    if form.is_valid():
        data = form.cleaned_data
        try:
            found = services.identify_citizen(
                data["id_kind"], data["id_number"], birth=data["birth"], surname=data["surname"], by=request.actor
            )
            context |= {"asked": True, "identified": found, "attend": AttendForm(country=region_of(request.actor)), "kept": kept(form)}
        except Refused as refused:
            form.add_error(None, refused.words)
    return render(request, "citizens/citizen_search.html#identify", context, status=422 if form.errors else 200)


@require_POST
@page("citizen.attend")
def attend(request: Request) -> HttpResponse:
    form = AttendForm(request.POST, country=region_of(request.actor))
    if form.is_valid():
        data = form.cleaned_data
        try:
            citizen = services.attend_citizen(
                data["id_kind"], data["id_number"], birth=data["birth"], surname=data["surname"], basis=data["basis"], by=request.actor
            )
            return redirect("citizens:show", citizen.uid)
        except Refused as refused:
            form.add_error(None, refused.words)
    return render(request, "citizens/citizen_search.html", around(request) | {"form": form}, status=422)


def around(request: Request) -> dict[str, Any]:
    """What every form of the search page depends on."""
    by = request.actor
    return {
        "purpose": has_purpose(by), "may_register": by.may("citizen.register"), "may_identify": by.may("citizen.identify"),
        "may_break": by.may("citizen.break_glass"), "may_export": by.may("citizen.export"),
        "plain_new_url": reverse("citizens:new"),
    }  # fmt: skip


def typed(request: HttpRequest) -> str:
    return request.GET.get("q", "")[:120]


def kept(form: IdentifyForm) -> list[tuple[str, str]]:
    """What confirmed somebody, to be sent again when they are attended."""
    return [(name, form.data.get(name, "")) for name in form.fields]


def only_answer(search: Search) -> str | None:
    """Where an exact code or document leads at once."""
    if search.meaning.meaning == "case":
        return reverse("cases:show", args=[search.meaning.case_number])
    exact = search.meaning.meaning == "document" and not search.meaning.partial_document
    if exact and len(search.found) == 1:
        return reverse("citizens:show", args=[search.found[0].uid])
    return None


def new_url(text: str) -> str:
    return f"{reverse('citizens:new')}?{urlencode({'q': text})}"


def document_in(text: str, region: str) -> dict[str, object]:
    """What was typed, as the form takes it; also a document whose check digit is wrong, to be put right."""
    asked = contact_points.guess(text, region, today=localdate())
    if not asked.documents or asked.meaning != "document":
        return {"birth": asked.birth_date}
    return {"id_kind": asked.documents[0].kind, "id_number": asked.text, "birth": asked.birth_date}
