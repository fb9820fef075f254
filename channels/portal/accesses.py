"""Who looked at the data of whoever is logged in: every institution's entries that the fence shows them, in plain words, by day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cases.models import Case
from citizens.models import Clearance
from czrm.institutions.models import Institution, Membership, Purpose
from czrm.institutions.roles import LABELS
from czrm.kit.actor import Visitor
from czrm.trail.authors import MACHINE
from czrm.trail.models import AccessEntry

from .seen import done, seen

SIZE = 60  # entries read for a page; a page view has one to about ten


@dataclass
class Look:
    """One page view: when, which institution, as what, for what, and what was seen."""

    at: datetime
    institution: str
    post: str
    reason: str
    basis: str
    deeds: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Day:
    words: str
    looks: list[Look]


@dataclass(frozen=True)
class Shown:
    days: list[Day]
    before: int | None


def entries(me: Visitor) -> QuerySet[AccessEntry]:
    """Not one's own, nor those that were refused and so saw nothing."""
    mine = AccessEntry.objects.filter(citizen_id=me.citizen_id, refused=None)
    return mine.exclude(user_id=me.user_id, verb__startswith="portal.").order_by("-id")


def page_of(me: Visitor, before: int | None) -> Shown:
    """By key, never by offset; a page view that would be torn apart goes to the next page."""
    found = entries(me)
    rows = list((found.filter(pk__lt=before) if before else found)[: SIZE + 1])
    more = len(rows) > SIZE
    groups: dict[object, list[AccessEntry]] = {}
    for row in rows[:SIZE]:
        groups.setdefault((row.page_view or row.pk, row.institution_id), []).append(row)
    if more and len(groups) > 1:
        groups.pop((rows[SIZE - 1].page_view or rows[SIZE - 1].pk, rows[SIZE - 1].institution_id))
    kept = [row for group in groups.values() for row in group]
    words = Words(kept)
    days = groupby((words.look(group) for group in groups.values()), key=lambda look: localtime(look.at).date())
    return Shown([Day(date_format(day, "DATE_FORMAT"), list(looks)) for day, looks in days], min(row.pk for row in kept) if more else None)


class Words:
    """The names that a page of entries needs, asked for once."""

    def __init__(self, rows: list[AccessEntry]) -> None:
        bodies = {row.institution_id for row in rows} | {owner for row in rows for owner in row.owners}
        self.bodies = dict(Institution.objects.filter(pk__in=bodies).values_list("pk", "name"))
        self.purposes = {row.pk: row for row in Purpose.objects.filter(pk__in={row.purpose_id for row in rows if row.purpose_id})}
        members: Any = Membership.objects.filter(institution__in=bodies, user__in={row.user_id for row in rows if row.user_id})
        self.posts = {
            (user, body): post or ", ".join(str(LABELS[role]) for role in roles if role in LABELS)
            for user, body, post, roles in members.values_list("user", "institution", "post", "roles")
        }
        keys = {key for row in rows if (key := case_of(row))}
        self.cases = dict(Case.objects.filter(pk__in=keys).values_list("pk", "number"))
        broken = {key for row in rows if (key := glass_of(row))}
        self.glass = dict(Clearance.objects.filter(pk__in=broken).values_list("pk", "reason")) if broken else {}

    def look(self, group: list[AccessEntry]) -> Look:
        last = group[0]
        reason, basis = self.reason(group)
        look = Look(last.at, self.bodies.get(last.institution_id, ""), self.post(last), reason, basis)
        for entry in reversed(group):
            add(look.deeds, done(entry.verb))
            for kind in entry.categories:
                add(look.kinds, seen(kind))
            for owner in entry.owners:
                add(look.owners, self.bodies.get(owner, ""))
        return look

    def post(self, entry: AccessEntry) -> str:
        """What somebody is there, never their name."""
        if entry.verb.startswith("portal."):
            return _("Somebody at the portal with the key of your request") if entry.user_id is None else _("Somebody who acts for you")
        if entry.by.startswith(MACHINE):
            return _("An information system: %(name)s") % {"name": entry.by.removeprefix(MACHINE)}
        return self.posts.get((entry.user_id or 0, entry.institution_id)) or _("An officer")

    def reason(self, group: list[AccessEntry]) -> tuple[str, str]:
        """Why the glass was broken; the purpose stated and its legal basis; else the case it was about; else that none was stated."""
        if glass := next((self.glass[key] for row in group if (key := glass_of(row)) in self.glass), ""):
            return glass, ""
        purpose = next((self.purposes[row.purpose_id] for row in group if row.purpose_id in self.purposes), None)
        if purpose is not None:
            return purpose.name, purpose.legal_basis
        number = next((self.cases[key] for row in group if (key := case_of(row)) in self.cases), "")
        return (_("To work on your request %(number)s") % {"number": number} if number else _("No purpose was stated")), ""


def case_of(entry: AccessEntry) -> int | None:
    return key_of(entry, "cases.case")


def glass_of(entry: AccessEntry) -> int | None:
    return key_of(entry, "citizens.clearance")


def key_of(entry: AccessEntry, label: str) -> int | None:
    kind, _colon, key = entry.subject.partition(":")
    return int(key) if kind == label and key.isdecimal() else None


def add(to: list[str], item: str) -> None:
    if item and item not in to:
        to.append(item)
