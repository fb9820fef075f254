"""People as a file: asked for with its purpose and reason, made in the background, fetched by the one who asked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from czrm.doors.pages import page, shown
from czrm.kit.actor import Request
from czrm.kit.refused import Refused
from reporting.exports import ask_people
from reporting.forms import PeopleForm
from reporting.models import Export
from reporting.sources import outdated, seen_in
from reporting.views import fetched, mine
from reporting.words import number

MOST = 20  # files shown


@page("citizen.export")
def people(request: Request) -> HttpResponse:
    """What to say before a file is made, and the files of the last day."""
    form = PeopleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            export = ask_people(**form.cleaned_data, language=get_language() or "es", by=request.actor)
            return redirect("reporting:people_file", uid=export.uid)
        except Refused as refused:
            form.add_error(None, refused.words)
    context = {"form": form, "exports": mine(request, "people").order_by("-id")[:MOST], "back": back(request)}
    return render(request, "reporting/people.html", context, status=422 if form.errors else 200)


@page("citizen.export")
def people_file(request: Request, uid: UUID) -> HttpResponse:
    """How far it is: the page, and for htmx the part that changes."""
    export = get_object_or_404(mine(request, "people"), uid=uid)
    context = {
        "export": export, "outdated": export.done and outdated(export), "heading": _("CSV file of people"),
        "back": reverse("reporting:people"), "back_words": _("Files of people"), "here": reverse("reporting:people_file", args=[uid]),
        "fetch": reverse("reporting:people_fetch", args=[uid]),
        "ready": ngettext("Your file is ready: %(shown)s person.", "Your file is ready: %(shown)s people.", export.rows)
        % {"shown": number(export.rows)},
    }  # fmt: skip
    return render(request, f"reporting/export.html{'#progress' if request.htmx else ''}", context)


@page("citizen.export", opens=Export)
def people_fetch(request: Request, export: Export) -> FileResponse:
    if export.what != "people":
        raise Http404
    shown(request, categories=seen_in(export))
    return fetched(request, export, _("people"))


def back(request: Request) -> dict[str, Any]:
    """Where one comes from: the data-protection officer has no page of people."""
    if request.actor.may("citizen.find"):
        return {"url": reverse("citizens:search"), "words": _("People")}
    return {"url": reverse("institutions:access_log"), "words": _("Accesses")}
