"""Rows for scenes, made as each institution would make them."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.db import connection
from django.utils.timezone import now

from cases.models import Case, Procedure, ProcedureVersion
from citizens.identifiers import compact
from citizens.models import Citizen
from citizens.names import phonetic, search_tokens, surname_tokens
from citizens.services import protect_citizen
from czrm.institutions import roles
from czrm.institutions.models import Agreement, Institution, Membership, Purpose, User
from czrm.kit.actor import Clerk, Machine, acting

numbers = count(1)


def institution(name: str, code: str, **fields: Any) -> Institution:
    with acting(machine(platform())):
        body = Institution.objects.create(name=f"Municipalidad de {name}", short_name=name, slug=name.lower(), code=code, **fields)
    roles.sync(body)
    return body


def platform() -> Institution:
    """The first institution of all, which makes the others."""
    found = Institution.objects.filter(kind="platform").first()
    if found is None:
        found = Institution.objects.create(kind="platform", name="Plataforma", short_name="Plataforma", slug="plataforma", code="PL")
        roles.sync(found)
    return found


def machine(of: Institution, reason: str = "test") -> Machine:
    return Machine(reason, of.pk)


def user(name: str, **fields: Any) -> User:
    made = User(username=name.lower(), email=f"{name.lower()}@example.org", first_name=name, **fields)
    made.set_unusable_password()  # hashing made 28 tests take 26 seconds
    made.save()
    return made


def clerk(name: str, of: Institution, *held: str, who: User | None = None) -> Clerk:
    who = who or user(name)
    with acting(machine(of)):
        Membership.objects.create(user=who, institution=of, roles=list(held))
    return Clerk(str(who), of.pk, who.pk, verbs=roles.verbs_held(who.pk)[of.pk])


def citizen(given: str, surname: str, number: str, *of: Institution, birth: date = date(1972, 3, 12), kind: str = "cl.rut") -> Citizen:
    person = {
        "given": given, "surname": surname, "name": f"{given} {surname}", "birth": birth.isoformat(),
        "surname_key": " ".join(phonetic(token) for token in surname_tokens(surname)),
    }  # fmt: skip
    made = 0
    for body in of:
        with acting(machine(body)), connection.cursor() as cursor:
            words = list(search_tokens(f"{given} {surname}"))
            cursor.execute("select czrm.register_citizen(%s, %s, %s, %s, 'test')", [json.dumps(person), words, kind, compact(kind, number)])
            [made] = cursor.fetchone()
    with acting(machine(of[0])):
        return Citizen.objects.get(pk=made)


def protected(who: Citizen, supervisor: Clerk, *named: Clerk) -> None:
    """Seen from now on by the supervisor and those named, and by nobody else."""
    people = User.objects.filter(pk__in=[clerk.user_id for clerk in named])
    protect_citizen(who, officers=list(people), reason="Order of the family court", by=supervisor)


def procedure(of: Institution, name: str = "Reparación de luminaria", **fields: Any) -> Procedure:
    with acting(machine(of)):
        made = Procedure.objects.create(
            institution=of, slug=fields.pop("slug", f"tramite-{next(numbers)}"), name=name, kind="service", status="published", **fields
        )
        version = ProcedureVersion.objects.create(procedure=made, published_at=now())
        made.current = version
        made.save(update_fields=["current"])
        return made


def case(of: Institution, who: Citizen | None, procedure: Procedure, *, opened_at: datetime | None = None, **fields: Any) -> Case:
    assert procedure.current is not None
    opened_at = opened_at or now()
    with acting(machine(of)):
        return Case.objects.create(
            institution=of, citizen=who, procedure=procedure, version=procedure.current, title=fields.pop("title", f"of {of.short_name}"),
            number=f"T-{next(numbers)}", opened_at=opened_at, **fields,
        )  # fmt: skip


def purpose(code: str = "benefits") -> Purpose:
    return Purpose.objects.get_or_create(code=code, defaults={"name": code.title(), "legal_basis": "Ley 1, art. 2"})[0]


def agreement(
    provider: Institution, consumer: Institution, why: Purpose, *scopes: str, days: int = 1, status: str = "in_force", **fields: Any
) -> Agreement:
    """Drafted by the provider and approved by one person of each side, as it must be."""
    with acting(machine(provider)):
        made = Agreement.objects.create(
            provider=provider, consumer=consumer, purpose=why, scopes=list(scopes),
            valid_from=now() - timedelta(days=2), valid_to=now() + timedelta(days=days), **fields,
        )  # fmt: skip
    if status != "draft":
        for side, person in ((provider, 1), (consumer, 2)):
            with acting(Clerk("approver", side.pk, person)), connection.cursor() as cursor:
                cursor.execute("select czrm.approve_agreement(%s)", [made.pk])
    if status in ("suspended", "revoked"):
        with acting(machine(provider)), connection.cursor() as cursor:
            cursor.execute("select czrm.end_agreement(%s, %s)", [made.pk, status])
    with acting(machine(provider)):
        return Agreement.objects.get(pk=made.pk)
