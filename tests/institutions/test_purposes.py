"""The first steps of a new installation: a platform with its operator, and what data may be read for."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.test import Client as Browser
from django.urls import reverse

from czrm.institutions.models import Institution, Membership, Purpose
from czrm.institutions.services.purposes import create_purpose, edit_purpose
from czrm.kit.actor import Clerk, acting
from czrm.kit.refused import Refused
from czrm.trail.models import Event
from tests import factories
from tests.world import World

WORDS = "unas cuantas palabras"


@pytest.fixture
def olga(world: World) -> Clerk:
    return factories.clerk("Olga", factories.platform(), "operator")


@pytest.mark.django_db
def test_a_new_installation_begins_with_its_operator() -> None:
    said = StringIO()
    call_command("found_platform", "olga@example.org", "Olga", "Vera", stdout=said)
    link = "/" + said.getvalue().splitlines()[-1].split("/", 3)[3]
    assert Browser().post(link, {"given": "Olga", "surname": "Vera", "password": WORDS, "again": WORDS}).status_code == 302
    olga = Membership.objects.get(user__email="olga@example.org")
    assert (olga.active, olga.roles, olga.institution.kind) == (True, ["operator"], Institution.Kind.PLATFORM)


def test_a_platform_is_founded_once(world: World) -> None:
    with pytest.raises(CommandError, match="Ya hay instituciones"):
        call_command("found_platform", "eva@example.org", "Eva", "Luna")


def test_a_purpose_is_added_and_told(olga: Clerk) -> None:
    purpose = create_purpose(name="Atender una solicitud", legal_basis="Ley 19.880", by=olga)
    again = create_purpose(name="¡Atender una solicitud!", legal_basis="", by=olga)
    assert (purpose.code, again.code) == ("atender-una-solicitud", "atender-una-solicitud-2")
    with acting(olga):
        assert Event.objects.filter(kind="purpose.created").count() == 2


def test_better_words_keep_the_code(olga: Clerk) -> None:
    purpose = create_purpose(name="Atender", legal_basis="", by=olga)
    edit_purpose(purpose, name="Atender a alguien", legal_basis="Ley 19.880", by=olga)
    purpose.refresh_from_db()
    assert (purpose.code, purpose.name, purpose.legal_basis) == ("atender", "Atender a alguien", "Ley 19.880")
    with acting(olga):
        assert Event.objects.get(kind="purpose.edited").data["fields"] == ["name", "legal_basis"]


def test_two_purposes_of_one_name_are_refused(olga: Clerk) -> None:
    first = create_purpose(name="Atender", legal_basis="", by=olga)
    other = create_purpose(name="Informar", legal_basis="", by=olga)
    with pytest.raises(Refused, match="Ya hay"):
        create_purpose(name="atender", legal_basis="", by=olga)
    with pytest.raises(Refused):
        edit_purpose(other, name=first.name.upper(), legal_basis="", by=olga)


def test_only_the_operator_keeps_the_list(world: World) -> None:
    with pytest.raises(PermissionDenied):
        create_purpose(name="Atender", legal_basis="", by=world.alma)
    with pytest.raises(PermissionDenied):
        edit_purpose(world.purpose, name="Atender", legal_basis="", by=world.alma)
    assert world.browser(world.alma).get(reverse("institutions:purposes")).status_code == 403


def test_the_operator_adds_one_on_the_page(world: World, olga: Clerk) -> None:
    browser = world.browser(olga)
    assert browser.post(reverse("institutions:purpose_new"), {"name": "", "legal_basis": "x"}).status_code == 422
    answer = browser.post(reverse("institutions:purpose_new"), {"name": "Emitir un certificado", "legal_basis": "Ley 18.695"}, follow=True)
    assert "Emitir un certificado" in answer.content.decode()
    page = reverse("institutions:purpose", args=["emitir-un-certificado"])
    assert browser.post(page, {"name": "Dar un certificado", "legal_basis": "Ley 18.695"}).status_code == 302
    assert Purpose.objects.get(code="emitir-un-certificado").name == "Dar un certificado"
