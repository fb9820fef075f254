"""How one is reached, at the portal: seen, added, proved by a code, shared, no longer one's own; and coming in by a short message."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import Client as Browser

from cases.models import Case
from channels.models import Notice
from citizens.codes import code_of
from citizens.models import ContactCode, ContactPoint
from czrm.institutions.roles import VISITOR
from czrm.kit.actor import acting
from czrm.trail import outbox
from czrm.trail.models import AccessEntry, Event
from tests import factories
from tests.factories import machine
from tests.portal.scenes import procedure, text

from .test_login import mailbox

pytestmark = pytest.mark.django_db
HOME, MOBILE = "/portal/norte/me/contact/", "+56990124417"


@pytest.fixture
def texts(settings) -> None:
    settings.SMS_URL = "https+json://:token@sms.example.org/send"


def points(world, of=None) -> list[ContactPoint]:
    with acting(machine(of or world.norte)):
        return list(ContactPoint.objects.filter(citizen=world.carla).order_by("pk"))


def last_code(world) -> str:
    with acting(machine(world.norte)):
        row = ContactCode.objects.latest("pk")
        return code_of(row.point_id, row.use, row.expires_at)


def low(world) -> Browser:
    return world.browser(replace(world.visitor, verbs=VISITOR, assurance="low"))


def test_carla_sees_hers_by_institution_and_the_look_is_written_down(world):
    mailbox(world)
    mailbox(world, "otra@example.org", of=world.sur)
    page = text(world.browser(world.visitor).get(HOME))
    assert "carla@example.org" in page
    assert "otra@example.org" in page
    assert "Municipalidad de Sur" in page
    with acting(world.visitor):
        assert AccessEntry.objects.filter(verb="portal.see_contact", categories=["contact"]).exists()


def test_who_came_in_by_a_code_sees_no_more_than_to_know_them_again_and_changes_nothing(world):
    point = mailbox(world)
    mailbox(world, "otra@example.org", of=world.sur)
    browser = low(world)
    page = text(browser.get(HOME))
    assert "c•••@example.org" in page
    assert "carla@" not in page
    assert "otra" not in page
    for change in ("new/email/", f"{point.uid}/code/", f"{point.uid}/household/", f"{point.uid}/removal/"):
        assert browser.get(HOME + change).status_code == 403, change
    assert browser.post(f"{HOME}{point.uid}/code/sending/").status_code == 403


def test_she_adds_an_e_mail_and_proves_it_with_the_code_that_went_there(world):
    browser = world.browser(world.visitor)
    asked = browser.post(f"{HOME}new/email/", {"value": "Nueva@Example.org"})
    [point] = points(world)
    assert asked["Location"] == f"{HOME}{point.uid}/code/"
    while outbox.dispatch():
        pass
    with acting(machine(world.norte)):
        assert Notice.objects.get(kind="contact.code").recipient == "Nueva@example.org"
    code = last_code(world)
    assert code not in text(browser.get(asked["Location"]))
    wrong = browser.post(asked["Location"], {"code": f"{(int(code) + 1) % 10**6:06}"})
    assert (wrong.status_code, points(world)[0].verified_at) == (200, None)
    assert browser.post(asked["Location"], {"code": code})["Location"] == HOME
    assert (points(world)[0].verified_how, points(world)[0].verified_by) == ("code", "machine: portal")


def test_what_cannot_be_is_said_at_its_field_and_no_other_kind_is_taken(world):
    browser = world.browser(world.visitor)
    assert browser.post(f"{HOME}new/phone/", {"value": "abc"}).status_code == 422
    assert browser.get(f"{HOME}new/pigeon/").status_code == 404
    assert points(world) == []


def test_a_phone_is_kept_without_a_code_where_no_short_messages_go_out(world):
    browser = world.browser(world.visitor)
    assert browser.post(f"{HOME}new/phone/", {"value": "9 9012 4417"})["Location"] == HOME
    assert [point.value for point in points(world)] == [MOBILE]
    assert "code/sending" not in text(browser.get(HOME))


def test_codes_are_not_sent_without_end(world):
    point = mailbox(world, verified_at=None)
    browser = world.browser(world.visitor)
    for _time in range(3):
        browser.post(f"{HOME}{point.uid}/code/sending/")
    with acting(machine(world.norte)):
        assert ContactCode.objects.count() == 1


def test_she_says_that_others_use_it_and_no_code_to_sign_in_goes_there(world):
    point = mailbox(world)
    assert world.browser(world.visitor).post(f"{HOME}{point.uid}/household/", {"shared": "yes"}).status_code == 302
    assert points(world)[0].shared
    Browser().post("/portal/norte/login/code/", {"email": "carla@example.org"})
    with acting(machine(world.norte)):
        assert not ContactCode.objects.exists()


def test_what_is_no_longer_hers_is_retired_here_at_once(world):
    point = mailbox(world)
    browser = world.browser(world.visitor)
    assert "Carla" not in text(browser.get(f"{HOME}{point.uid}/removal/")).partition("<h1>")[2].partition("</h1>")[0]
    browser.post(f"{HOME}{point.uid}/removal/")
    assert points(world)[0].valid_until is not None
    with acting(machine(world.norte)):
        assert Event.objects.get(kind="citizen.contact_point_retired").data["why"] == "asked"


def test_what_another_institution_holds_becomes_a_case_there_and_stays_as_it_is(world):
    point = mailbox(world, of=world.sur)
    procedure(world.sur, "Rectificación", slug="derechos", kind="rights", form={})
    browser = world.browser(world.visitor)
    browser.post(f"{HOME}{point.uid}/removal/")
    assert points(world, world.sur)[0].valid_until is None
    with acting(machine(world.sur)):
        case = Case.objects.get(procedure__slug="derechos")
    assert case.citizen_id == world.carla.pk
    assert "carla@example.org" in case.description


def test_where_a_protected_person_lives_is_not_written_into_the_case_that_says_it_is_wrong(world):
    point = mailbox(world, "Pasaje Escondido 7", of=world.sur, kind="address")
    procedure(world.sur, "Rectificación", slug="derechos", kind="rights", form={})
    factories.protected(world.carla, world.sofia)
    world.browser(world.visitor).post(f"{HOME}{point.uid}/removal/")
    with acting(machine(world.sur)):
        [case] = Case.objects.filter(procedure__slug="derechos")
    assert "Escondido" not in case.description


@pytest.mark.parametrize("what", ["code/", "household/", "removal/"])
def test_anothers_is_not_found_nor_is_one_of_another_institution_changed(world, what):
    theirs = mailbox(world, "dario@example.org", of=world.sur, citizen=world.dario)
    elsewhere = mailbox(world, "otra@example.org", of=world.sur)
    browser = world.browser(world.visitor)
    assert browser.get(f"{HOME}{theirs.uid}/{what}").status_code == 404
    if what != "removal/":
        assert browser.get(f"{HOME}{elsewhere.uid}/{what}").status_code == 404


def phone(world, of=None, **fields) -> ContactPoint:
    return mailbox(world, MOBILE, of=of, kind="phone", **fields)


def test_she_comes_in_by_a_code_to_her_verified_mobile(world, texts):
    phone(world)
    browser = Browser()
    assert browser.post("/portal/norte/login/code/", {"email": "9 9012 4417"}).status_code == 302
    with acting(machine(world.norte)):
        letter = Notice.objects.get(kind="login.code")
    assert (letter.channel, letter.recipient) == ("sms", MOBILE)
    assert "Carla" not in letter.body
    assert browser.post("/portal/norte/login/code/check/", {"code": last_code(world)})["Location"] == "/portal/norte/me/"
    assert browser.session["assured"]["level"] == "low"


@pytest.mark.parametrize("how", ["unverified", "shared", "two_people", "elsewhere", "landline", "off"])
def test_a_phone_that_is_not_one_persons_or_takes_no_messages_gets_no_code_and_the_same_answer(world, settings, how):
    settings.SMS_URL = "" if how == "off" else "https+json://:token@sms.example.org/send"
    if how in ("off", "two_people"):
        phone(world)
    if how == "two_people":
        phone(world, of=world.sur, citizen=world.dario, verified_at=None)
    if how == "unverified":
        phone(world, verified_at=None)
    if how == "shared":
        phone(world, shared=True)
    if how == "elsewhere":
        phone(world, of=world.sur)
    if how == "landline":
        mailbox(world, "+56228000000", kind="phone")
    typed = "+56228000000" if how == "landline" else MOBILE
    answers = [Browser().post("/portal/norte/login/code/", {"email": one}).status_code for one in (typed, "+56990999999")]
    assert answers[0] == answers[1]
    with acting(machine(world.norte)):
        assert not ContactCode.objects.exists()
