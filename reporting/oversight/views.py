"""The pages of whoever watches over the accesses."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from citizens.models import Citizen
from czrm.doors.pages import page
from czrm.institutions import review as log
from czrm.institutions.models import Purpose, User
from czrm.institutions.views.common import clerk, done
from czrm.kit.actor import Request
from czrm.trail.access import write_down
from czrm.trail.models import AccessDelay, AccessEntry, Finding, WatchedPerson

from . import services
from .delays import end_delay, set_delay
from .forms import DecisionForm, DelayForm, PeriodForm, WatchForm, rule_forms
from .told import tell

SIZE = 40


@page("access.watch")
def review(request: Request) -> HttpResponse:
    """What the rules found, the newest first; or, sent, a review of the days that are asked for."""
    by, form = clerk(request), PeriodForm(request.POST or None)
    if done(request, form, lambda: again(request, form)):
        return redirect("reporting:review")
    wanted, before = request.GET.get("show", "open"), request.GET.get("before", "")
    rows = Finding.objects.filter(institution=by.institution_id).order_by("-day", "-pk")
    waiting = rows.filter(decision=Finding.Decision.OPEN).count()
    if wanted != "all":
        rows = rows.filter(decision=Finding.Decision.OPEN) if wanted == "open" else rows.exclude(decision=Finding.Decision.OPEN)
    if last := Finding.objects.filter(uid=before).first() if len(before) == 36 else None:
        rows = rows.filter(day__lte=last.day).exclude(day=last.day, pk__gte=last.pk)
    found = list(rows[: SIZE + 1])
    write_down("access.watch", "list", None, by=by)
    return render(request, "reporting/review_list.html", {
        "form": form, "told": tell(found[:SIZE]), "waiting": waiting, "show": wanted, "first": before,
        "older": found[SIZE - 1].uid if len(found) > SIZE else "",
    }, status=422 if form.errors else 200)  # fmt: skip


def again(request: Request, form: PeriodForm) -> None:
    done = services.review_accesses(**form.cleaned_data, by=request.actor)
    words = ngettext("%(days)s day reviewed: %(new)s new findings.", "%(days)s days reviewed: %(new)s new findings.", done.days)
    messages.success(request, words % {"days": done.days, "new": done.new})


@page("access.watch", opens=Finding)
def finding(request: Request, found: Finding) -> HttpResponse:
    """The sentence, the rule, the entries behind it, and the decision."""
    initial = {} if found.decision == Finding.Decision.OPEN else {"decision": found.decision, "note": found.note}
    form = DecisionForm(request.POST or None, initial=initial)
    if done(request, form, lambda: services.decide_finding(found, **form.cleaned_data, by=request.actor)):
        messages.success(request, _("Decided."))
        return redirect("reporting:review")
    entries = AccessEntry.objects.filter(institution=found.institution_id, pk__in=found.entries).order_by("-id")
    [told] = tell([found])
    looks = log.page_of(entries, None).shown
    return render(request, "reporting/finding_show.html", {"told": told, "form": form, "looks": looks}, status=422 if form.errors else 200)


@page("access.set_rules")
def rules(request: Request) -> HttpResponse:
    """The thresholds, and the people to watch over."""
    by = clerk(request)
    forms = rule_forms(by.institution_id, request.POST or None)
    if request.method == "POST" and [form.is_valid() for form in forms] == [True] * len(forms):
        services.set_rules({form.code: form.chosen for form in forms}, by=by)
        messages.success(request, _("Saved: it counts from the next review on."))
        return redirect("reporting:review_rules")
    wrong = any(form.errors for form in forms)
    return render(request, "reporting/review_rules.html", {"forms": forms, **watched(request)}, status=422 if wrong else 200)


@page("access.watch_person")
@require_POST
def watch(request: Request) -> HttpResponse:
    by, form = clerk(request), WatchForm(request.POST)
    if done(request, form, lambda: services.watch_person(**form.cleaned_data, by=by)):
        return redirect("reporting:review_rules")
    context = {"forms": rule_forms(by.institution_id), **watched(request), "watch_form": form}
    return render(request, "reporting/review_rules.html", context, status=422)


@page("access.unwatch_person", opens=WatchedPerson)
@require_POST
def unwatch(request: Request, person: WatchedPerson) -> HttpResponse:
    services.unwatch_person(person, by=request.actor)
    return redirect("reporting:review_rules")


def watched(request: Request) -> dict[str, Any]:
    rows = list(WatchedPerson.objects.filter(institution=clerk(request).institution_id).order_by("pk"))
    people = {person.pk: person for person in Citizen.objects.filter(pk__in={row.citizen_id for row in rows})}
    write_down("access.watch_person", "list", None, by=request.actor)
    return {"watched": [(row, people.get(row.citizen_id)) for row in rows], "watch_form": WatchForm()}


@page("access.delay")
def delays(request: Request) -> HttpResponse:
    by = clerk(request)
    form = DelayForm(request.POST or None, institution_id=by.institution_id)
    if done(request, form, lambda: set_delay(**form.cleaned_data, by=by)):
        messages.success(request, _("From now on those looks are shown to the citizen later."))
        return redirect("reporting:delays")
    rows = list(AccessDelay.objects.filter(institution=by.institution_id).order_by("-pk")[:200])
    moment = now()
    return render(request, "reporting/delay_list.html", {
        "form": form, "rows": [(row, row.ended_at is None and row.until > moment, covers(row)) for row in rows],
    }, status=422 if form.errors else 200)  # fmt: skip


@page("access.end_delay", opens=AccessDelay)
@require_POST
def delay_end(request: Request, delay: AccessDelay) -> HttpResponse:
    end_delay(delay, by=request.actor)
    messages.success(request, _("Ended: looks from now on are shown at once."))
    return redirect("reporting:delays")


def covers(delay: AccessDelay) -> list[str]:
    """What it is about, in words; a few rows, so they are asked for one by one."""
    from cases.models import Case

    purpose = Purpose.objects.filter(pk=delay.purpose_id or 0).values_list("name", flat=True).first()
    officer = User.objects.filter(pk=delay.user_id or 0).first()
    number = Case.objects.filter(pk=delay.case_id or 0).values_list("number", flat=True).first()
    return [str(part) for part in (purpose, officer, number) if part]
