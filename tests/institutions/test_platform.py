"""The platform operator."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client as Browser
from django.urls import reverse

from czrm.institutions import health, invitations, portals
from czrm.institutions.models import Institution, Membership
from czrm.institutions.services.members import Invitee
from czrm.institutions.services.platform import create_institution, deactivate_institution, place_institution, reactivate_institution
from czrm.kit.actor import Clerk, Machine, acting
from czrm.kit.refused import Refused
from czrm.trail.models import Event
from tests import factories
from tests.world import World

FACTS = {
    "name": "Municipalidad de Este", "short_name": "Este", "slug": "este", "code": "ES", "host": None, "country": "CL",
    "time_zone": "America/Santiago", "color": "#1b4f8a",
}  # fmt: skip
EVA = Invitee("eva@example.org", "Eva", "Luna", ["administrator"])


@pytest.fixture
def olga(world: World) -> Clerk:
    return factories.clerk("Olga", factories.platform(), "operator")


def test_an_institution_is_born_with_its_first_administrator(world: World, olga: Clerk) -> None:
    invitation = create_institution(facts=FACTS | {"kind": "platform"}, administrator=EVA, by=olga)
    este = invitation.institution
    assert (este.kind, este.slug, invitation.roles, invitation.active) == ("body", "este", ["administrator"], False)
    assert "--brand:#1b4f8a" in este.theme
    link = "/" + invitations.link(invitation).split("/", 3)[3]
    words = "unas cuantas palabras"
    assert Browser().post(link, {"given": "Eva", "surname": "Luna", "password": words, "again": words}).status_code == 302
    eva = Membership.objects.get(user__email="eva@example.org")
    browser = world.browser(Clerk("Eva", este.pk, eva.user_id))
    assert browser.get(reverse("institutions:administration")).status_code == 200
    with acting(olga):
        assert Event.objects.get(kind="institution.created").data == {"slug": "este"}
    with acting(Machine("test", este.pk)):
        assert Event.objects.filter(kind="member.invited").exists()


@pytest.mark.parametrize(
    ("facts", "code"),
    [({"slug": "norte"}, "invalid_slug_taken"), ({"code": "NO"}, "invalid_code_taken"), ({"color": "x"}, "invalid_color")],
)
def test_what_is_taken_is_refused_and_nothing_is_left_behind(world: World, olga: Clerk, facts: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refused:
        create_institution(facts=FACTS | facts, administrator=EVA, by=olga)
    assert refused.value.code == code
    assert not Institution.objects.filter(name=FACTS["name"]).exists()


def test_an_institution_that_rests_lets_nobody_in(world: World, olga: Clerk) -> None:
    ana = world.browser(world.ana)
    assert ana.get(reverse("institutions:home")).status_code == 200
    deactivate_institution(world.norte, by=olga)
    assert ana.get(reverse("institutions:home")).status_code == 302
    assert portals.remembered("slug", "norte") is None
    reactivate_institution(world.norte, by=olga)
    assert ana.get(reverse("institutions:home")).status_code == 200
    with acting(olga):
        assert [event.kind for event in Event.objects.order_by("id")] == ["institution.deactivated", "institution.reactivated"]


def test_an_institution_moves_to_a_host_name_of_its_own(world: World, olga: Clerk) -> None:
    place_institution(world.norte, changes={"host": "norte.example.org", "code": "XX"}, by=olga)
    world.norte.refresh_from_db()
    assert (world.norte.host, world.norte.code) == ("norte.example.org", "NO")
    with pytest.raises(Refused):
        place_institution(world.sur, changes={"host": "norte.example.org"}, by=olga)


def test_no_other_role_may_and_no_other_institution(world: World, olga: Clerk) -> None:
    for by in (world.alma, world.ana):
        with pytest.raises(PermissionDenied):
            create_institution(facts=FACTS, administrator=EVA, by=by)
        with pytest.raises(PermissionDenied):
            deactivate_institution(world.sur, by=by)
    for deed in (deactivate_institution, reactivate_institution):
        with pytest.raises(PermissionDenied):
            deed(world.sur, by=Machine("not the platform", world.norte.pk))
    with pytest.raises(Institution.DoesNotExist):
        deactivate_institution(Institution.objects.get(kind="platform"), by=olga)


def test_the_pages_create_place_and_rest(world: World, olga: Clerk) -> None:
    browser = world.browser(olga)
    data = FACTS | {"host": "", "given": "Eva", "surname": "Luna", "admin_email": "eva@example.org"}
    assert browser.post(reverse("institutions:institution_new"), data | {"slug": "norte"}).status_code == 422
    assert browser.post(reverse("institutions:institution_new"), data).status_code == 302
    page = browser.get(reverse("institutions:platform")).content.decode()
    assert "/desk/invitation/" in page
    assert "Municipalidad de Este" in page
    este = Institution.objects.get(slug="este")
    place = {"name": "Este", "short_name": "Este", "slug": "este", "host": "ESTE.example.org "}
    assert browser.post(reverse("institutions:institution_place", args=[este.uid]), place).status_code == 302
    assert browser.post(reverse("institutions:institution_deactivate", args=[este.uid])).status_code == 302
    este.refresh_from_db()
    assert (este.host, este.active) == ("este.example.org", False)
    assert browser.post(reverse("institutions:institution_reactivate", args=[este.uid])).status_code == 302


def test_health_tells_the_role_and_what_waits(world: World) -> None:
    facts = {str(fact.label): fact for fact in health.facts()}
    assert any(fact.value == "czrm_app" and fact.well for fact in facts.values())
    assert all(fact.well for fact in facts.values())
