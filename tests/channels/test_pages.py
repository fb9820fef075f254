"""The pages of the conversation, by those who may and those who may not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils.timezone import now

from channels import defaults
from channels.models import Channel, Contact, ContactQuestion, ContactResult, MessageText, Notice
from channels.services.contacts import mark
from czrm.kit.actor import Clerk, acting
from czrm.trail import outbox
from czrm.trail.access import looked
from tests import factories
from tests.world import World

from .scenes import at, contact, during, email_of, notices, said


@pytest.fixture
def ana(world: World) -> Browser:
    world.purpose  # noqa: B018  there is one
    return world.browser(world.ana)


def own(world: World, model: Any, by: Clerk | None = None) -> list[Any]:
    with acting(by or world.ana):
        return list(model.objects.order_by("pk"))


def test_ana_starts_a_contact_in_two_keys_and_goes_on_inside_it(world: World, ana: Browser):
    page = ana.get(at("channels:start"))
    assert 'data-hotkey="1"' in page.content.decode()
    answer = ana.post(at("channels:start"), {"channel": "phone", "purpose": world.purpose.pk, "phone": "9 1234 5678"})
    [one] = own(world, Contact)
    assert (answer.status_code, answer["Location"]) == (302, f"/@{one.code}/desk/people/?q=%2B56912345678")
    assert (one.channel, one.phone) == ("phone", "+56912345678")
    again = ana.get(at("channels:start")).content.decode()
    assert 'class="button primary" name="channel" value="phone"' in again  # the usual one is remembered


def test_a_contact_may_start_from_a_persons_page(world: World, ana: Browser):
    answer = ana.post(at("channels:start"), {"channel": "counter", "purpose": world.purpose.pk, "citizen": world.carla.uid})
    [one] = own(world, Contact)
    assert one.citizen_id == world.carla.pk
    assert answer["Location"] == f"/@{one.code}/desk/people/{world.carla.uid}/"
    strangers = {"channel": "counter", "purpose": world.purpose.pk, "citizen": world.dario.uid}
    assert ana.post(at("channels:start"), strangers).status_code == 404


@pytest.mark.parametrize("said", [{"phone": "abc"}, {"channel": "pigeon"}, {"purpose": "0"}], ids=str)
def test_what_is_wrong_stays_on_the_form(world: World, ana: Browser, said):
    answer = ana.post(at("channels:start"), {"channel": "phone", "purpose": world.purpose.pk, "phone": "912345678"} | said)
    assert answer.status_code == 422
    assert own(world, Contact) == []


def test_the_bar_lists_ones_own_contacts_each_in_its_own_address(world: World, ana: Browser):
    first, second = contact(world), contact(world, channel="counter")
    contact(world, by=world.sofia)
    with acting(world.ana):
        Contact.objects.filter(pk=first.pk).update(started_at=now() - timedelta(hours=5))
    bar = ana.get(f"/@{second.code}{at('channels:bar')}").content.decode()
    for one in (first, second):
        assert f"/@{one.code}/desk/contacts/{one.code}/" in bar
    assert bar.count("/desk/contacts/") == 3  # two links in the chip, one in the menu, none to Sofía's
    home = ana.get(at("channels:mine")).content.decode()
    assert home.count(f"/@{first.code}/") == 1


def test_wrap_up_offers_what_was_opened_ticked_and_closes_with_one_choice(world: World, ana: Browser):
    one = contact(world)
    with acting(during(one, world.ana)) as by:
        looked(world.carla, "citizen.see", by=by)
        looked(world.case_of_norte, "case.see", by=by)
    address = f"/@{one.code}/desk/contacts/{one.code}/"
    assert ana.get(at("channels:wrap_up", one.code))["Location"] == address
    page = ana.get(address).content.decode()
    assert f'value="{world.carla.uid}" checked' in page
    assert f'value="{world.case_of_norte.uid}" checked' in page
    with acting(world.ana):
        result = defaults.results(world.norte.pk)[0]
    assert ana.post(address, {"notes": "sin resultado"}).status_code == 422
    said = {"result": result, "answered": "yes", "notes": "Listo", "citizen": world.carla.uid, "cases": [world.case_of_norte.uid]}
    closed = ana.post(address, said)
    assert (closed.status_code, closed["Location"]) == (302, "/desk/")
    [one] = own(world, Contact)
    assert (one.result, one.answered, one.notes, one.citizen_id) == (result, True, "Listo", world.carla.pk)
    assert [question.case_id for question in own(world, ContactQuestion)] == [world.case_of_norte.pk]
    assert ana.get(address)["Location"] == f"/desk/contacts/{one.code}/"  # its purpose is over
    assert ana.get(f"/desk/contacts/{one.code}/")["Location"] == "/desk/"


def test_only_what_was_opened_can_be_ticked(world: World, ana: Browser):
    one = contact(world)
    address = f"/@{one.code}/desk/contacts/{one.code}/"
    with acting(world.ana):
        result = defaults.results(world.norte.pk)[0]
    assert ana.post(address, {"result": result, "cases": [world.case_of_norte.uid]}).status_code == 422
    assert ana.post(address, {"result": result, "citizen": world.carla.uid}).status_code == 302
    assert own(world, Contact)[0].citizen_id is None


def test_notes_save_themselves_and_two_tabs_are_told(world: World, ana: Browser):
    one = contact(world)
    address = at("channels:note", one.code)
    saved = ana.post(address, {"notes": "uno", "before": mark("")})
    assert (saved.status_code, mark("uno") in saved.content.decode()) == (200, True)
    assert ana.post(address, {"notes": "dos", "before": mark("")}).status_code == 409
    assert own(world, Contact)[0].notes == "uno"
    assert ana.get(address).status_code == 405


def test_questions_are_added_and_ticked(world: World, ana: Browser):
    one = contact(world)
    assert "¿Cuándo?" in ana.post(at("channels:ask", one.code), {"text": "¿Cuándo?"}).content.decode()
    assert ana.post(at("channels:ask", one.code), {"text": " "}).status_code == 422
    [question] = own(world, ContactQuestion)
    ana.post(at("channels:settle", one.code, question.pk))
    assert own(world, ContactQuestion)[0].closed_at is not None
    other = contact(world)
    assert ana.post(at("channels:settle", other.code, question.pk)).status_code == 404


@pytest.mark.parametrize("somebody", ["sofia", "bruno"])
def test_a_contact_is_nobody_elses(world: World, somebody):
    one = contact(world)
    browser = world.browser(getattr(world, somebody))
    with acting(world.ana):
        question = ContactQuestion.objects.create(contact=one, text="¿?")
    assert browser.get(at("channels:wrap_up", one.code)).status_code == 404
    for name, args in (("note", [one.code]), ("ask", [one.code]), ("settle", [one.code, question.pk])):
        assert browser.post(at(f"channels:{name}", *args), {"notes": "x", "text": "x"}).status_code == 404
    assert own(world, Contact)[0].notes == ""


def test_the_bell_shows_what_one_was_told_until_it_is_opened(world: World, ana: Browser):
    case = factories.case(world.norte, world.carla, world.procedure, assignee_id=world.ana.user_id)
    said("case.citizen_answered", case)
    outbox.dispatch()
    [notice] = notices(world.norte)
    assert str(notice.uid) in ana.get(at("channels:bell")).content.decode()
    assert at("channels:bell") in ana.get(at("channels:bar")).content.decode()
    assert str(notice.uid) in ana.get(at("channels:mine")).content.decode()
    opened = ana.get(at("channels:notice", notice.uid))
    assert opened["Location"] == at("cases:show", case.number)
    assert at("channels:bell") not in ana.get(at("channels:bar")).content.decode()
    assert world.browser(world.sofia).get(at("channels:notice", notice.uid)).status_code == 409
    assert world.browser(world.bruno).get(at("channels:notice", notice.uid)).status_code == 404
    assert str(notice.uid) not in world.browser(world.sofia).get(at("channels:bell")).content.decode()


def test_the_mailbox_is_for_the_demonstration_and_for_ones_own_institution(world: World, ana: Browser, settings):
    email_of(world.carla, "carla@x.cl", world.norte)
    said("case.opened", world.case_of_norte)
    outbox.dispatch()
    [notice] = notices(world.norte)
    letter = at("channels:letter", notice.uid)
    settings.DEMO = False
    assert [ana.get(page).status_code for page in (at("channels:mailbox"), letter)] == [404, 404]
    settings.DEMO = True
    assert notice.subject in ana.get(at("channels:mailbox")).content.decode()
    assert world.case_of_norte.number in ana.get(letter).content.decode()
    bruno = world.browser(world.bruno)
    assert notice.subject not in bruno.get(at("channels:mailbox")).content.decode()
    assert bruno.get(letter).status_code == 404


def rows(*lines: dict[str, str], before: int) -> dict[str, str]:
    posted = {"form-TOTAL_FORMS": str(len(lines)), "form-INITIAL_FORMS": str(before)}
    return posted | {f"form-{n}-{key}": value for n, line in enumerate(lines) for key, value in line.items()}


def test_alma_orders_the_channels_and_takes_one_out(world: World):
    alma, address = world.browser(world.alma), at("channels:channels")
    assert "counter" in alma.get(address).content.decode()
    lines = [
        {"name": "Ventanilla", "code": "counter", "active": "on", "ORDER": "2"},
        {"name": "Teléfono", "code": "phone", "active": "on", "ORDER": "1"},
        {"name": "Correo", "code": "email", "ORDER": "3"},
        {"name": "", "code": "post", "ORDER": "4"},
        {"name": "Visita a casa", "active": "on", "ORDER": "5"},
    ]
    assert alma.post(address, rows(*lines, before=4)).status_code == 302
    kept = sorted(own(world, Channel, world.alma), key=lambda channel: channel.position)
    assert [channel.code for channel in kept] == ["phone", "counter", "email", "visita-a-cas"]
    assert [channel.active for channel in kept] == [True, True, False, True]
    with acting(world.ana):
        assert list(defaults.ways(world.norte.pk)) == ["phone", "counter", "visita-a-cas"]
        assert list(defaults.ways(world.sur.pk)) == list(defaults.CHANNELS)
    twice = [{"name": name, "code": code, "active": "on", "ORDER": "1"} for name, code in (("Uno", "counter"), ("uno", "phone"))]
    assert alma.post(address, rows(*twice, before=2)).status_code == 422
    assert world.browser(world.ana).get(address).status_code == 403


def test_alma_lists_the_results_nine_at_most(world: World):
    alma, address = world.browser(world.alma), at("channels:results")
    assert alma.get(address).status_code == 200
    ten = [{"name": f"Resultado {n}", "active": "on", "ORDER": str(n)} for n in range(1, 11)]
    assert alma.post(address, rows(*ten, before=0)).status_code == 422
    assert alma.post(address, rows(*ten[:2], before=0)).status_code == 302
    assert alma.post(address, rows({"name": "Resultado 2", "active": "on", "ORDER": "1"}, before=0)).status_code == 302
    assert [result.name for result in own(world, ContactResult)] == ["Resultado 2"]
    assert world.browser(world.ana).get(address).status_code == 403


def test_alma_writes_a_text_sees_it_and_takes_it_back(world: World):
    alma, address = world.browser(world.alma), at("channels:text", "case.opened", "es")
    assert alma.get(at("channels:texts")).status_code == 200
    assert "{number}" in alma.get(address).content.decode()
    wrong = alma.post(address, {"subject": "Hola", "body": "Hola {nombre}", "language": "es"})
    assert wrong.status_code == 422
    assert "Hola {nombre}" in wrong.content.decode()  # what was typed is not lost
    shown = alma.post(at("channels:text_preview", "case.opened", "es"), {"subject": "Hola", "body": "Hola {name}"})
    assert "Hola Carla" in shown.content.decode()
    assert alma.post(address, {"subject": "Hola", "body": "Hola {name}", "language": "es"}).status_code == 302
    assert [text.body for text in own(world, MessageText, world.alma)] == ["Hola {name}"]
    assert alma.post(at("channels:text_removal", "case.opened", "es")).status_code == 302
    assert own(world, MessageText, world.alma) == []
    assert alma.get(at("channels:text", "case.exploded", "es")).status_code == 404
    assert world.browser(world.ana).get(address).status_code == 403


def test_notices_without_an_event_left_do_not_break_the_bell(world: World, ana: Browser):
    with acting(factories.machine(world.norte)):
        Notice.objects.create(
            institution=world.norte, event_id=99, kind="case.citizen_answered", channel="email", recipient="ana@example.org", body="b"
        )
    assert ana.get(at("channels:bell")).status_code == 200
