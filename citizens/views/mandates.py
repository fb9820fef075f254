"""Who acts for somebody, and for whom they act."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import now
from django.utils.translation import gettext as _

from citizens import mandates as rules
from citizens import services, states
from citizens.forms_mandates import CHANNELS, GrantForm, RevokeForm
from citizens.models import Citizen, Mandate
from citizens.services import record
from citizens.services.mandates import procedures_of
from czrm.doors.pages import page
from czrm.kit import uploads
from czrm.kit.actor import Request, memory
from czrm.kit.refused import Refused

from .shared import clerk

MOST = 60


@page("mandate.see", opens=Citizen, categories=("legal",))
def mandates(request: Request, citizen: Citizen) -> HttpResponse:
    return panel(request, citizen)


@page("mandate.see", opens=Citizen, categories=("legal",))
def acting(request: Request, citizen: Citizen) -> HttpResponse:
    """Whether whoever is attended now may act for the person of the page."""
    here = getattr(getattr(request, "errand", None), "citizen_id", None)
    if here in (None, citizen.pk):
        return HttpResponse()
    held = [one for one in held_by(request, citizen) if one["here"] == here and one["given"] and one["counts"]]
    name = held[0]["name"] if held else Citizen.objects.filter(pk=here).values_list("name", flat=True).first()
    return render(request, "citizens/mandate_acting.html", {"held": held, "name": name or "", "citizen": citizen})


@page("mandate.grant", opens=Citizen)
def new(request: Request, citizen: Citizen) -> HttpResponse:
    form = GrantForm(request.POST or None, request.FILES or None, procedures=procedures_of(clerk(request).institution_id))
    if form.is_valid():
        try:
            agent = get_object_or_404(Citizen, uid=form.agent)
            services.grant_mandate(principal=citizen, agent=agent, by=request.actor, **form.deed())
        except Refused as refused:
            form.add_error(None, refused.words)
        else:
            messages.success(request, _("Recorded. Both may read it in the portal."))
            return panel(request, citizen, anew=True)
    context = {"form": form, "citizen": citizen, "typed": request.POST.get("other_text", "")}
    return render(request, "citizens/mandate_new.html", context, status=422 if form.errors else 200)


@page("mandate.revoke", opens=Mandate)
def revoke(request: Request, mandate: Mandate) -> HttpResponse:
    """From the page of either of the two: `of` says whose."""
    far = request.GET.get("of") == "agent"
    citizen = get_object_or_404(Citizen, pk=mandate.agent_id if far else mandate.principal_id)
    form = RevokeForm(request.POST or None, ground=mandate.ground)
    if form.is_valid():
        try:
            services.revoke_mandate(mandate, ender=form.cleaned_data["ender"], why=form.cleaned_data["why"], by=request.actor)
        except Refused as refused:
            form.add_error(None, refused.words)
        else:
            messages.success(request, _("Revoked, from this moment on."))
            return panel(request, citizen, anew=True)
    context = {
        "form": form, "title": _("Revoke the mandate"), "submit": _("Revoke"), "action": request.get_full_path(),
        "target": "#mandate-dialog", "about": f"{mandate.agent.name} → {mandate.principal.name}",
    }  # fmt: skip
    return render(request, "citizens/record_dialog.html", context, status=422 if form.errors else 200)


@page("mandate.see", opens=Mandate, categories=("legal",))
def document(request: Request, mandate: Mandate) -> FileResponse:
    """As an attachment under its own name, never shown inside our pages."""
    if not mandate.document:
        raise Http404
    kind = uploads.MEDIA_TYPES.get(mandate.document_name.rpartition(".")[2], "application/octet-stream")
    response = FileResponse(mandate.document.open("rb"), as_attachment=True, filename=mandate.document_name, content_type=kind)
    response["X-Content-Type-Options"], response["Cache-Control"] = "nosniff", "private, no-store"
    return response


def panel(request: Request, citizen: Citizen, *, anew: bool = False) -> HttpResponse:
    held = held_by(request, citizen, anew=anew)
    linked = record.dealings(citizen, by=request.actor).linked and not states.forbids(citizen.state, states.RELATE)
    context = {
        "citizen": citizen, "given": [one for one in held if one["given"] and one["counts"]], "anew": anew,
        "taken": [one for one in held if not one["given"] and one["counts"]], "over": [one for one in held if not one["counts"]],
        "may": {verb: linked and request.actor.may(f"mandate.{verb}") for verb in ("grant", "revoke")},
    }  # fmt: skip
    answer = render(request, "citizens/mandate_panel.html", context)
    if anew:
        answer["HX-Retarget"], answer["HX-Reswap"] = "#mandates", "outerHTML"
    return answer


def held_by(request: Request, citizen: Citizen, *, anew: bool = False) -> list[dict[str, Any]]:
    """Those that one's own institution keeps, asked once for all parts of a page."""
    key, known = f"mandates:{citizen.pk}", memory()
    if anew or key not in known:
        own = clerk(request).institution_id
        found = Mandate.objects.filter(Q(principal=citizen.pk) | Q(agent=citizen.pk), institution=own)
        known[key] = [told(one, citizen, own) for one in found.select_related("principal", "agent").order_by("-pk")[:MOST]]
    held: list[dict[str, Any]] = known[key]
    return held


def told(mandate: Mandate, citizen: Citizen, own: int) -> dict[str, Any]:
    given = mandate.principal_id == citizen.pk
    other = mandate.agent if given else mandate.principal
    return {
        "mandate": mandate, "given": given, "other": other, "here": other.pk, "name": other.name, "counts": rules.in_force(mandate, now()),
        "scope": rules.in_words(mandate.acts, procedures_of(own)), "channels": [str(dict(CHANNELS).get(c, c)) for c in mandate.channels],
        "of": "principal" if given else "agent",
    }  # fmt: skip
