"""Invented people are registered as services register people, many at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from citizens import definers, names
from citizens.models import CitizenLink, ContactPoint, NameToken, SourceRecord
from citizens.services.registration import PersonData, payload, row_of, tidied, tokens_of
from czrm.institutions.models import Institution
from czrm.kit.actor import Machine, acting
from czrm.kit.owner import as_owner
from czrm.trail.models import Event
from czrm.trail.say import subject_of
from reporting.demo.dice import dice
from reporting.demo.people import Person

from .pouring import Row
from .setting import Setting

BASIS = "Solicitud en ventanilla"
SEEN = "Cédula a la vista"
POINTS = (("phone", "phone"), ("email", "email"), ("address", "address"))

Citizens = dict[str, int]  # the key of a person, the citizen's own


def register(setting: Setting, people: Sequence[Person], words: Counter[str], now: datetime) -> tuple[Citizens, list[Row]]:
    """Everybody this municipality knows, and what happened: events, still without a key. Counts the words of their names."""
    rng = dice("registered", setting.institution.slug)
    with acting(setting.machine) as by:
        institution, region = setting.institution, setting.institution.country
        known = [(person, tidied(as_data(person), region)) for person in people if setting.institution.slug in person.bodies]
        citizens = {person.key: register_one(person, data, words) for person, data in known}
        SourceRecord.objects.bulk_create(
            SourceRecord(institution=institution, citizen_id=citizens[person.key], origin="registration", payload=payload(data, BASIS))
            for person, data in known
        )
        points(setting, known, citizens, now)
        links = {link.citizen_id: link for link in CitizenLink.objects.filter(citizen__in=citizens.values())}
        events: list[Row] = [
            {"at": now - timedelta(days=rng.uniform(370, 1100)), "kind": "citizen.registered", "by": by.name, "subject": subject_of(link),
             "citizen_id": link.citizen_id, "data": {"basis": BASIS}}
            for link in links.values()
        ]  # fmt: skip
    return citizens, events


def register_one(person: Person, data: PersonData, words: Counter[str]) -> int:
    tokens = tokens_of(data)
    row = row_of(data) | ({"channel": "email"} if data.email else {})
    citizen = definers.register(row, tokens, data.id_kind, data.id_number, BASIS, apart=False)
    if person.verified and data.id_number:
        definers.add_identifier(citizen, data.id_kind, data.id_number, data.country, SEEN)
    words.update(tokens)
    return citizen


def points(setting: Setting, known: list[tuple[Person, PersonData]], citizens: Citizens, now: datetime) -> None:
    """A household's telephone is marked as shared; an e-mail is where most people want to hear from us."""
    ContactPoint.objects.bulk_create(
        ContactPoint(
            institution=setting.institution, citizen_id=citizens[person.key], kind=kind, value=getattr(data, name),
            shared=kind == "phone" and person.shared_phone, preferred=kind == "email", valid_from=now - timedelta(days=370),
            verified_at=now - timedelta(days=370) if kind == "email" and person.verified else None,
        )
        for person, data in known
        for kind, name in POINTS
        if getattr(data, name)
    )  # fmt: skip


def learn(words: Counter[str]) -> None:
    """The vocabulary of names, counted."""
    NameToken.objects.bulk_create(
        [NameToken(token=word, key=names.phonetic(word)[:60], seen=seen) for word, seen in sorted(words.items())],
        update_conflicts=True, unique_fields=["token"], update_fields=["seen"],
    )  # fmt: skip


def backdate() -> None:
    """Everybody is attended since they were registered: the definer functions that write links know only the present, their owner does."""
    with as_owner():
        for key in Institution.objects.filter(kind=Institution.Kind.BODY).values_list("pk", flat=True):
            with acting(Machine("demo data", key)):
                links = list(CitizenLink.objects.filter(institution=key))
                began = dict(Event.objects.filter(institution=key, kind="citizen.registered").values_list("subject", "at"))
                for link in links:
                    link.since = began.get(subject_of(link), link.since)
                CitizenLink.objects.bulk_update(links, ["since"])


def as_data(person: Person) -> PersonData:
    shared = {name: getattr(person, name) for name in PersonData.__slots__ if hasattr(person, name)}
    return PersonData(**shared)
