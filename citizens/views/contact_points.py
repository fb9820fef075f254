"""The ways to reach somebody: a panel of their page, the dialogs that change it, and the page of all of them with their history."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from citizens import contact_points, reach, services, states
from citizens.forms_points import IDS, CodeForm, EndPointForm, NewPointForm, PointForm, ProofForm, initial_of, last_day
from citizens.models import Citizen, ContactPoint
from citizens.services.contact_codes import texts_go_out, waiting_since, ways_to_prove
from citizens.services.contact_points import current, history, in_force
from citizens.services.record import dealings
from citizens.services.region import region_of
from czrm.doors.pages import page, shown
from czrm.kit.actor import Request
from czrm.kit.refused import Refused
from czrm.trail.authors import author

from .shared import clerk

ICONS = {"phone": "phone", "email": "mail", "address": "map-pin"}
TOLD = {
    "citizen.contact_point_added": gettext_lazy("Added"), "citizen.contact_point_edited": gettext_lazy("Changed"),
    "citizen.contact_point_verified": gettext_lazy("Verified"), "citizen.contact_point_retired": gettext_lazy("No longer used"),
}  # fmt: skip


@page("citizen.see", opens=Citizen)
def points(request: Request, citizen: Citizen) -> HttpResponse:
    return HttpResponse(panel(request, citizen))


@page("citizen.see", opens=Citizen)
def all_points(request: Request, citizen: Citizen) -> HttpResponse:
    """Those in use and those that are over, each with what happened to it."""
    found, told = history(citizen)
    shown(request, *found, categories=("contact",))
    rows = [point_shown(request, point, citizen) | {"story": told_of(told.get(point.pk, []))} for point in found]
    context = {
        "citizen": citizen,
        "now": [row for row in rows if row["serves"]],
        "over": [row for row in rows if not row["serves"]],
    }
    return render(request, "citizens/point_history.html", context)


@page("citizen.add_contact_point", opens=Citizen)
def new(request: Request, citizen: Citizen) -> HttpResponse:
    form = NewPointForm(request.POST or None)
    if form.is_valid():
        try:
            services.add_contact_point(citizen, **form.facts(), by=request.actor)
        except Refused as refused:
            form.add_error("until" if refused.code == "invalid_until" else "value", refused.words)
        else:
            messages.success(request, _("Added: verify it while the person is here."))
            return renewed(request, citizen)
    return dialog(request, form, title=_("Add a way to reach them"), about=citizen.name, submit=_("Add"))


@page("citizen.edit_contact_point", opens=ContactPoint)
def edit(request: Request, point: ContactPoint) -> HttpResponse:
    citizen = of_own(request, point)
    form = PointForm(request.POST or None, initial=initial_of(point) | ({"shared": True} if "shared" in request.GET else {}))
    if form.is_valid():
        try:
            services.edit_contact_point(point, **form.facts(), by=request.actor)
        except Refused as refused:
            form.add_error("until" if refused.code == "invalid_until" else None, refused.words)
        else:
            messages.success(request, _("Changed."))
            return renewed(request, citizen)
    return dialog(request, form, title=_("What it is for"), about=value_shown(request, point, citizen), submit=_("Save"))


@page("citizen.retire_contact_point", opens=ContactPoint)
def retire(request: Request, point: ContactPoint) -> HttpResponse:
    citizen, form = of_own(request, point), EndPointForm(request.POST or None, auto_id=IDS)
    if form.is_valid():
        services.retire_contact_point(point, why=form.cleaned_data["why"], by=request.actor)
        messages.success(request, _("It is no longer used; it stays in the history."))
        return renewed(request, citizen)
    return dialog(request, form, title=_("No longer use it"), about=value_shown(request, point, citizen), submit=_("No longer use it"))


@page("citizen.verify_contact_point", opens=ContactPoint)
def verify(request: Request, point: ContactPoint) -> HttpResponse:
    """Choose how; a code that was sent and still serves is asked for at once."""
    citizen, ways = of_own(request, point), ways_to_prove(point)
    if request.method == "GET" and waiting_since(point):
        return ask_code(request, point, citizen, CodeForm(auto_id=IDS))
    form = ProofForm(request.POST or None, ways=ways)
    if form.is_valid():
        try:
            if form.cleaned_data["how"] == reach.CODE:
                services.send_contact_code(point, by=request.actor)
                return ask_code(request, point, citizen, CodeForm(auto_id=IDS))
            services.verify_contact_point(point, how=form.cleaned_data["how"], by=request.actor)
        except Refused as refused:
            form.add_error(None, refused.words)
        else:
            messages.success(request, _("Verified."))
            return renewed(request, citizen)
    note = why_no_code(point) if reach.CODE not in ways else ""
    about = value_shown(request, point, citizen)
    return dialog(request, form, title=_("Verify that it is theirs"), about=about, submit=_("Go on"), note=note)


@require_POST
@page("citizen.check_code", opens=ContactPoint)
def check(request: Request, point: ContactPoint) -> HttpResponse:
    """A wrong code is counted, so its page answers as one that was done: a refusal would undo the count."""
    citizen, form = of_own(request, point), CodeForm(request.POST, auto_id=IDS)
    if not form.is_valid():
        return ask_code(request, point, citizen, form)
    checked = services.check_contact_code(point, form.cleaned_data["code"], by=request.actor)
    if checked.right:
        messages.success(request, _("Verified: the code was right."))
        return renewed(request, citizen)
    if checked.left:
        form.add_error("code", _("This code is not right. Ask them to read it again. Tries left: %(n)s.") % {"n": checked.left})
    else:
        form.add_error("code", _("This code no longer serves: it was typed wrongly too often, or ten minutes are over. Send another."))
    return ask_code(request, point, citizen, form)


def why_no_code(point: ContactPoint) -> str:
    if point.kind != ContactPoint.Kind.PHONE:
        return ""
    if not texts_go_out():
        return _("No short messages go out from this installation, so no code can be sent to a phone.")
    return _("Short messages do not reach this kind of number, so no code can be sent to it.")


def ask_code(request: Request, point: ContactPoint, citizen: Citizen, form: CodeForm) -> HttpResponse:
    context = {"form": form, "point": point, "value": value_shown(request, point, citizen), "sms": point.kind == ContactPoint.Kind.PHONE}
    return render(request, "citizens/point_code.html", context)


def dialog(request: Request, form: Any, *, title: str, about: str, submit: str, note: str = "") -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "about": about,
        "submit": submit,
        "action": request.path,
        "target": "#point-dialog",
        "note": note,
    }
    return render(request, "citizens/point_dialog.html", context, status=422 if form.errors else 200)


def renewed(request: Request, citizen: Citizen) -> HttpResponse:
    answer = HttpResponse(panel(request, citizen, anew=True))
    answer["HX-Retarget"], answer["HX-Reswap"] = "#reach", "outerHTML"
    return answer


def panel(request: Request, citizen: Citizen, *, revealed: bool = False, anew: bool = False) -> str:
    by, found = request.actor, current(citizen, by=request.actor, anew=anew or revealed)
    shown(request, *found, categories=("contact",) if found else ())
    may = dealings(citizen, by=by).linked and not states.forbids(citizen.state, states.REACH)
    context = {
        "citizen": citizen, "points": [point_shown(request, point, citizen, revealed=revealed) for point in found], "anew": anew,
        "revealed": revealed, "may": {deed: may and by.may(f"citizen.{deed}_contact_point") for deed in ("add", "edit", "verify")},
        "may_retire": by.may("citizen.retire_contact_point"),
    }  # fmt: skip
    return render_to_string("citizens/point_panel.html", context, request)


def point_shown(request: Request, point: Any, citizen: Citizen, *, revealed: bool = False) -> dict[str, Any]:
    return {
        "uid": point.uid, "kind": point.kind, "icon": ICONS[point.kind], "label": point.get_kind_display(),
        "value": value_shown(request, point, citizen, revealed=revealed), "shared": point.shared, "preferred": point.preferred,
        "purpose": reach.purpose_name(point.purpose), "verified_at": point.verified_at, "how": reach.proved(point.verified_how),
        "by": author(point.verified_by) if point.verified_by else "", "since": point.valid_from, "last_day": last_day(point),
        "serves": in_force(point), "mine": point.institution_id == clerk(request).institution_id,
        "others": getattr(point, "others", 0) if point.kind != ContactPoint.Kind.ADDRESS else 0, "institution": point.institution_id,
    }  # fmt: skip


def value_shown(request: Request, point: ContactPoint, citizen: Citizen, *, revealed: bool = False) -> str:
    """Of protected people no more than their holder needs to know it again, until somebody says why they need it."""
    hidden = citizen.state == Citizen.State.PROTECTED and not revealed
    if hidden:
        return contact_points.masked(point.kind, point.value)
    return contact_points.display_phone(point.value, region_of(request.actor)) if point.kind == ContactPoint.Kind.PHONE else point.value


def told_of(events: list[Any]) -> list[dict[str, Any]]:
    return [{"at": event.at, "what": TOLD[event.kind], "by": author(event.by), "detail": detail(event.data)} for event in events]


def detail(data: dict[str, Any]) -> str:
    if "why" in data:
        return str(reach.ENDED.get(data["why"], ""))
    if "how" in data:
        return reach.proved(data["how"])
    changed = data.get("changed", ())
    said = [reach.purpose_name(data.get("purpose", "")) or str(_("Anything"))] if "purpose" in changed else []
    if "shared" in changed:
        said.append(str(_("shared by the household") if data.get("shared") else _("not shared")))
    return ", ".join(said)


def of_own(request: Request, point: ContactPoint) -> Citizen:
    """Another's statement is read, not touched."""
    if point.institution_id != clerk(request).institution_id:
        raise Http404
    return Citizen.objects.get(pk=point.citizen_id)
