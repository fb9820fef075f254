"""What an institution still lacks before it can attend anybody.

Upper floors own some of it: their tables are asked by name, and their pages are linked only where they exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .context import address
from .models import Institution, Membership, Office, Team


@dataclass(frozen=True)
class Step:
    label: Promise
    url: str
    done: bool

    @property
    def status(self) -> str:
        return "done" if self.done else "todo"


def steps(institution: Institution) -> list[Step]:
    """In the order in which one would do them."""
    own = {"institution": institution.pk}
    people = Membership.objects.filter(**own, active=True)
    offices, teams = Office.objects.filter(**own, active=True), Team.objects.filter(**own, active=True)
    wanted = [
        (_("How citizens reach you"), "institutions:institution", bool(institution.phone or institution.email)),
        (_("Your logo and colour"), "institutions:institution", bool(institution.logo_mark)),
        (_("An office"), "institutions:offices", offices.exists()),
        (_("A team"), "institutions:offices", teams.exists()),
        (_("The people who work here"), "institutions:members", people.filter(roles__overlap=["officer", "supervisor"]).exists()),
        (_("The data-protection officer"), "institutions:members", people.filter(roles__contains=["dpo"]).exists()),
        (_("Calendar and holidays"), "cases:calendars", there("cases", "Calendar", institution)),
        (_("Procedures"), "cases:procedures", there("cases", "Procedure", institution)),
        (_("Channels"), "channels:channels", there("channels", "Channel", institution)),
    ]
    return [Step(label, url, done) for label, name, done in wanted if (url := address(name))]


def there(app: str, model: str, institution: Institution) -> bool:
    try:
        rows: Any = apps.get_model(app, model)
    except LookupError:
        return False
    return bool(rows.objects.filter(institution=institution.pk).exists())
