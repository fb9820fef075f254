"""Who of this institution looked at somebody's data: so that an officer can answer the person who asks at the counter."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Now
from django.http import HttpResponse
from django.shortcuts import render

from citizens.models import Citizen
from czrm.doors.pages import page
from czrm.institutions import words
from czrm.institutions.models import Purpose
from czrm.kit.actor import Request
from czrm.trail.models import AccessEntry

from .shared import clerk

READ = 80  # entries; a page view has one to about ten
SHOWN = 12


@dataclass
class Look:
    """One page view."""

    at: datetime
    by: str
    purpose: str
    deeds: list[str] = field(default_factory=list)

    @property
    def parts(self) -> int:
        """How many of them beside the first, which is the whole."""
        return len(self.deeds) - 1


@page("access.about", opens=Citizen)
def accesses(request: Request, citizen: Citizen) -> HttpResponse:
    """Not those that the person may not be told of yet, nor those of the portal."""
    purpose = Purpose.objects.filter(pk=OuterRef("purpose_id")).values("name")
    rows = AccessEntry.objects.filter(
        citizen_id=citizen.pk, institution=clerk(request).institution_id, refused=None, visible_from__lte=Now()
    )
    found = rows.exclude(verb__startswith="portal.").annotate(purpose=Subquery(purpose)).order_by("-id")[:READ]
    return render(request, "citizens/access_panel.html", {"citizen": citizen, "looks": gathered(list(found))[:SHOWN]})


def gathered(rows: list[Any]) -> list[Look]:
    """By page view, the newest first, each with all that it showed."""
    looks: dict[object, Look] = {}
    for row in rows:
        look = looks.setdefault(row.page_view or row.pk, Look(row.at, row.by, row.purpose or ""))
        deed = words.look(row.verb)
        if deed not in look.deeds:
            look.deeds.insert(0, deed)
    return list(looks.values())
