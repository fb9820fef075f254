"""The texts of messages: ours, and the institution's own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from channels import texts
from channels.forms import TextForm
from channels.models import MessageText
from channels.services import remove_text, write_text
from czrm.doors.pages import page
from czrm.institutions.models import Institution
from czrm.kit.actor import Request
from czrm.kit.refused import Refused

from .common import body, clerk


@page("text.edit")
def catalogue(request: Request) -> HttpResponse:
    own = set(MessageText.objects.filter(institution=clerk(request).institution_id).values_list("event", "language"))
    rows = [
        {
            "event": event, "message": message,
            "languages": [(language, language.upper(), (event, language) in own) for language in texts.LANGUAGES],
            "subject": texts.shipped(event, body(request).language)[0],
        }
        for event, message in texts.MESSAGES.items()
    ]  # fmt: skip
    return render(request, "channels/text_list.html", {"rows": rows})


@page("text.edit")
def text(request: Request, event: str, language: str) -> HttpResponseBase:
    message, institution = known(event, language), body(request)
    mine = texts.own(event, language, institution.pk)
    subject, words = mine or texts.shipped(event, language)
    form = TextForm(request.POST or None, initial={"subject": subject, "body": words, "language": language})
    if request.method == "POST" and form.is_valid():
        try:
            said = form.cleaned_data
            write_text(event=event, language=language, subject=said["subject"], body=said["body"], by=request.actor)
            messages.success(request, _("Saved. The next message already says it."))
            return redirect("channels:texts")
        except Refused as refused:
            form.add_error(None, refused.words)
    context = {
        "form": form, "event": event, "language": language, "message": message, "own": mine,
        **sample(request.POST or form.initial, institution),
        "variables": [(f"{{{name}}}", texts.VARIABLES[name]) for name in message.variables],
    }  # fmt: skip
    return render(request, "channels/text_edit.html", context, status=422 if form.errors else 200)


@require_POST
@page("text.edit")
def preview(request: Request, event: str, language: str) -> HttpResponse:
    """What a citizen would read of what is being written."""
    known(event, language)
    return render(request, "channels/text_edit.html#preview", sample(request.POST, body(request)))


@require_POST
@page("text.remove")
def remove(request: Request, event: str, language: str) -> HttpResponseBase:
    known(event, language)
    remove_text(event=event, language=language, by=request.actor)
    messages.success(request, _("The text is again the one that comes with CzRM."))
    return redirect("channels:texts")


def known(event: str, language: str) -> texts.Message:
    if event not in texts.MESSAGES or language not in texts.LANGUAGES:
        raise Http404
    return texts.MESSAGES[event]


def sample(said: Any, institution: Institution) -> dict[str, str]:
    values = texts.SAMPLE | {"institution": institution.name}
    return {"subject": texts.fill(said.get("subject", ""), values), "words": texts.fill(said.get("body", ""), values)}
