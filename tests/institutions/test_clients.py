"""Other agencies' systems."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, transaction
from django.urls import reverse
from django.utils.timezone import now
from oauth2_provider.models import AccessToken

from czrm.institutions.models import Client, Institution
from czrm.institutions.services.clients import register_client, revoke_client
from czrm.kit.actor import acting
from czrm.kit.refused import Refused
from czrm.trail.models import Event
from tests.world import World


def registered(world: World, **changes: object) -> tuple[Client, str]:
    facts = {
        "name": "Pensiones",
        "body": None,
        "new_body": "Instituto de Pensiones",
        "purpose": world.purpose,
        "verbs": ["case.see", "case.submit"],
    }
    return register_client(**(facts | changes), by=world.alma)


def test_a_system_is_registered_and_only_the_hash_of_its_secret_is_kept(world: World) -> None:
    client, secret = registered(world)
    client.refresh_from_db()
    assert (client.host, client.institution.kind, client.institution.name) == (world.norte, "outside", "Instituto de Pensiones")
    assert secret not in client.client_secret
    assert check_password(secret, client.client_secret)
    with acting(world.alma):
        event = Event.objects.get(kind="client.registered")
    assert event.data == {"name": "Pensiones", "verbs": ["case.see", "case.submit"], "purpose": "benefits"}


def test_a_body_known_already_is_not_made_twice(world: World) -> None:
    first, _ = registered(world)
    second, _ = registered(world, new_body="INSTITUTO de pensiones")
    other, _ = registered(world, new_body="Instituto de  Pensiones!")
    assert second.institution == first.institution
    assert other.institution != first.institution
    assert Institution.objects.filter(kind="outside").count() == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"verbs": []}, "invalid_verbs"), ({"verbs": ["case.decide"]}, "invalid_verbs"), ({"new_body": " "}, "invalid_body")],
)
def test_what_cannot_be_is_refused(world: World, changes: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refused:
        registered(world, **changes)
    assert refused.value.code == code


@pytest.mark.parametrize("whose", ["norte", "sur"])
def test_nobody_gets_the_key_of_a_system_that_acts_as_an_institution_of_here(world: World, whose: str) -> None:
    """Its bearer would read all that this institution reads."""
    body = getattr(world, whose)
    with pytest.raises(Refused) as refused:
        registered(world, body=body)
    assert refused.value.code == "invalid_body"
    data = {"name": "Pensiones", "body": body.pk, "new_body": "", "purpose": world.purpose.pk, "verbs": ["case.list"]}
    assert world.browser(world.alma).post(reverse("institutions:client_new"), data).status_code == 422
    assert not Client.objects.exists()
    with acting(world.alma), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Client.objects.create(name="x", institution=world.sur, host=world.norte, verbs=["case.list"])


def test_a_revoked_system_has_no_tokens_and_acts_no_more(world: World) -> None:
    client, _ = registered(world)
    AccessToken.objects.create(application=client, token="t", expires=now() + timedelta(hours=1))
    revoke_client(client, by=world.alma)
    client.refresh_from_db()
    assert not client.active
    assert not AccessToken.objects.filter(application=client).exists()
    assert client.as_actor(None) is None


def test_only_its_host_sees_and_revokes_it(world: World) -> None:
    client, _ = registered(world)
    with pytest.raises(PermissionDenied):
        register_client(name="x", body=None, new_body="x", purpose=world.purpose, verbs=["case.submit"], by=world.ana)
    with pytest.raises(PermissionDenied):
        revoke_client(client, by=world.bruno)
    from tests import factories

    admin_of_sur = factories.clerk("Saúl", world.sur, "administrator")
    with pytest.raises(Client.DoesNotExist):
        revoke_client(client, by=admin_of_sur)
    browser = world.browser(admin_of_sur)
    assert "Pensiones" not in browser.get(reverse("institutions:clients")).content.decode()
    assert browser.post(reverse("institutions:client_revoke", args=[client.uid])).status_code == 404


def test_the_secret_is_on_the_answer_and_nowhere_else(world: World) -> None:
    browser = world.browser(world.alma)
    data = {"name": "Pensiones", "new_body": "Instituto", "purpose": world.purpose.pk, "verbs": ["case.submit"]}
    answer = browser.post(reverse("institutions:client_new"), data)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    [secret] = re.findall(r'data-copy="([A-Za-z0-9]{60,})"', answer.content.decode())
    assert check_password(secret, Client.objects.get().client_secret)
    assert secret not in str(dict(browser.session))
    assert secret not in browser.get(reverse("institutions:clients")).content.decode()
    assert browser.post(reverse("institutions:client_revoke", args=[Client.objects.get().uid])).status_code == 302
    assert not Client.objects.get().active
