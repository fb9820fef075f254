"""The panel of a person's page that tells what happened."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.services.contacts import mark
from channels.timeline import KINDS, Cursor, timeline
from citizens.models import Citizen
from czrm.doors.pages import page, shown
from czrm.kit.actor import Request

from .common import clerk

CHIPS = (("", _("All")), ("contacts", _("Contacts")), ("cases", _("Cases")), ("notices", _("Notices")))


@page("contact.see", opens=Citizen, categories=("interaction", "event", "notice"))
def of(request: Request, citizen: Citizen) -> HttpResponse:
    """`show` narrows it, `older` goes on from where the page before ended."""
    officer, kind, older = clerk(request), request.GET.get("show", ""), request.GET.get("older", "")
    kind = kind if kind in KINDS else ""
    current = None if older else officer.contact_id
    found = timeline(citizen, kind=kind, cursor=Cursor.read(older), institution_id=officer.institution_id, current=current)
    shown(request, *(story for _day, stories in found.days for story in stories))
    contact = found.current
    context = {
        "citizen": citizen, "page": found, "kind": kind, "chips": CHIPS, "contact": contact, "mark": mark(contact.notes) if contact else "",
        "today": gettext("Today"),
    }  # fmt: skip
    return render(request, "channels/timeline.html#days" if older else "channels/timeline.html", context)
