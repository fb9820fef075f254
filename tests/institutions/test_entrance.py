"""Coming in: password, second factor, the choice of an institution, and what a session is worth."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.test import Client as Browser
from django.urls import reverse

from czrm.institutions import mfa
from czrm.institutions.adapters import MFAAdapter
from czrm.institutions.entrance import ACTIVE
from czrm.institutions.models import Membership, User
from czrm.kit.actor import Clerk, acting
from tests import factories
from tests.world import World, machine

PASSWORD = "cuatro palabras bien largas"
HOME, CHOOSE, SECOND = "/desk/", "/desk/institution/", "/desk/second-factor/"


@pytest.fixture(autouse=True)
def quick(settings: Any, request: pytest.FixtureRequest) -> None:
    """Cheap hashes; and tries are counted for this test alone."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    counted = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": request.node.name}
    settings.CACHES = settings.CACHES | {"default": counted}


@pytest.fixture
def ana(world: World) -> User:
    user = User.objects.get(pk=world.ana.user_id)
    user.set_password(PASSWORD)
    user.save()
    return user


def code(secret: str) -> str:
    return str(totp.format_hotp_value(next(iter(totp.hotp_value(secret, counter) for counter in totp.yield_hotp_counters_from_time()))))


def log_in(browser: Browser, user: User, password: str = PASSWORD) -> Any:
    return browser.post("/accounts/login/", {"login": user.email, "password": password}, REMOTE_ADDR=f"198.51.100.{user.pk % 250}")


def test_a_member_without_a_second_factor_is_led_to_set_one_up_whatever_the_page(world: World, ana: User) -> None:
    browser = Browser()
    assert log_in(browser, ana).status_code == 302
    for name in ("home", "profile", "access_log"):
        assert browser.get(reverse(f"institutions:{name}")).url == CHOOSE
    assert browser.get(CHOOSE).url == SECOND
    assert browser.get(SECOND).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_once_it_is_set_up_the_desk_opens_and_the_next_log_in_asks_for_it(transactional_db: None, world: World, ana: User) -> None:
    browser = Browser()
    log_in(browser, ana)
    page = browser.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    secret = page.context["form"].secret
    assert browser.post(reverse("mfa_activate_totp"), {"code": code(secret)}).url == reverse("mfa_view_recovery_codes")
    assert browser.get(reverse("mfa_view_recovery_codes")).status_code == 200
    assert browser.get(HOME).status_code == 200
    later = Browser()
    assert log_in(later, ana).url == reverse("mfa_authenticate")
    assert later.get(HOME).url.startswith("/accounts/login/")
    assert later.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    spare = RecoveryCodes(Authenticator.objects.get(user=ana, type="recovery_codes")).get_unused_codes()[0]
    assert later.post(reverse("mfa_authenticate"), {"code": spare}).status_code == 302
    assert later.get(HOME).status_code == 200


def test_an_authenticator_of_the_account_is_worth_nothing_until_this_session_has_shown_it(world: World, ana: User) -> None:
    totp.TOTP.activate(ana, totp.generate_totp_secret())
    browser = Browser()
    browser.force_login(ana, "django.contrib.auth.backends.ModelBackend")
    assert browser.get(HOME).url == CHOOSE
    assert browser.get(SECOND).url.startswith(reverse("mfa_reauthenticate"))


def test_what_one_person_showed_does_not_count_for_another(world: World, ana: User) -> None:
    browser = world.browser(world.sofia)
    session = browser.session
    session[mfa.SHOWN] = ana.pk
    session.save()
    assert browser.get(HOME).url == CHOOSE


def test_a_member_keeps_an_authenticator_that_is_not_merely_recovery_codes(world: World, ana: User) -> None:
    factor = totp.TOTP.activate(ana, totp.generate_totp_secret()).instance
    RecoveryCodes.activate(ana)
    assert not MFAAdapter().can_delete_authenticator(factor)
    Authenticator.objects.create(user=ana, type="webauthn", data={"name": "llave"})
    assert MFAAdapter().can_delete_authenticator(factor)


def test_who_takes_away_the_last_passkey_is_led_to_set_up_another(world: World, ana: User) -> None:
    browser = world.browser(world.ana)
    key = Authenticator.objects.create(user=ana, type="webauthn", data={"name": "llave"})
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert browser.post(reverse("mfa_remove_webauthn", args=[key.pk])).status_code == 302
    assert not mfa.has_one(ana)
    assert browser.get(HOME).url == CHOOSE
    assert browser.get(CHOOSE).url == SECOND


def test_in_a_demonstration_the_password_is_enough(world: World, ana: User, settings: Any) -> None:
    settings.DEMO = True
    browser = Browser()
    log_in(browser, ana)
    assert browser.get(HOME).status_code == 200


def test_djangos_admin_asks_for_the_same(world: World, ana: User) -> None:
    ana.is_staff = ana.is_superuser = True
    ana.save()
    assert Browser().get("/admin/").status_code == 302
    browser = Browser()
    log_in(browser, ana)
    assert browser.get("/admin/", follow=True).redirect_chain[-1][0] == SECOND
    session = browser.session
    session[mfa.SHOWN] = ana.pk
    session.save()
    page = browser.get("/admin/")
    assert page.status_code == 200
    assert "oauth2_provider" not in page.content.decode()
    assert browser.get("/admin/mfa/authenticator/").status_code == 404


@pytest.mark.parametrize(
    "address", ["/accounts/email/", "/accounts/3rdparty/", "/accounts/confirm-email/", "/accounts/social/signup/", "/accounts/login/code/"]
)
def test_what_we_do_not_use_of_allauth_is_not_there(world: World, address: str) -> None:
    assert world.browser(world.ana).get(address).status_code == 404


def test_nobody_signs_up(world: World) -> None:
    data = {"email": "x@example.org", "password1": PASSWORD, "password2": PASSWORD}
    answer = Browser().post("/accounts/signup/", data)
    assert answer.templates[0].name == "account/signup_closed.html"
    assert not User.objects.filter(email="x@example.org").exists()


def test_a_wrong_password_says_the_same_as_an_unknown_address_and_tries_are_limited(world: World, ana: User) -> None:
    def try_as(email: str) -> str:
        answer = Browser().post("/accounts/login/", {"login": email, "password": "no es esa clave"}, REMOTE_ADDR="203.0.113.9")
        return str(answer.context["form"].non_field_errors()) if answer.context else ""

    assert try_as(ana.email) == try_as("nadie@example.org") != ""
    for _ in range(5):
        try_as(ana.email)
    assert log_in(Browser(), ana).status_code == 200, "the right password is refused too, for a while"


def test_sensitive_pages_ask_again_who_was_away(world: World, ana: User) -> None:
    with acting(machine(world.norte)):
        Membership.objects.filter(user=ana).update(roles=["administrator"])
    browser = world.browser(world.ana)  # no fresh log-in in this session
    invite = reverse("institutions:invite")
    assert browser.get(invite).url.startswith("/accounts/reauthenticate/")
    assert browser.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": invite}).url == invite
    assert browser.get(invite).status_code == 200
    fresh = Browser()
    log_in(fresh, ana)
    session = fresh.session
    session[mfa.SHOWN] = ana.pk
    session.save()
    assert fresh.get(invite).status_code == 200


def both(world: World) -> Clerk:
    factories.clerk("Ana", world.sur, "supervisor", who=User.objects.get(pk=world.ana.user_id))
    return world.ana


def test_who_works_for_two_chooses_and_every_page_says_for_which(world: World) -> None:
    browser = world.browser(both(world))
    session = browser.session
    del session[ACTIVE]
    session.save()
    assert browser.get(HOME).url == CHOOSE
    page = browser.get(CHOOSE).content.decode()
    assert "Municipalidad de Norte" in page
    assert "Municipalidad de Sur" in page
    key = browser.session.session_key
    of_sur = Membership.objects.get(user=world.ana.user_id, institution=world.sur)
    assert browser.post(CHOOSE, {"membership": of_sur.uid}).url == HOME
    for address in (HOME, reverse("institutions:profile")):
        assert "Municipalidad de Sur" in browser.get(address).content.decode()
    assert browser.session.session_key == key
    of_norte = Membership.objects.get(user=world.ana.user_id, institution=world.norte)
    browser.post(CHOOSE, {"membership": of_norte.uid})
    assert "Municipalidad de Norte" in browser.get(HOME).content.decode()


def test_nobody_chooses_an_institution_that_is_not_theirs(world: World) -> None:
    browser = world.browser(both(world))
    foreign = Membership.objects.get(user=world.bruno.user_id)
    assert browser.post(CHOOSE, {"membership": foreign.uid}).status_code == 200
    assert browser.session[ACTIVE] == world.norte.pk
    session = browser.session
    session[ACTIVE] = 10**9
    session.save()
    assert browser.get(HOME).url == CHOOSE


def test_who_belongs_nowhere_is_told_so(world: World) -> None:
    answer = world.browser(world.visitor).get(CHOOSE)
    assert (answer.status_code, answer.templates[0].name) == (200, "institutions/nowhere.html")


def test_the_root_leads_each_to_their_place(world: World, settings: Any) -> None:
    page = Browser().get("/")
    assert page.status_code == 200
    assert "Municipalidad de Sur" in page.content.decode()
    assert world.browser(world.ana).get("/").url == HOME
    settings.ALLOWED_HOSTS = ["norte.example.org", "testserver"]
    world.norte.host = "norte.example.org"
    with acting(machine(world.norte)):
        world.norte.save(update_fields=["host"])
    assert Browser().get("/", headers={"host": "norte.example.org"}).url == "/portal/norte/"


def test_the_language_is_chosen_at_the_door_and_the_profile_keeps_it(world: World) -> None:
    browser = world.browser(world.ana)
    browser.post(reverse("institutions:language"), {"language": "en", "next": "/"})
    assert 'lang="en"' in browser.get(HOME).content.decode()
    browser.post(reverse("institutions:profile"), {"first_name": "Ana", "last_name": "Ríos", "language": "es"})
    page = browser.get(HOME).content.decode()
    assert 'lang="es"' in page
    assert 'data-shortcuts="off"' in page
    assert User.objects.get(pk=world.ana.user_id).last_name == "Ríos"
