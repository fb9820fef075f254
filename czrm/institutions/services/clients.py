"""Other agencies' systems: which body, for what, and what they may do here."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.text import slugify
from django.utils.translation import gettext
from oauth2_provider.models import AccessToken

from czrm.institutions import roles
from czrm.institutions.models import Client, Institution, Purpose
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

from .common import mine


class Registered(NamedTuple):
    client: Client
    secret: str  # kept nowhere: only its hash is


@service("client.register")
def register_client(*, name: str, body: Institution | None, new_body: str, purpose: Purpose, verbs: list[str], by: Actor) -> Registered:
    """The outside body is one already known, or a new one of that name; an institution that works here is none."""
    if not verbs or not set(verbs) <= roles.CLIENT:
        raise Refused("invalid_verbs", gettext("Choose what the system may do, from the list."))
    if body is not None and body.kind != Institution.Kind.OUTSIDE:
        raise Refused("invalid_body", gettext("Choose an outside body from the list, or write the name of a new one."))
    client = Client(
        name=name, institution=body or outside_body(new_body), host_id=mine(by), purpose=purpose, verbs=sorted(verbs),
        client_type=Client.CLIENT_CONFIDENTIAL, authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS,
    )  # fmt: skip
    secret = client.client_secret
    client.save()
    say("client.registered", Hosted(client), by=by, name=name, verbs=client.verbs, purpose=purpose.code)
    return Registered(client, secret)


@service("client.revoke")
def revoke_client(client: Client, *, by: Actor) -> Client:
    """Its tokens die with it; a remembered one lives on for five seconds at most."""
    client = Client.objects.select_for_update(no_key=True, of=("self",)).get(pk=client.pk, host=mine(by))
    client.active = False
    client.save(update_fields=["active"])
    AccessToken.objects.filter(application=client).delete()
    say("client.revoked", Hosted(client), by=by, name=client.name)
    return client


class Hosted:
    """A client as its host's trail knows it: a client's own institution is the outside body."""

    def __init__(self, client: Client) -> None:
        self.institution_id, self.pk, self._meta = client.host_id, client.pk, client._meta


def outside_body(name: str) -> Institution:
    name = name.strip()
    if not name:
        raise Refused("invalid_body", gettext("Choose the body, or write the name of a new one."))
    if found := Institution.objects.filter(name__iexact=name, kind=Institution.Kind.OUTSIDE).first():
        return found
    base, number = slugify(name)[:50] or "body", 1
    while Institution.objects.filter(slug=(slug := base if number == 1 else f"{base}-{number}")).exists():
        number += 1
    return Institution.objects.create(kind=Institution.Kind.OUTSIDE, name=name, short_name=name[:60], slug=slug, code=free_code())


def free_code() -> str:
    """An outside body numbers no cases, yet the column is unique."""
    number = Institution.objects.filter(kind=Institution.Kind.OUTSIDE).count() + 1
    while Institution.objects.filter(code=f"X{number}").exists():
        number += 1
    return f"X{number}"
