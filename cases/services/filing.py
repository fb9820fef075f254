"""A case that another body's system files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext

from cases.models import Procedure
from citizens.models import Citizen
from citizens.services import attend_citizen
from czrm.kit.actor import Actor, Machine, acting
from czrm.kit.refused import Refused
from czrm.kit.service import service

from .opening import open_case
from .rows import Opened


@service("case.submit")
def submit_case(*, procedure: Procedure, title: str, person: dict[str, Any] | None,
                agent: dict[str, Any] | None = None, by: Actor, **fields: Any) -> Opened:  # fmt: skip
    """What an outside client files belongs to the institution that registered it; the client goes on seeing what it filed."""
    host = host_of(by)
    with acting(host):
        citizen = confirmed(person, by=host) if person else None
        return open_case(
            procedure=procedure, citizen=citizen, agent=confirmed(agent, by=host) if agent else None, title=title, channel="api",
            filed_by_id=host.client_id, paper=False, by=host, **fields,
        )  # fmt: skip


def receiving_institution(by: Actor) -> int:
    host: int | None = getattr(by, "host_id", None)
    return host or int(getattr(by, "institution_id", 0) or 0)


def host_of(by: Actor) -> Machine:
    """The database says into which institution this client may file; anybody else files into their own."""
    if not isinstance(by, Machine) or by.client_id is None:
        return Machine(f"API for {by.name}", receiving_institution(by))
    if by.host_id in (None, by.institution_id):
        return replace(by, verbs=None)
    with connection.cursor() as cursor:
        cursor.execute("select czrm.filing_host()")
        (host,) = cursor.fetchone()
    if host is None:
        raise Refused("not_registered", gettext("This system is not registered to file cases. Ask the institution that registered it."))
    return Machine(f"filed by {by.reason}", host, purpose_id=by.purpose_id, client_id=by.client_id)


def confirmed(person: dict[str, Any], *, by: Machine) -> Citizen:
    """By document together with birth date or surname; a mere document confirms nobody."""
    born: date | None = person.get("birth")
    return attend_citizen(
        person["kind"], person["number"], birth=born, surname=person.get("surname", ""), basis=gettext("filed through the API"), by=by
    )
