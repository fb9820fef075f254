"""Who is what to whom, read from either side: one row says it of both."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PERSON, ORGANISATION = "person", "organisation"
INVERSE = {
    "parent": "child", "child": "parent", "spouse": "spouse", "partner": "partner", "sibling": "sibling", "relative": "relative",
    "household": "household", "carer": "cared", "cared": "carer", "worker": "employer", "employer": "worker", "owner": "owned",
    "owned": "owner",
}  # fmt: skip
# What somebody is to the one whose page it is.
ROLES: dict[str, str | Promise] = {
    "parent": _("Mother or father"), "child": _("Daughter or son"), "spouse": _("Spouse"), "partner": _("Partner"),
    "sibling": _("Sister or brother"), "relative": _("Other relative"), "household": _("Lives in the same home"),
    "carer": _("Takes care of them"), "cared": _("Is in their care"), "worker": _("Works for them"), "employer": _("Employer"),
    "owner": _("Owner"), "owned": _("Organisation of theirs"),
}  # fmt: skip
GROUPS: tuple[tuple[str, str | Promise, tuple[str, ...]], ...] = (
    ("family", _("Family"), ("spouse", "partner", "parent", "child", "sibling", "relative")),
    ("household", _("Household and care"), ("household", "carer", "cared")),
    ("work", _("Work and ownership"), ("employer", "worker", "owner", "owned")),
)


def fits(kind: str, citizen: str, other: str) -> bool:
    """May a `citizen` of this kind be `kind` of an `other` of that kind (person or organisation)?"""
    if kind == "worker":
        return citizen == PERSON
    if kind == "employer":
        return other == PERSON
    if kind == "owner":
        return other == ORGANISATION
    if kind == "owned":
        return citizen == ORGANISATION
    return citizen == other == PERSON


def roles_for(citizen: str) -> list[tuple[str, str | Promise]]:
    """What others may be to a person, or to an organisation."""
    return [(role, words) for role, words in ROLES.items() if any(fits(INVERSE[role], citizen, other) for other in (PERSON, ORGANISATION))]
