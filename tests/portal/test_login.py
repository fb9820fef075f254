"""Coming in at the portal: the conversation with an identity provider, what becomes of it, a code, and going out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import oidc_provider_mock
import pytest
import requests
import time_machine
from django.test import Client as Browser
from django.utils.timezone import now

from channels import codes
from channels.models import Notice
from citizens import definers
from citizens.models import Citizen, ContactCode, ContactPoint
from citizens.services import add_identifier, correct_citizen, register_citizen
from citizens.services.registration import PersonData
from czrm.institutions.models import User
from czrm.kit.actor import Visitor, acting
from czrm.settings import identity_provider
from czrm.trail.models import Event
from tests import factories
from tests.factories import machine
from tests.portal.scenes import text

CARLA = {
    "document": "12.345.678-5",
    "given_name": "Carla",
    "family_name": "Soto Pinto",
    "birthdate": "1972-03-12",
    "email": "ana@example.org",
}
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A real OpenID Connect server, on this machine."""
    with oidc_provider_mock.run_server_in_thread() as running:
        yield f"http://localhost:{running.server_port}"


@pytest.fixture
def provider(server, settings) -> str:
    settings.OIDC_ISSUER, settings.OIDC_NAME = server, "ClaveÚnica"
    settings.SOCIALACCOUNT_PROVIDERS = identity_provider(server, "czrm", "secret", "openid profile")
    return server


def told_by(server: str, subject: str, **claims: str) -> None:
    assert requests.put(f"{server}/users/{subject}", json=claims, timeout=5).ok


def arrive(browser: Browser, server: str, subject: str, at: str = "norte"):
    """As a person goes: to the provider, through its form, back with a code."""
    gone = browser.get(f"/portal/{at}/login/identity/")
    assert gone.status_code == 302, text(gone)
    back = requests.post(gone["Location"], data={"sub": subject}, allow_redirects=False, timeout=5)
    parts = urlsplit(back.headers["Location"])
    assert parts.path == "/accounts/identity/citizens/back/"
    there = browser.get(f"{parts.path}?{parts.query}")
    return browser.get(there["Location"]) if there.status_code == 302 else there


def verified(world, citizen: Citizen, number: str, of=None) -> None:
    with acting(machine(of or world.norte)):
        add_identifier(citizen, kind="cl.rut", number=number, how="original", by=machine(of or world.norte))


def events(world, kind: str) -> list[Event]:
    with acting(machine(world.norte)):
        return list(Event.objects.filter(kind=kind))


def waiting(world) -> list[str]:
    with acting(machine(world.norte)):
        return [row.status for row in definers.logins_to_decide()]


def test_the_conversation_asks_for_a_code_with_a_proof_key_and_no_address_of_ours(world, provider):
    query = parse_qs(urlsplit(Browser().get("/portal/norte/login/identity/")["Location"]).query)
    assert query["response_type"] == ["code"]
    assert query["code_challenge_method"] == ["S256"]
    assert set(query["scope"][0].split()) == {"openid", "profile"}
    assert len(query["state"][0]) > 10


def test_carla_comes_in_and_is_the_one_record(world, provider):
    verified(world, world.carla, "12.345.678-5")
    told_by(provider, "s-carla", **CARLA)
    browser = Browser()
    came = arrive(browser, provider, "s-carla")
    assert came["Location"] == "/portal/norte/me/"
    assert "Carla Soto" in text(browser.get("/portal/norte/me/"))
    account = User.objects.get(citizen_id=world.carla.pk)
    assert not account.has_usable_password()
    assert browser.session["assured"]["level"] == "high"


def test_she_comes_in_again_by_the_same_account(world, provider):
    verified(world, world.carla, "12.345.678-5")
    told_by(provider, "s-carla", **CARLA)
    for _time in range(2):
        assert arrive(Browser(), provider, "s-carla")["Location"] == "/portal/norte/me/"
    assert User.objects.filter(citizen_id=world.carla.pk).count() == 1


def test_an_e_mail_of_the_claims_links_nothing(world, provider):
    """ana@example.org is an officer's address."""
    told_by(provider, "s-new", **CARLA | {"document": "18.765.432-7"})
    browser = Browser()
    arrive(browser, provider, "s-new")
    assert browser.get("/portal/norte/me/").status_code == 200
    assert int(browser.session["_auth_user_id"]) != world.ana.user_id
    assert User.objects.get(pk=world.ana.user_id).citizen_id is None


def test_whom_nobody_knows_gets_a_record_with_the_document_verified(world, provider):
    told_by(provider, "s-new", document="18.765.432-7", given_name="Amparo", family_name="Leiva Toro", birthdate="1993-05-21")
    browser = Browser()
    arrive(browser, provider, "s-new")
    person = browser.get("/portal/norte/me/")
    assert "Amparo Leiva Toro" in text(person)
    with acting(machine(world.norte)):
        made = Citizen.objects.get(name="Amparo Leiva Toro")
        assert made.identifiers.get().verified_how.startswith("oidc:")
    assert len(events(world, "citizen.registered")) == 1


def test_a_claim_without_a_document_vouches_for_nobody(world, provider):
    told_by(provider, "s-none", given_name="Carla", family_name="Soto", birthdate="1972-03-12")
    browser = Browser()
    came = arrive(browser, provider, "s-none")
    assert came["Location"] == "/portal/norte/login/"
    page = text(browser.get(came["Location"]))
    assert "documento verificado" in page or "verified document" in page
    assert "_auth_user_id" not in browser.session
    assert waiting(world) == []


@pytest.mark.parametrize("case", ["unverified", "two", "other_data", "blocked"])
def test_where_it_is_not_sure_nobody_is_shown_anything_and_an_officer_decides(world, provider, case):
    if case in ("two", "other_data"):
        verified(world, world.carla, "12.345.678-5")
    if case == "two":
        with acting(machine(world.norte)):
            second = register_citizen(
                PersonData(given="Carla", surname="Soto", birth=world.carla.birth), basis="x", apart=True, by=machine(world.norte)
            )
        verified(world, second, "12.345.678-5")
    if case == "blocked":
        verified(world, world.carla, "12.345.678-5")
        correct_citizen(world.carla, changes={"state": "blocked"}, reason="test", by=machine(world.norte))
    claims = CARLA | ({"family_name": "Otra", "birthdate": "1980-01-01"} if case == "other_data" else {})
    told_by(provider, f"s-{case}", **claims)
    browser = Browser()
    page = arrive(browser, provider, f"s-{case}")
    assert page.status_code == 200
    assert "_auth_user_id" not in browser.session
    assert "1972" not in text(page)
    assert waiting(world) == ["waiting"]
    arrive(browser, provider, f"s-{case}")
    assert len(events(world, "login.held")) == 1


def test_the_supervisor_links_a_waiting_log_in_and_then_it_opens(world, provider):
    told_by(provider, "s-wait", **CARLA)
    browser, desk = Browser(), world.browser(world.sofia)
    arrive(browser, provider, "s-wait")
    shown = text(desk.get("/desk/people/logins/"))
    assert "Carla Soto" in shown
    uid = re.search(r"/logins/([0-9a-f-]{36})/decision/", shown)
    assert uid
    done = desk.post(f"/desk/people/logins/{uid[1]}/decision/", {"citizen": world.carla.pk})
    assert done.status_code == 302
    assert len(events(world, "login.linked")) == 1
    assert arrive(browser, provider, "s-wait")["Location"] == "/portal/norte/me/"
    assert desk.post(f"/desk/people/logins/{uid[1]}/decision/", {"refuse": "1"}).status_code == 422


def test_a_refused_log_in_stays_out(world, provider):
    told_by(provider, "s-wait", **CARLA)
    browser, desk = Browser(), world.browser(world.sofia)
    arrive(browser, provider, "s-wait")
    uid = re.search(r"/logins/([0-9a-f-]{36})/decision/", text(desk.get("/desk/people/logins/")))
    assert uid
    assert desk.post(f"/desk/people/logins/{uid[1]}/decision/", {"refuse": "1"}).status_code == 302
    assert len(events(world, "login.refused")) == 1
    assert arrive(browser, provider, "s-wait").status_code == 200
    assert "_auth_user_id" not in browser.session


def test_a_waiting_log_in_is_linked_to_nobody_but_who_holds_its_document(world, provider):
    told_by(provider, "s-wait", **CARLA)
    arrive(Browser(), provider, "s-wait")
    desk = world.browser(world.sofia)
    with acting(machine(world.norte)):
        other = register_citizen(PersonData(given="Luis", surname="Vera"), basis="x", by=machine(world.norte))
    uid = re.search(r"/logins/([0-9a-f-]{36})/decision/", text(desk.get("/desk/people/logins/")))
    assert uid
    assert desk.post(f"/desk/people/logins/{uid[1]}/decision/", {"citizen": other.pk}).status_code == 422
    assert desk.post(f"/desk/people/logins/{uid[1]}/decision/", {"citizen": world.dario.pk}).status_code == 404


def test_an_officer_and_another_institution_do_not_see_the_log_ins_that_wait(world, provider):
    told_by(provider, "s-wait", **CARLA)
    arrive(Browser(), provider, "s-wait")
    assert world.browser(world.ana).get("/desk/people/logins/").status_code == 403
    other = factories.clerk("Sara", world.sur, "supervisor")
    assert "12.345.678" not in text(world.browser(other).get("/desk/people/logins/"))


def test_an_account_whose_document_changed_opens_nothing(world, provider):
    verified(world, world.carla, "12.345.678-5")
    told_by(provider, "s-carla", **CARLA)
    arrive(Browser(), provider, "s-carla")
    told_by(provider, "s-carla", **CARLA | {"document": "11.111.111-1"})
    browser = Browser()
    assert arrive(browser, provider, "s-carla").status_code == 200
    assert "_auth_user_id" not in browser.session


def test_cancelled_over_there_one_is_back_at_the_portal(world, provider):
    browser = Browser()
    state = parse_qs(urlsplit(browser.get("/portal/norte/login/identity/")["Location"]).query)["state"][0]
    back = browser.get("/accounts/identity/citizens/back/", {"error": "access_denied", "state": state})
    assert back["Location"] == "/portal/norte/login/"


def test_a_code_of_another_browser_is_not_taken(world, provider):
    told_by(provider, "s-carla", **CARLA)
    gone = Browser().get("/portal/norte/login/identity/")
    back = requests.post(gone["Location"], data={"sub": "s-carla"}, allow_redirects=False, timeout=5)
    stranger, parts = Browser(), urlsplit(back.headers["Location"])
    stranger.get(f"{parts.path}?{parts.query}")
    assert "vouched" not in stranger.session
    assert stranger.get("/portal/norte/login/arrival/")["Location"] == "/portal/norte/login/"


def test_the_session_gets_another_key_and_forgets_the_case_that_was_followed(world, provider):
    verified(world, world.carla, "12.345.678-5")
    told_by(provider, "s-carla", **CARLA)
    browser = Browser()
    browser.get("/portal/norte/login/")
    session = browser.session
    session["tracked"] = {"institution": world.norte.pk, "case": 1}
    session.save()
    browser.cookies["sessionid"] = session.session_key
    before = session.session_key
    arrive(browser, provider, "s-carla")
    assert browser.session.session_key != before
    assert "tracked" not in browser.session


def test_a_session_ends_after_a_while_without_use_and_at_its_latest(world):
    browser = world.browser(world.visitor)
    assert browser.get("/portal/norte/me/").status_code == 200
    with time_machine.travel(now().timestamp() + 31 * 60):
        assert browser.get("/portal/norte/me/").status_code == 403
    assert "_auth_user_id" not in browser.session
    again, start = world.browser(world.visitor), now().timestamp()
    for minutes in range(0, 4 * 60, 25):
        with time_machine.travel(start + minutes * 60):
            assert again.get("/portal/norte/me/").status_code == 200
    with time_machine.travel(start + 4 * 3600 + 5):
        assert again.get("/portal/norte/me/").status_code == 403


def test_signing_out_leaves_nothing(world):
    browser = world.browser(world.visitor)
    assert browser.post("/portal/norte/logout/")["Location"] == "/portal/norte/"
    assert browser.get("/portal/norte/me/").status_code == 403
    assert browser.get("/portal/norte/logout/").status_code == 405


def test_an_officers_session_makes_nobody_a_citizen(world):
    """A password at the desk says nothing about which citizen one is."""
    User.objects.filter(pk=world.ana.user_id).update(citizen_id=world.carla.pk)
    assert world.browser(world.ana).get("/portal/norte/me/").status_code == 403


def mailbox(world, email: str = "carla@example.org", of=None, **fields) -> ContactPoint:
    of = of or world.norte
    citizen = fields.pop("citizen", world.carla)
    with acting(machine(of)):
        return ContactPoint.objects.create(institution=of, citizen=citizen, value=email, **{"kind": "email", "verified_at": now()} | fields)


def code_sent(world) -> str:
    with acting(machine(world.norte)):
        letter = Notice.objects.get(kind="login.code")
        assert "{code}" in letter.body
        found = re.search(r"\b\d{6}\b", codes.filled(letter))
    assert found
    return found[0]


def ask(browser: Browser, email: str = "carla@example.org", at: str = "norte"):
    return browser.post(f"/portal/{at}/login/code/", {"email": email})


def test_carla_comes_in_by_a_code_and_sees_only_how_her_requests_go(world):
    mailbox(world)
    case = world.case_of_norte
    browser = Browser()
    assert ask(browser, "CARLA@example.org")["Location"] == "/portal/norte/login/code/check/"
    came = browser.post("/portal/norte/login/code/check/", {"code": code_sent(world)})
    assert came["Location"] == "/portal/norte/me/"
    assert case.number in text(browser.get("/portal/norte/me/cases/"))
    assert browser.get(f"/portal/norte/cases/{case.number}/").status_code == 200
    for closed in ("me/data/", "me/contact/new/email/", f"me/cases/{case.number}/answer/", "me/accesses/", "me/mandates/", "me/consents/"):
        page = browser.get(f"/portal/norte/{closed}")
        assert page.status_code == 403, closed
        assert "/portal/norte/login/?next=" in text(page)


def test_a_code_is_of_its_institution_only(world):
    mailbox(world)
    browser = Browser()
    ask(browser)
    browser.post("/portal/norte/login/code/check/", {"code": code_sent(world)})
    assert browser.get("/portal/sur/me/").status_code == 403


def test_a_code_serves_once_and_for_ten_minutes(world):
    mailbox(world)
    first, second = Browser(), Browser()
    ask(first)
    code = code_sent(world)
    ask(second)
    assert first.post("/portal/norte/login/code/check/", {"code": code}).status_code == 302
    assert second.post("/portal/norte/login/code/check/", {"code": code}).status_code == 200
    assert "_auth_user_id" not in second.session


def test_an_old_code_is_not_taken(world):
    mailbox(world)
    browser = Browser()
    ask(browser)
    with acting(machine(world.norte)):
        ContactCode.objects.update(expires_at=now())
    assert browser.post("/portal/norte/login/code/check/", {"code": "123456"}).status_code == 200
    assert "_auth_user_id" not in browser.session


def test_after_a_few_wrong_codes_the_right_one_is_worth_nothing(world):
    mailbox(world)
    browser = Browser()
    ask(browser)
    right = code_sent(world)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    for _time in range(5):
        assert browser.post("/portal/norte/login/code/check/", {"code": wrong}).status_code == 200
    browser.post("/portal/norte/login/code/check/", {"code": right})
    assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize("how", ["unknown", "unverified", "shared", "two_people", "elsewhere", "ended", "dead"])
def test_an_address_that_is_not_one_persons_gets_no_code_and_the_same_answer(world, how):
    email = "carla@example.org"
    if how == "unverified":
        mailbox(world, verified_at=None)
    if how == "shared":
        mailbox(world, shared=True)
    if how == "two_people":  # of whom the other is known elsewhere only
        mailbox(world)
        mailbox(world, of=world.sur, citizen=world.dario, verified_at=None)
    if how == "elsewhere":
        mailbox(world, of=world.sur)
    if how == "ended":
        mailbox(world, valid_until=now() - timedelta(minutes=1))
    if how == "dead":
        mailbox(world)
        correct_citizen(world.carla, changes={"state": "deceased"}, reason="test", by=machine(world.norte))
    browser, other = Browser(), Browser()
    answer = ask(browser, email)
    assert answer["Location"] == ask(other, "nobody@example.org")["Location"]
    pages = [re.sub(r'value="[^"]+"|[\w.]+@example.org|"X-[^}]+', "", text(one.get(answer["Location"]))) for one in (browser, other)]
    assert pages[0] == pages[1]
    with acting(machine(world.norte)):
        assert not ContactCode.objects.exists()
        assert not Notice.objects.filter(kind="login.code").exists()


def test_codes_are_not_sent_without_end(world):
    mailbox(world)
    with acting(machine(world.norte)):
        answers = [ask(Browser(REMOTE_ADDR=f"10.9.8.{n}"), "often@example.org").status_code for n in range(6)]
    assert answers == [302] * 5 + [429]


def test_codes_are_not_sent_without_end_where_nothing_counts_the_tries(world, monkeypatch):
    point = mailbox(world)
    monkeypatch.setattr("channels.portal.limits.allowed", lambda *_who: True)  # as while the cache is away
    with acting(machine(world.norte)):
        for _time in range(8):
            ask(Browser())
            ContactCode.objects.update(sent_at=now() - timedelta(minutes=2))
        assert ContactCode.objects.filter(point=point).count() == 6


def test_no_table_holds_a_code_and_no_clerk_reads_one(world):
    mailbox(world)
    ask(Browser())
    code = code_sent(world)
    with acting(world.ana):
        assert code not in Notice.objects.get(kind="login.code").body
        assert code not in str(list(ContactCode.objects.values()))
        assert code not in str(list(Event.objects.values()))


def test_a_visitor_of_a_code_holds_no_verb_of_a_sure_one(world):
    mailbox(world)
    browser = Browser()
    ask(browser)
    browser.post("/portal/norte/login/code/check/", {"code": code_sent(world)})
    actor = browser.get("/portal/norte/me/").context["actor"]
    assert isinstance(actor, Visitor)
    assert actor.assurance == "low"
    assert not actor.may("portal.see_data")
