"""The queue, all the cases, and what is done to many at once."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import queue, services, terms
from cases.deadlines import short
from cases.forms import CHANNELS, AssignForm, members
from cases.lifecycle import OPEN, Status
from cases.models import Case, Procedure, SavedView
from cases.queue import NONE, SORTS, STATES, TABS, Filters
from czrm.doors.pages import page
from czrm.institutions.models import Seat, Team
from czrm.kit.actor import Request
from czrm.kit.refused import Refused
from czrm.trail.access import write_down

from .opening import clerk

BULK = 100


@page("queue.see")
def queue_page(request: Request) -> HttpResponse:
    return listed(request, Filters.of(request.GET), "cases:queue")


@page("case.see")
def list_page(request: Request) -> HttpResponse:
    return listed(request, Filters.of(request.GET, open_only=False), "cases:list")


def listed(request: Request, filters: Filters, address: str) -> HttpResponse:
    by, moment = clerk(request), now()
    calendar = terms.recent_calendar(by.institution_id)
    seen = queue.Seen.by(calendar, moment, my_teams(request) if filters.open_only else [])
    rows = queue.base(by, filters)
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    found = queue.page(queue.tabbed(rows, filters.tab, by, seen), filters.sort, after, before=before)
    write_down("queue.see", "list", None, by=by)
    return render(request, "cases/case_queue.html" if filters.open_only else "cases/case_list.html", {
        "rows": [(case, *short(case.due_at, case.status, moment, calendar)) for case in found.rows],
        "next": address_of(address, filters, after=found.after) if found.after else "",
        "previous": address_of(address, filters, before=found.before) if found.before else "",
        "first": address_of(address, filters) if found.before else "",
        "tabs": tabs(filters, queue.counts(rows, by, seen)) if filters.open_only else [], "filters": filters,
        "choices": choices(by.institution_id, filters), "spans": spans(filters), "address": reverse(address),
        "export": address_of("reporting:export_new", filters, **({} if filters.open_only else {"all": "1"})),
        "views": SavedView.objects.filter(user_id=by.user_id).order_by("name") if filters.open_only else [],
        "saved": urlencode(filters.plain), "may_assign": by.may("case.assign"), "may_export": by.may("case.export"),
    })  # fmt: skip


def my_teams(request: Request) -> list[int]:
    by = clerk(request)
    seats = Seat.objects.filter(membership__user=by.user_id, membership__institution=by.institution_id)
    return list(seats.values_list("team_id", flat=True))


def tabs(filters: Filters, counts: dict[str, str]) -> list[dict[str, Any]]:
    rest = {key: value for key, value in filters.plain.items() if key != "tab"}
    return [
        {"label": label, "count": counts[name], "url": f"?{urlencode({**rest, 'tab': name})}", "current": filters.tab == name}
        for name, label in TABS.items()
    ]  # fmt: skip


def choices(institution_id: int, filters: Filters) -> dict[str, Any]:
    """What each filter offers."""
    statuses = [(value, label) for value, label in Status.choices if not filters.open_only or value in OPEN]
    procedures = Procedure.objects.filter(institution=institution_id).order_by("name").values_list("uid", "name")
    teams = Team.objects.filter(institution=institution_id, active=True).order_by("name").values_list("uid", "name")
    people = [(user.uid, str(user)) for user in members(institution_id)]
    other = filters.channel and filters.channel not in dict(CHANNELS)  # another system's, or the institution's own
    channels = [*CHANNELS, (filters.channel, filters.channel)] if other else CHANNELS
    return {
        "statuses": statuses, "states": [] if filters.open_only else STATES.items(), "procedures": procedures, "teams": teams, "none": NONE,
        "people": people, "channels": channels, "sorts": SORTS.items(),
    }  # fmt: skip


def spans(filters: Filters) -> list[dict[str, str]]:
    """The days one has narrowed the list to, each with the address that no longer does."""
    found = []
    for name, label in (("opened", _("Received: %(days)s")), ("closed", _("Closed: %(days)s"))):
        if value := getattr(filters, name):
            words = " – ".join(date_format(day, "SHORT_DATE_FORMAT") if day else "…" for day in map(queue.day_of, value.split("..")))
            rest = {key: other for key, other in filters.plain.items() if key != name}
            found.append({"name": name, "value": value, "words": label % {"days": words}, "without": f"?{urlencode(rest)}"})
    return found


def address_of(name: str, filters: Filters, **more: str) -> str:
    query = urlencode({**filters.plain, **more})
    return reverse(name) + (f"?{query}" if query else "")


@page("case.assign")
def bulk(request: Request) -> HttpResponse:
    """First the count and the choice, then the deed: all of them or none."""
    by = clerk(request)
    numbers = request.POST.getlist("case")[:BULK]
    found = list(
        Case.objects.filter(institution=by.institution_id, number__in=numbers).select_related("team", "assignee").order_by("opened_at")
    )
    if not found:
        messages.warning(request, _("Choose at least one case."))
        return redirect("cases:queue")
    form = AssignForm(request.POST if "confirmed" in request.POST else None, institution_id=by.institution_id)
    if form.is_bound and form.is_valid() and not any(form.cleaned_data.values()):
        form.add_error(None, _("Choose a team or a person."))
    elif form.is_bound and form.is_valid():
        try:
            for case in found:
                services.assign_case(case, team=form.cleaned_data["team"] or case.team, assignee=form.cleaned_data["assignee"], by=by)
        except Refused as no:
            form.add_error(None, no.words)
        else:
            messages.success(request, ngettext("%(n)d case assigned.", "%(n)d cases assigned.", len(found)) % {"n": len(found)})
            return redirect("cases:queue")
    return render(request, "cases/case_bulk.html", {"cases": found, "form": form}, status=422 if form.errors else 200)


@page("queue.save")
def save_view(request: Request) -> HttpResponse:
    filters = Filters.of(request.POST)
    try:
        view = services.save_view(request.POST.get("name", ""), filters.plain, by=clerk(request))
    except Refused as no:
        messages.error(request, no.words)
    else:
        messages.success(request, _("View saved: %(name)s") % {"name": view.name})
    return redirect(address_of("cases:queue", filters))


@page("queue.forget")
def forget_view(request: Request, uid: UUID) -> HttpResponse:
    view = get_object_or_404(SavedView, uid=uid, user_id=clerk(request).user_id)
    if request.method == "POST":
        services.forget_view(view, by=clerk(request))
        messages.success(request, _("View deleted."))
    return redirect("cases:queue")
