"""The institution's channels and wrap-up results, each a list in its own order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from channels import defaults
from channels.forms import NameFormSet
from channels.models import Channel, ContactResult
from channels.services import ChannelRow, ResultRow, set_channels, set_results
from czrm.doors.pages import page
from czrm.kit.actor import Request
from czrm.kit.refused import Refused

from .common import clerk

Lines: TypeAlias = Sequence[dict[str, Any]]


@page("channel.edit")
def channels(request: Request) -> HttpResponseBase:
    rows = Channel.objects.filter(institution=clerk(request).institution_id).order_by("position", "pk")
    shown: Any = [{"name": row.name, "active": row.active, "code": row.code} for row in rows] or [
        {"name": str(name), "active": True, "code": code} for code, name in defaults.CHANNELS.items()
    ]
    words = {
        "title": _("Channels"), "current": "channels",
        "intro": _("The ways in which people reach you. What is out of use cannot be chosen any more, and stays in the history."),
    }  # fmt: skip
    return edit(request, shown, lambda lines: set_channels([ChannelRow(**line) for line in lines], by=request.actor), words)


@page("result.edit")
def results(request: Request) -> HttpResponseBase:
    rows = ContactResult.objects.filter(institution=clerk(request).institution_id).order_by("position", "pk")
    shown = [{"name": row.name, "active": row.active} for row in rows] or [{"name": str(name), "active": True} for name in defaults.RESULTS]
    words = {
        "title": _("Results of a contact"), "current": "results",
        "intro": _("How a contact may end. The first nine in use have the keys 1 to 9. Leave a name empty to take it out."),
    }  # fmt: skip
    return edit(request, shown, lambda lines: set_results(plain(lines), by=request.actor), words)


def plain(lines: Lines) -> list[ResultRow]:
    return [ResultRow(line["name"], line["active"]) for line in lines]


def edit(request: Request, shown: list[dict[str, Any]], save: Callable[[Lines], object], words: dict[str, str]) -> HttpResponseBase:
    forms, refused = NameFormSet(request.POST or None, initial=shown), ""
    if request.method == "POST" and forms.is_valid():
        lines = [form.cleaned_data for form in forms.ordered_forms if form.cleaned_data.get("name")]
        try:
            save([{key: line[key] for key in ("name", "active", "code")} for line in lines])
            messages.success(request, _("Saved."))
            return redirect(request.get_full_path())
        except Refused as no:
            refused = no.words
    bad = bool(refused) or (request.method == "POST" and not forms.is_valid())
    return answer(request, {"forms": forms, "refused": refused, **words}, bad=bad)


def answer(request: Request, context: dict[str, Any], *, bad: bool) -> HttpResponse:
    return render(request, "channels/list_edit.html", context, status=422 if bad else 200)
