"""Two records side by side: is it the same person?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from citizens import contact_points, identifiers, services
from citizens.forms import BASES
from citizens.forms_matches import VerdictForm, ground_told
from citizens.models import Citizen
from citizens.services.logins import waiting_for
from citizens.services.matches import Comparison, Side, comparison_of, decided, to_decide
from citizens.services.region import region_of
from czrm.doors.pages import page
from czrm.kit.actor import Request
from czrm.kit.refused import Refused
from czrm.trail.access import looked, searched

DONE = {
    "same": gettext_lazy("Kept: they are the same person. The records will be joined."),
    "different": gettext_lazy("Kept: they are different people. The pair is not offered again."),
    "later": gettext_lazy("Put off for a week."),
    "open": gettext_lazy("The pair is to be decided again."),
}
ASPECTS = (  # what a reason speaks of, by the beginning of its code
    ("name", ("name", "given", "surname", "siblings")), ("document", ("document",)), ("birth", ("birth", "name_and_birth")),
    ("phone", ("phone",)), ("email", ("email",)), ("address", ("address",)),
)  # fmt: skip


@page("match.see")
def matches(request: Request) -> HttpResponse:
    over = "decided" in request.GET
    pairs = decided(by=request.actor) if over else to_decide(by=request.actor)
    if pairs:
        searched("match.see", sorted({side.citizen.pk for each in pairs for side in (each.one, each.other)}), by=request.actor)
    return render(request, "citizens/match_list.html", {"rows": [line(each) for each in pairs], "over": over})


@page("match.see")
def glance(request: Request) -> HttpResponse:
    """For the first page: how many wait, without a name."""
    pairs = [each for each in to_decide(by=request.actor) if not each.put_off]
    logins = len(waiting_for(request.actor)) if request.actor.may("login.decide") else 0
    return render(request, "citizens/match_glance.html", {"matches": len(pairs), "logins": logins})


@page("match.see")
def match(request: Request, uid: UUID) -> HttpResponse:
    return compared(request, uid)


def compared(request: Request, uid: UUID, failed: dict[str, VerdictForm] | None = None, refused: str = "") -> HttpResponse:
    found = comparison_of(uid, by=request.actor)
    if found is None:
        raise Http404
    queue = [line(each) for each in to_decide(by=request.actor) if each.pair.uid != uid]
    for side in (found.one, found.other):
        looked(side.citizen, "match.see", by=request.actor, categories=("identity", "contact") if side.since else ("identity",))
    context = line(found) | {
        "sides": [heading(found.one), heading(found.other)], "aspects": aspects(found, region_of(request.actor)), "queue": queue,
        "forms": {verdict: (failed or {}).get(verdict) or VerdictForm(verdict=verdict) for verdict in ("same", "different")},
        "may_decide": request.actor.may("match.decide"), "refused": refused,
        "why": ground_told(found.pair.status, found.pair.decided_why),
    }  # fmt: skip
    return render(request, "citizens/match_show.html", context, status=422 if failed or refused else 200)


@require_POST
@page("match.decide")
def decide(request: Request, uid: UUID) -> HttpResponse:
    """And on to the next pair that nobody put off."""
    verdict = request.POST.get("verdict", "")
    given: dict[str, str] = {}
    if verdict in ("same", "different"):
        form = VerdictForm(request.POST, verdict=verdict)
        if not form.is_valid():
            return compared(request, uid, failed={verdict: form})
        given = form.cleaned_data
    try:
        services.decide_match(uid, verdict=verdict, ground=given.get("ground", ""), note=given.get("note", ""), by=request.actor)
    except Refused as no:
        return compared(request, uid, refused=no.words)
    messages.success(request, DONE[verdict])
    if verdict == "open":
        return redirect("citizens:match", uid)
    left = [each for each in to_decide(by=request.actor) if not each.put_off]
    return redirect("citizens:match", left[0].pair.uid) if left else redirect("citizens:matches")


def line(each: Comparison) -> dict[str, Any]:
    return {
        "pair": each.pair, "one": each.one.citizen, "other": each.other.citizen, "reasons": each.match.reasons, "put_off": each.put_off,
        "conflict": each.match.conflict, "band": each.match.band,
    }  # fmt: skip


def heading(side: Side) -> dict[str, Any]:
    return {"citizen": side.citizen, "since": side.since, "basis": dict(BASES).get(side.basis, side.basis), "bodies": side.institutions}


def aspects(found: Comparison, region: str) -> list[dict[str, Any]]:
    """Line by line what each record says, and what that says for or against."""
    told = [values(found.one, region), values(found.other, region)]
    labels = {
        "name": _("Name"), "document": _("Document"), "birth": _("Birth date"), "phone": _("Phone"), "email": _("E-mail"),
        "address": _("Address"),
    }  # fmt: skip
    return [
        {"label": labels[aspect], "values": [values[aspect] for values in told], "reasons": about(found.match.reasons, starts)}
        for aspect, starts in ASPECTS
        if any(values[aspect] for values in told)
    ]


def about(reasons: Iterable[Any], starts: tuple[str, ...]) -> list[Any]:
    return [reason for reason in reasons if reason.code.startswith(starts)]


def values(side: Side, region: str) -> dict[str, list[dict[str, Any]]]:
    """Documents masked, as on every page; of a protected person no way to reach them."""
    citizen, points = side.citizen, side.known.points if side.citizen.state != Citizen.State.PROTECTED else []
    papers = [
        {
            "label": identifiers.KINDS[each.kind].label if each.kind in identifiers.KINDS else each.kind,
            "value": identifiers.mask(each.kind, each.number),
            "verified": each.verified_at is not None,
        }
        for each in side.known.documents
    ]
    ways: dict[str, list[dict[str, Any]]] = {"phone": [], "email": [], "address": []}
    for point in points:
        value = contact_points.display_phone(point.value, region) if point.kind == "phone" else point.value
        ways[point.kind].append({"value": value, "shared": point.shared})
    born = [{"day": citizen.birth}] if citizen.birth else []
    return {"name": [{"value": citizen.name}], "document": papers, "birth": born, **ways}
