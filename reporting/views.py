"""The dashboard, its tables as CSV, and the exports of cases."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import get_current_timezone, localtime, now
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from cases.export import BOM, safe
from cases.forms import CHANNELS
from cases.models import Procedure
from cases.queue import Filters
from channels.defaults import ways
from czrm.doors.pages import page
from czrm.institutions.models import Team
from czrm.kit.actor import Clerk, Request
from czrm.kit.refused import Refused
from reporting import queries
from reporting.board import MOST_LINES, Board, Name, Names
from reporting.charts import Table
from reporting.exports import ask_export
from reporting.figures import Figures, Key
from reporting.forms import PeriodForm, chosen
from reporting.models import Export
from reporting.periods import LABELS, Choice, Period
from reporting.sources import outdated
from reporting.words import from_to, number


@dataclass(frozen=True)
class Found:
    """What an address of the dashboard asks for."""

    board: Board
    figures: Figures
    form: PeriodForm
    newest: Any
    query: str


@page("dashboard.see")
def dashboard(request: Request) -> HttpResponse:
    found = look(request, clerk(request))
    figures, board = found.figures, found.board
    procedures = board.table("procedure")
    return render(request, "reporting/dashboard.html", {
        "empty": found.newest is None, "period": figures.period, "form": found.form, "choices": choices(figures.period),
        "during": from_to(figures.period.now), "compared": from_to(figures.period.before), "figures": figures, "moment": localtime(),
        "one_day": len(figures.period.now) == 1,
        "newest": found.newest and localtime(found.newest).date(), "usual": reverse("reporting:dashboard"), "query": found.query,
        "cards": board.cards(), "charts": board.over_time(), "ages": board.ages(localtime().date()),
        "teams": board.table("team"), "channels": board.table("channel"), "procedures": procedures[:MOST_LINES],
        "procedures_more": number(len(procedures)) if procedures[MOST_LINES:] else "",
        "undated": number(figures.now.undated) if figures.now.undated else "",
        "undated_link": board.link(opened=board.days, state="undated"),
    })  # fmt: skip


@page("dashboard.see")
def table(request: Request, key: str) -> HttpResponse:
    """One table of the dashboard, as a spreadsheet reads it."""
    found = look(request, clerk(request))
    drawn = {**found.board.over_time(), "ages": found.board.ages(localtime().date())}
    dimensions = {"by-channel": "channel", "by-team": "team", "by-procedure": "procedure"}
    if key == "figures":
        lines = summary(found.figures)
    elif key in dimensions:
        lines = [heads(), *(entry.plain for entry in found.board.table(dimensions[key]))]
    elif key in drawn:
        lines = of_chart(drawn[key].table)
    else:
        raise Http404
    return as_csv(f"{key}-{found.figures.period.now.first}-{found.figures.period.now.last}", lines)


def clerk(request: Request) -> Clerk:
    assert isinstance(request.actor, Clerk)
    return request.actor


def look(request: Request, by: Clerk) -> Found:
    newest = queries.newest(by.institution_id)
    period, form = chosen(request.GET, localtime().date(), newest and localtime(newest).date())
    zone = get_current_timezone()
    assert isinstance(zone, ZoneInfo)
    figures = queries.measure(by.institution_id, period, zone, now())
    board = Board(figures, names(by.institution_id, figures), reverse("cases:list") if by.may("case.see") else "")
    own = {"first": period.now.first, "last": period.now.last} if period.choice is Choice.OWN else {}
    return Found(board, figures, form, newest, urlencode({"period": str(period.choice), **own}))


def names(institution_id: int, figures: Figures) -> Names:
    teams = Team.objects.filter(institution=institution_id).values_list("pk", "name", "uid")
    procedures = Procedure.objects.filter(institution=institution_id).values_list("pk", "name", "uid")
    return {"channel": channel_names(institution_id, figures), "team": named(teams), "procedure": named(procedures)}


def channel_names(institution_id: int, figures: Figures) -> dict[Key, Name]:
    """The institution's own words, or those of the desk's forms."""
    known, usual = ways(institution_id, all_of_them=True), dict(CHANNELS)
    codes = [str(line.key) for line in figures.by["channel"]]
    return {code: Name(known[code].name if code in known else str(usual.get(code, code)), code) for code in codes}


def named(rows: Iterable[tuple[int, str, Any]]) -> dict[Key, Name]:
    return {pk: Name(name, str(uid)) for pk, name, uid in rows}


def choices(period: Period) -> list[dict[str, Any]]:
    return [{"label": label, "url": f"?period={choice}", "current": period.choice is choice} for choice, label in LABELS.items()]


def heads() -> Sequence[str]:
    return (
        _("Name"), _("Opened"), pgettext("figures", "Closed"), _("Closed with a promised date"), _("Closed on time"), _("Open now"),
        _("Overdue now"), _("Seconds within which half are closed"), _("Seconds within which 9 of 10 are closed"),
    )  # fmt: skip


def summary(figures: Figures) -> list[Sequence[Any]]:
    rows: list[Sequence[Any]] = [(_("Figure"), from_to(figures.period.now), from_to(figures.period.before))]
    fields = ("opened", "closed", "promised", "in_time", "median", "p90")
    rows += [
        (words, *(value if value is None else round(value) for value in (getattr(figures.now, name), getattr(figures.before, name))))
        for words, name in zip([*heads()[1:5], *heads()[7:]], fields, strict=True)
    ]
    rows.append((_("Ended on a date that is not known"), figures.now.undated, figures.before.undated))
    return [*rows, (_("Open now"), figures.stock.open, ""), (_("Overdue now"), figures.stock.overdue, "")]


def of_chart(drawn: Table) -> list[Sequence[Any]]:
    return [drawn.head, *((label, *(cell.value for cell in cells)) for label, cells in drawn.rows)]


def as_csv(name: str, lines: Iterable[Sequence[Any]]) -> HttpResponse:
    response = HttpResponse(BOM, content_type="text/csv; charset=utf-8")
    csv.writer(response).writerows([safe(cell) for cell in line] for line in lines)
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


@page("case.export")
def export_new(request: Request) -> HttpResponse:
    """The filters stand in the address, as in the list's."""
    if request.method != "POST":
        return redirect("reporting:exports")
    filters = Filters.of(request.GET, open_only=not request.GET.get("all"))
    try:
        export = ask_export(filters, language=get_language() or "es", by=clerk(request))
    except Refused as no:
        messages.error(request, no.words)
        return redirect("reporting:exports")
    return redirect("reporting:export", uid=export.uid)


@page("case.export")
def exports_page(request: Request) -> HttpResponse:
    return render(request, "reporting/export_list.html", {"exports": mine(request).order_by("-id")[:20]})


@page("case.export")
def export_page(request: Request, uid: UUID) -> HttpResponse:
    """The page, and for htmx the part that changes."""
    export = get_object_or_404(mine(request), uid=uid)
    context = {
        "export": export, "outdated": export.done and outdated(export), "heading": _("CSV file of cases"), "back": reverse("cases:list"),
        "back_words": _("Cases"), "here": reverse("reporting:export", args=[uid]), "fetch": reverse("reporting:export_file", args=[uid]),
        "list": reverse("reporting:exports"),
        "ready": ngettext("Your file is ready: %(shown)s case.", "Your file is ready: %(shown)s cases.", export.rows)
        % {"shown": number(export.rows)},
    }  # fmt: skip
    return render(request, f"reporting/export.html{'#progress' if request.htmx else ''}", context)


@page("case.export", opens=Export)
def export_file(request: Request, export: Export) -> FileResponse:
    if export.what != "cases":
        raise Http404
    return fetched(request, export, _("cases"))


def fetched(request: Request, export: Export, what: str) -> FileResponse:
    """By the one who asked, while it is kept, and while it holds nobody who has become protected from them."""
    if export.user_id != clerk(request).user_id or export.status != Export.Status.READY or export.expired or outdated(export):
        raise Http404
    name = f"{what}-{localtime(export.created_at):%Y-%m-%d-%H%M}.csv"
    response = FileResponse(export.file.open("rb"), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")
    response["Cache-Control"] = "private, no-store"
    return response


def mine(request: Request, what: str = "cases") -> QuerySet[Export]:
    by = clerk(request)
    return Export.objects.filter(what=what, user_id=by.user_id, institution=by.institution_id, expires_at__gt=now())
