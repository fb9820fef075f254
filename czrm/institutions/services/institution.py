"""What an institution says and shows of itself."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from czrm.institutions import context, logo
from czrm.institutions.models import Institution
from czrm.institutions.theme import make_theme
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

from .common import change, locked

EDITABLE = (
    "name", "short_name", "code", "country", "time_zone", "language", "address_form", "color", "phone", "email", "street_address",
    "opening_hours",
)  # fmt: skip


@service("institution.edit")
def edit_institution(institution: Institution, *, changes: dict[str, Any], by: Actor) -> Institution:
    institution = locked(institution, by)
    if "color" in changes:
        changes = changes | {"color": changes["color"].lower()}
        institution.theme = theme_of(changes["color"])
        institution.save(update_fields=["theme"])
    if "code" in changes and Institution.objects.filter(code=changes["code"]).exclude(pk=institution.pk).exists():
        raise Refused("invalid_code_taken", gettext("Another institution numbers its cases with that code: choose another."))
    changed = change(institution, changes, EDITABLE)
    context.forget(institution)
    if changed:
        say("institution.edited", institution, by=by, fields=changed)
    return institution


@service("institution.draw")
def set_logo(institution: Institution, *, upload: bytes | None, by: Actor) -> Institution:
    """`upload` is a file as it came; None takes the logo away."""
    institution = locked(institution, by)
    try:
        drawn = logo.redraw(upload) if upload is not None else None
    except ValueError:
        raise Refused("invalid_logo", gettext("Choose a PNG or JPEG image of at most 1 MB.")) from None
    institution.logo, institution.logo_mark = drawn, logo.mark(drawn) if drawn else ""
    institution.save(update_fields=["logo", "logo_mark"])
    context.forget(institution)
    say("institution.logo_changed", institution, by=by, removed=drawn is None)
    return institution


def theme_of(color: str) -> str:
    try:
        return make_theme(color).css
    except ValueError:
        raise Refused("invalid_color", gettext("Write the colour as # and six digits, like #0f5a6e.")) from None
