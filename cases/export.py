"""A case as a line of a spreadsheet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cases.models import Case

BOM = "\ufeff"  # or a spreadsheet takes it for another encoding
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def header() -> list[str]:
    return [
        _("Number"), _("In a few words"), _("Procedure"), _("Status"), _("Team"), _("Person in charge"), _("Channel"), _("Place"),
        _("Received"), _("Promised"), _("By law"), _("Due"), _("Decided"), _("Closed"), _("Outcome"),
    ]  # fmt: skip


def line(case: Case) -> list[Any]:
    return [
        case.number, case.title, case.procedure.name, case.get_status_display(), case.team.name if case.team else "",
        str(case.assignee) if case.assignee else "", case.channel, case.place, stamp(case.opened_at), stamp(case.promised_at),
        stamp(case.legal_at), stamp(case.due_at), stamp(case.decided_at), stamp(case.closed_at), case.outcome,
    ]  # fmt: skip


def stamp(moment: datetime | None) -> str:
    return localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


def safe(value: Any) -> Any:
    """A cell that begins like a formula is text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
