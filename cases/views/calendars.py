"""The administrator's pages of when the institution works; what moves dates of open cases is shown before it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import closed, redating, terms
from cases.clock.words import day_words
from cases.forms_calendars import CalendarForm, ClosedDayForm, country_name, region_name
from cases.models import Calendar, ClosedDay
from cases.services import close_day, edit_calendar, open_day
from cases.services.calendars import Applied
from czrm.doors.pages import page
from czrm.institutions.models import Institution
from czrm.kit.actor import Request
from czrm.kit.refused import Refused

from .opening import clerk

STEPS = {"csrfmiddlewaretoken", "confirmed", "change"}  # buttons, not answers


@page("calendar.edit")
def calendars(request: Request) -> HttpResponse:
    rows = Calendar.objects.filter(institution=clerk(request).institution_id).annotate(days=Count("closed_days"))
    lines = [
        {"row": row, "country": country_name(row), "region": region_name(row), "hours": closed.hours_words(row.shifts)}
        for row in rows.order_by("-default", "name")
    ]
    return render(request, "cases/calendar_list.html", {"lines": lines})


@page("calendar.edit")
def new(request: Request) -> HttpResponse:
    institution = Institution.objects.get(pk=clerk(request).institution_id)
    row = Calendar(institution=institution, country=institution.country, time_zone=institution.time_zone)
    row.default = not Calendar.objects.filter(institution=institution).exists()
    return edit_row(request, row, None, _("New calendar"))


@page("calendar.edit")
def edit(request: Request, uid: UUID) -> HttpResponse:
    row = own(request, uid)
    return edit_row(request, row, row, row.name)


def edit_row(request: Request, row: Calendar, kept: Calendar | None, title: str) -> HttpResponse:
    """`row` is what the form begins with, `kept` the calendar as it is, if it is already one."""
    form = CalendarForm(request.POST or None, row=row)
    back = reverse("cases:calendars")
    if request.method == "POST" and form.is_valid() and "change" not in request.POST:
        thought = copy(row)
        for name, value in form.facts.items():
            setattr(thought, name, value)
        if asked := ask_first(request, thought, days_of(kept), title=title, back=back):
            return asked
        if tell(request, form, lambda: edit_calendar(kept, facts=form.facts, by=request.actor)):
            return redirect(back)
    context = {"form": form, "title": title, "row": row, "kept": kept, "back": back}
    return render(request, "cases/calendar_edit.html", context, status=422 if form.errors else 200)


@page("calendar.edit")
def make_default(request: Request, uid: UUID) -> HttpResponse:
    row = own(request, uid)
    back = redirect("cases:calendars")
    if request.method != "POST" or row.default or "change" in request.POST:
        return back
    thought = copy(row)
    thought.default = True
    title = _("Count with “%(name)s”") % {"name": row.name}
    if asked := ask_first(request, thought, days_of(row), title=title, back=reverse("cases:calendars")):
        return asked
    say_so(request, edit_calendar(row, facts={"default": True}, by=request.actor))
    return back


@page("calendar.close_day")
def closed_days(request: Request, uid: UUID) -> HttpResponse:
    row = own(request, uid)
    form = ClosedDayForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and "change" not in request.POST:
        day, name = form.cleaned_data["day"], form.cleaned_data["name"]
        days = days_of(row)
        if day not in {each.day for each in days}:
            days.append(ClosedDay(calendar=row, day=day, name=name))
        title = _("Close on %(day)s") % {"day": day_words(day)}
        if asked := ask_first(request, row, days, title=title, back=year_page(row, day.year)):
            return asked
        if tell(request, form, lambda: close_day(row, day=day, name=name, by=request.actor)):
            return redirect(year_page(row, day.year))
    year = closed.year_of(request.GET.get("year"), localdate().year)
    context = {
        "row": row, "form": form, "year": year, "days": closed.days_of_year(row, days_of(row), year), "country": country_name(row),
        "region": region_name(row), "previous": year_page(row, year - 1), "next": year_page(row, year + 1),
    }  # fmt: skip
    return render(request, "cases/calendar_days.html", context, status=422 if form.errors else 200)


@page("calendar.open_day")
def open_again(request: Request, uid: UUID, day: str) -> HttpResponse:
    row, on = own(request, uid), day_or_404(day)
    get_object_or_404(ClosedDay, calendar=row, day=on)
    back = year_page(row, on.year)
    if request.method != "POST" or "change" in request.POST:
        return redirect(back)
    days = [each for each in days_of(row) if each.day != on]
    if asked := ask_first(request, row, days, title=_("Work on %(day)s") % {"day": day_words(on)}, back=back):
        return asked
    say_so(request, open_day(row, day=on, by=request.actor))
    return redirect(back)


def ask_first(request: Request, row: Calendar, days: Iterable[ClosedDay], *, title: str, back: str) -> HttpResponse | None:
    """The page that says which dates would move, unless none does or it has been read."""
    if "confirmed" in request.POST or not row.default:
        return None
    movement = redating.preview(row.institution_id, terms.clock_of(row, days))
    if not movement.moved and not movement.later:
        return None
    context = {"movement": movement, "title": title, "back": back, "sent": answers(request.POST), "at_once": redating.AT_ONCE}
    return render(request, "cases/calendar_confirm.html", context)


def tell(request: Request, form: Any, deed: Callable[[], Applied]) -> bool:
    try:
        say_so(request, deed())
    except Refused as no:
        form.add_error(None, no.words)
        return False
    return True


def say_so(request: Request, done: Applied) -> None:
    if done.later:
        words = _("Saved. The dates of the open cases are being counted again in the background: it takes some minutes.")
    elif done.moved:
        words = ngettext("Saved. The dates of %(n)d open case moved.", "Saved. The dates of %(n)d open cases moved.", done.moved)
        words = words % {"n": done.moved}
    else:
        words = _("Saved. No date of an open case moved.")
    messages.success(request, words)


def own(request: Request, uid: UUID) -> Calendar:
    """Every calendar can be read, as the portal does; only the institution's own is edited."""
    return get_object_or_404(Calendar, uid=uid, institution=clerk(request).institution_id)


def days_of(row: Calendar | None) -> list[ClosedDay]:
    return list(ClosedDay.objects.filter(calendar=row).order_by("day")) if row else []


def answers(sent: QueryDict) -> list[tuple[str, str]]:
    return [(name, str(value)) for name, values in sent.lists() if name not in STEPS for value in values]


def year_page(row: Calendar, year: int) -> str:
    return f"{reverse('cases:closed_days', args=[row.uid])}?year={year}"


def day_or_404(text: str) -> date:
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found
