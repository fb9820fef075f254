"""What scenes of the conversation share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from channels import links
from channels.models import Contact, Notice
from channels.services import start_contact
from citizens.models import Citizen, ContactPoint
from czrm.institutions.models import Institution
from czrm.kit.actor import Clerk, acting
from czrm.trail import say
from czrm.trail.models import Event
from tests.factories import machine
from tests.world import World


def contact(world: World, by: Clerk | None = None, **fields: Any) -> Contact:
    return start_contact(**{"channel": "phone", "purpose": world.purpose, "by": by or world.ana} | fields)


def during(contact: Contact, by: Clerk) -> Clerk:
    """The officer inside the contact, as the door makes them."""
    return replace(by, contact_id=contact.pk, purpose_id=contact.purpose_id)


def email_of(citizen: Citizen, address: str, of: Institution, **fields: Any) -> ContactPoint:
    with acting(machine(of)):
        return ContactPoint.objects.create(institution=of, citizen=citizen, kind="email", value=address, **fields)


def said(kind: str, thing: Any, by: Clerk | None = None, **data: object) -> Event:
    with acting(by or machine(thing.institution)) as author:
        return say.said(kind, thing, by=author, public=True, **data)


def notices(of: Institution) -> list[Notice]:
    with acting(machine(of)):
        return list(Notice.objects.order_by("pk"))


def at(name: str, *args: object) -> str:
    """An address outside any contact, whatever page was asked for before in this thread."""
    return links.inside("", name, *args)
