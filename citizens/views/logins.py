"""The desk's list of log-ins that nobody but an officer can decide."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from citizens import identifiers, services
from citizens.models import Citizen
from citizens.services.logins import waiting_for
from czrm.doors.pages import page
from czrm.kit.actor import Request
from czrm.kit.refused import Refused
from czrm.trail.access import looked


@page("login.decide")
def logins(request: Request) -> HttpResponse:
    """What was vouched for beside what we hold; of people only others know, no more than that there are some."""
    return listed(request)


def listed(request: Request, refused: str = "", status: int = 200) -> HttpResponse:
    rows: list[dict[str, Any]] = []
    for waiting, people in waiting_for(request.actor):
        for person in people:
            looked(person, "login.decide", by=request.actor, categories=("identity",))
        rows.append({
            "login": waiting, "people": people, "kind": identifiers.KINDS[waiting.id_kind].label,
            "number": identifiers.display(waiting.id_kind, waiting.id_number), "birth": parse_date(waiting.claims.get("birth", "")),
            "name": " ".join(waiting.claims.get(part, "") for part in ("given", "surname", "second_surname")).strip(),
        })  # fmt: skip
    return render(request, "citizens/login_list.html", {"rows": rows, "refused": refused}, status=status)


@require_POST
@page("login.decide")
def decide(request: Request, uid: UUID) -> HttpResponse:
    chosen = request.POST.get("citizen", "")
    citizen = get_object_or_404(Citizen, pk=int(chosen)) if chosen.isdecimal() else None
    if citizen is None and "refuse" not in request.POST:
        return listed(request, _("Choose whose log-in it is, or refuse it."), status=422)
    try:
        services.decide_login(uid, citizen=citizen, by=request.actor)
    except Refused as no:
        return listed(request, no.words, status=422)
    messages.success(
        request, _("Linked: they get in when they sign in again.") if citizen else _("Refused: they are asked to come in person.")
    )
    return redirect("citizens:logins")
