"""What was opened during a contact, as the access log and the trail remember it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import Max

from cases.models import Case
from channels.models import Contact
from citizens.models import Citizen
from czrm.trail.models import AccessEntry, Event

T = TypeVar("T")
PERSON, CASE = "citizens.citizen:", "cases.case:"


@dataclass(frozen=True)
class Opened:
    """Newest first."""

    citizens: list[Citizen] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)

    @property
    def about(self) -> Citizen | None:
        """The person it most likely was about: whose case was opened, else who was looked at last."""
        with_case = {case.citizen_id for case in self.cases}
        return next((person for person in self.citizens if person.pk in with_case), self.citizens[0] if self.citizens else None)


def opened_in(contact: Contact) -> Opened:
    looks = AccessEntry.objects.filter(contact_id=contact.pk, refused=None).values("subject").annotate(last=Max("pk")).order_by("-last")
    deeds = Event.objects.filter(contact_id=contact.pk).order_by("-pk").values_list("citizen_id", "case_id", "kind")
    subjects = [look["subject"] for look in looks]
    people, cases = ids(subjects, PERSON), ids(subjects, CASE)
    for citizen_id, case_id, kind in deeds:
        if citizen_id and not kind.startswith("contact."):
            people.append(citizen_id)
        if case_id:
            cases.append(case_id)
    people += [contact.citizen_id] if contact.citizen_id else []
    return Opened(in_order(Citizen.objects.in_bulk(set(people)), people), in_order(Case.objects.in_bulk(set(cases)), cases))


def ids(subjects: Iterable[str], kind: str) -> list[int]:
    return [int(subject.removeprefix(kind)) for subject in subjects if subject.startswith(kind)]


def in_order(found: dict[int, T], wanted: Iterable[int]) -> list[T]:
    return [found[key] for key in dict.fromkeys(wanted) if key in found]
