"""The register of transfers: which body asks which other for what data, by whom, for what and until when; and how often it did."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from czrm.doors.pages import page
from czrm.institutions import definers, sharing
from czrm.institutions.forms_agreements import RegisterForm
from czrm.institutions.models import Agreement, User
from czrm.institutions.review import harmless
from czrm.kit.actor import Request
from czrm.trail.access import write_down

from .agreements import whole
from .common import clerk

MOST = 120  # uses on a page; the file holds all


@dataclass(frozen=True)
class Line:
    """An agreement as the law's register wants it, with its uses in the time asked for."""

    agreement: Agreement
    responsible: str
    procedure: str
    data: list[str]
    term: str
    uses: list[definers.Use]

    @property
    def looks(self) -> int:
        return sum(use.looks for use in self.uses)

    @property
    def columns(self) -> list[str]:
        one = self.agreement
        return [one.consumer.name, self.responsible, one.provider.name, self.procedure, "; ".join(self.data), self.term, one.legal_basis]


@page("transfer.see")
def transfers(request: Request) -> HttpResponse:
    form = RegisterForm(request.GET)
    found = lines(form, clerk(request).institution_id)
    kept: dict[str, Any] = {key: value for key, value in request.GET.items() if key in form.fields and value}
    uses: list[dict[str, Any]] = [{"line": line, "use": use, "data": sharing.words(use.categories)} for line in found for use in line.uses]
    uses.sort(key=lambda row: row["use"].month, reverse=True)
    context = {
        "form": form,
        "lines": found,
        "uses": uses[:MOST],
        "more": len(uses) > MOST,
        "query": urlencode(kept),
        "filtered": bool(kept),
    }
    return render(request, "institutions/transfer_list.html", context, status=422 if form.errors else 200)


@page("transfer.export")
def transfers_export(request: Request) -> HttpResponse:
    """One line for each agreement, or with `level=uses` for each month in which somebody read by it."""
    actor, by_use = clerk(request), request.GET.get("level") == "uses"
    found = lines(RegisterForm(request.GET), actor.institution_id)
    write_down("transfer.export", request.META.get("QUERY_STRING", "")[:80] or "all", None, by=actor)
    name = f"{'uses' if by_use else 'transfers'}-{localdate():%Y-%m-%d}.csv"
    response = HttpResponse(
        "\ufeff", content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
    writer = csv.writer(response)
    six = [_("Requesting body"), _("Responsible officer"), _("Addressee body"), _("Procedure"), _("Data"), _("Term"), _("Legal basis")]
    if by_use:
        writer.writerow([_("Month"), *six, _("Times"), _("People")])
        writer.writerows(spread(row) for line in found for row in of_uses(line))
    else:
        writer.writerow([*six, _("Times")])
        writer.writerows(spread([*line.columns, line.looks]) for line in found)
    return response


def of_uses(line: Line) -> list[list[Any]]:
    """Who read is told to their own side; to the other, who answers for it."""
    asking, responsible, addressee, procedure, _data, term, basis = line.columns
    return [
        [f"{use.month:%Y-%m}", asking, use.officer or responsible, addressee, procedure, "; ".join(sharing.words(use.categories)), term,
         basis, use.looks, use.people]
        for use in line.uses
    ]  # fmt: skip


def spread(row: list[Any]) -> list[Any]:
    return [harmless(cell) if isinstance(cell, str) else cell for cell in row]


def lines(form: RegisterForm, institution_id: int) -> list[Line]:
    """Agreements that both sides signed and that had force at some time between the two days; dates out of shape show nothing."""
    if not form.is_valid():
        return []
    since, until = form.between
    signed = Agreement.objects.of(institution_id).filter(provider_approved_at__isnull=False, consumer_approved_at__isnull=False)
    rows = whole(signed.exclude(status=Agreement.Status.DRAFT).annotate(end=Coalesce("revoked_at", "valid_to")))
    rows = rows.filter(Q(end__gt=since) if since else Q(), Q(valid_from__lt=until) if until else Q())
    found = list(rows.order_by("-valid_from", "pk"))
    uses = definers.usage(*(one.pk for one in found), since=since, until=until)
    people = User.objects.in_bulk([one.consumer_approved_by for one in found])
    return [line_of(one, people, [use for use in uses if use.agreement_id == one.pk]) for one in found]


def line_of(one: Any, people: dict[int, User], uses: list[definers.Use]) -> Line:
    named = sharing.procedures(one)
    procedure = f"{one.purpose}: {', '.join(named)}" if named else str(one.purpose)
    responsible = one.responsible or str(people.get(one.consumer_approved_by, ""))
    last = localtime(one.revoked_at).date() if one.revoked_at else sharing.last_day(one.valid_to)
    return Line(one, responsible, procedure, sharing.words(one.scopes), f"{short(localtime(one.valid_from))} – {short(last)}", uses)


def short(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
