"""The texts of messages: ours, and the institution's own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from channels import short, texts
from channels.forms import ShortTextForm, TextForm
from channels.models import MessageText
from channels.services import remove_text, write_text
from czrm.doors.pages import page
from czrm.institutions.models import Institution
from czrm.kit.actor import Request
from czrm.kit.refused import Refused

from .common import body, clerk

CHANNELS = {"email": gettext_lazy("E-mail"), "sms": gettext_lazy("Short message")}


@page("text.edit")
def catalogue(request: Request) -> HttpResponse:
    own = set(MessageText.objects.filter(institution=clerk(request).institution_id).values_list("event", "language", "channel"))
    rows = [
        {
            "event": event, "message": message,
            "channels": [
                (channel, CHANNELS[channel], [(code, code.upper(), (event, code, channel) in own) for code in texts.LANGUAGES])
                for channel in message.channels
            ],
            "subject": texts.shipped(event, body(request).language)[0],
        }
        for event, message in texts.MESSAGES.items()
    ]  # fmt: skip
    return render(request, "channels/text_list.html", {"rows": rows})


@page("text.edit")
def text(request: Request, event: str, language: str, channel: str = "email") -> HttpResponseBase:
    message, institution = known(event, language, channel), body(request)
    mine = texts.own(event, language, institution.pk, channel)
    subject, words = mine or texts.shipped(event, language, channel)
    kind = ShortTextForm if channel == "sms" else TextForm
    form = kind(request.POST or None, initial={"subject": subject, "body": words, "language": language})
    if request.method == "POST" and form.is_valid():
        try:
            said = form.cleaned_data
            write_text(
                event=event, language=language, channel=channel, subject=said.get("subject", subject), body=said["body"], by=request.actor
            )
            messages.success(request, _("Saved. The next message already says it."))
            return redirect("channels:texts")
        except Refused as refused:
            form.add_error(None, refused.words)
    context = {
        "form": form, "event": event, "language": language, "message": message, "own": mine, "way": CHANNELS[channel],
        **addresses(event, language, channel), **sample(request.POST or form.initial, institution, channel),
        "variables": [(f"{{{name}}}", texts.VARIABLES[name]) for name in message.variables],
    }  # fmt: skip
    return render(request, "channels/text_edit.html", context, status=422 if form.errors else 200)


@require_POST
@page("text.edit")
def preview(request: Request, event: str, language: str, channel: str = "email") -> HttpResponse:
    """What a citizen would read of what is being written."""
    known(event, language, channel)
    return render(request, "channels/text_edit.html#preview", sample(request.POST, body(request), channel))


@require_POST
@page("text.remove")
def remove(request: Request, event: str, language: str, channel: str = "email") -> HttpResponseBase:
    known(event, language, channel)
    remove_text(event=event, language=language, channel=channel, by=request.actor)
    messages.success(request, _("The text is again the one that comes with CzRM."))
    return redirect("channels:texts")


def known(event: str, language: str, channel: str) -> texts.Message:
    if event not in texts.MESSAGES or language not in texts.LANGUAGES or channel not in texts.MESSAGES[event].channels:
        raise Http404
    return texts.MESSAGES[event]


def addresses(event: str, language: str, channel: str) -> dict[str, str]:
    end = "_short" if channel == "sms" else ""
    return {name: reverse(f"channels:text_{name}{end}", args=[event, language]) for name in ("preview", "removal")}


def sample(said: Any, institution: Institution, channel: str) -> dict[str, Any]:
    """As it is read with the values of an example; of a short message also what it costs, which changes with the real ones."""
    values = texts.SAMPLE | {"institution": institution.name}
    words = texts.fill(said.get("body", ""), values)
    if channel != "sms":
        return {"subject": texts.fill(said.get("subject", ""), values), "words": words}
    sent = short.compact(words)
    return {"words": sent, "letters": short.length(sent), "parts": short.parts(sent), "plain": short.plain(sent)}
