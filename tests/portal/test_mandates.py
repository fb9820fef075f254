"""At the portal: letting somebody help with one procedure, acting for another, and the way out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client as Browser

from cases.models import Case, Procedure
from cases.services import ask_citizen, open_case
from channels.portal import mandates as portal
from channels.portal.mandates import Named
from citizens import services
from citizens.mandates import for_procedures
from citizens.models import Citizen, Consent, Mandate
from czrm.institutions.roles import GUEST, VISITOR_HIGH
from czrm.kit.actor import Guest, Visitor, acting
from czrm.kit.refused import Refused
from czrm.trail.models import AccessEntry, Event
from tests import factories
from tests.factories import machine
from tests.world import World

from . import scenes
from .scenes import text

ELENA = Named("cl.rut", "15.234.567-4", "Soto")


@pytest.fixture
def elena(world: World) -> Citizen:
    return factories.citizen("Elena", "Soto", "15234567-4", world.norte)


@pytest.fixture
def daughter(world: World, elena: Citizen) -> Visitor:
    user = factories.user("Elena", citizen_id=elena.pk)
    return Visitor("Elena", elena.pk, user.pk, world.norte.pk, VISITOR_HIGH, assurance="high")


@pytest.fixture
def lamp(world: World) -> Procedure:
    return scenes.procedure(world.norte)


@pytest.fixture
def other(world: World) -> Procedure:
    return scenes.procedure(world.norte, "Permiso de poda", slug="poda")


def grant(world: World, elena: Citizen, *acts: str, **fields: Any) -> Mandate:
    given = {"principal": world.carla, "agent": elena, "acts": acts, "ground": "person", "evidence": "Poder", "by": world.ana} | fields
    return services.grant_mandate(**given)


def case_of_carla(world: World, procedure: Procedure) -> Case:
    return open_case(procedure=procedure, citizen=world.carla, title=procedure.name, channel="counter", paper=False,
                     answers=scenes.ANSWERS, by=world.ana).case  # fmt: skip


def begin(world: World, daughter: Visitor, mandate: Mandate) -> Browser:
    """Elena has said that she acts for Carla."""
    browser = world.browser(daughter)
    assert browser.post(f"/portal/norte/me/mandates/{mandate.uid}/acting/").status_code == 302
    return browser


SAID = {"procedure": "luminaria", "kind": "cl.rut", "number": "15.234.567-4", "surname": "Soto", "days": "180"}


def test_carla_lets_her_daughter_help_with_one_procedure_and_revokes_it(
    world: World, elena: Citizen, lamp: Procedure, daughter: Visitor
) -> None:
    browser = world.browser(world.visitor)
    assert "15.234" not in text(browser.get("/portal/norte/me/mandates/new/"))
    assert browser.post("/portal/norte/me/mandates/new/", SAID).status_code == 302
    with acting(world.ana):
        mandate = Mandate.objects.get()
        assert (mandate.principal, mandate.agent, mandate.ground) == (world.carla, elena, "person")
        assert mandate.acts == for_procedures(["luminaria"])
        assert mandate.valid_until is not None
        assert Event.objects.filter(kind="mandate.granted", citizen_id=world.carla.pk).exists()
    page = text(browser.get("/portal/norte/me/mandates/"))
    assert "Elena Soto" in page
    assert "Luminaria apagada" in page
    assert "Carla Soto" in text(world.browser(daughter).get("/portal/norte/me/mandates/"))
    assert "Elena Soto" in text(browser.get(f"/portal/norte/me/mandates/{mandate.uid}/revocation/"))
    browser.post(f"/portal/norte/me/mandates/{mandate.uid}/revocation/")
    with acting(world.ana):
        assert Mandate.objects.get().revoked_as == "person"


def test_who_is_not_there_and_who_does_not_match_are_answered_alike(world: World, elena: Citizen, lamp: Procedure) -> None:
    """Darío is known to Sur only: Norte does not tell."""
    browser = world.browser(world.visitor)
    tries = [{"surname": "Rojas"}, {"number": "11.111.111-1", "surname": "Rojas"}, {"number": "9.999.999-3"}]
    answers = [browser.post("/portal/norte/me/mandates/new/", SAID | wrong) for wrong in tries]
    assert {answer.status_code for answer in answers} == {200}  # an error would undo what was written down
    assert len({answer.context["form"].errors.as_text() for answer in answers}) == 1
    with acting(world.ana):
        assert not Mandate.objects.exists()
        assert AccessEntry.objects.filter(verb="citizen.identify").count() == 3


@pytest.mark.parametrize("wrong", [{"procedure": "no-such"}, {"number": "15.234.567-5"}, {"days": "9999"}, {"surname": ""}])
def test_what_cannot_be_is_told_on_the_form(world: World, elena: Citizen, lamp: Procedure, wrong: dict[str, str]) -> None:
    answer = world.browser(world.visitor).post("/portal/norte/me/mandates/new/", SAID | wrong)
    assert answer.status_code == 422
    assert "15.234.567" in text(answer)  # nothing typed is lost


def test_nobody_lets_themselves_act_for_themselves(world: World, lamp: Procedure) -> None:
    answer = world.browser(world.visitor).post("/portal/norte/me/mandates/new/", SAID | {"number": "12.345.678-5"})
    assert answer.context["form"].non_field_errors()
    with acting(world.ana):
        assert not Mandate.objects.exists()


def test_a_minor_lets_nobody_act_for_them(world: World, elena: Citizen, lamp: Procedure) -> None:
    services.correct_citizen(world.carla, changes={"birth": factories.date(2015, 1, 1)}, reason="x", by=world.ana)
    with pytest.raises(Refused) as no:
        portal.grant_at_portal(elena, procedure="luminaria", days=30, by=world.visitor)
    assert no.value.code == "mandate.minor"


def test_the_looking_up_of_agents_is_budgeted(world: World, elena: Citizen) -> None:
    for _n in range(60):
        portal.find_agent(replace_surname("Pérez"), by=world.visitor)
    with pytest.raises(Refused) as no:
        portal.find_agent(ELENA, by=world.visitor)
    assert no.value.code == "budget_spent"


def replace_surname(surname: str) -> Named:
    return ELENA._replace(surname=surname)


def test_an_agent_for_one_procedure_sees_its_requests_and_nothing_else_of_that_person(
    world: World, elena: Citizen, daughter: Visitor, lamp: Procedure, other: Procedure
) -> None:
    mine, hidden = case_of_carla(world, lamp), case_of_carla(world, other)
    browser = begin(world, daughter, grant(world, elena, *for_procedures(["luminaria"])))
    page = text(browser.get("/portal/norte/acting/"))
    assert mine.number in page
    assert hidden.number not in page
    assert text(browser.get(f"/portal/norte/cases/{mine.number}/")).count("Carla Soto") >= 1  # the banner
    assert browser.get(f"/portal/norte/cases/{hidden.number}/").status_code == 302  # as for a number that does not exist
    assert browser.get("/portal/norte/me/consents/").status_code == 302
    with acting(world.ana):
        seen = AccessEntry.objects.filter(citizen_id=world.carla.pk, by="Elena").values_list("verb", flat=True)
        assert {"portal.act_for", "portal.track"} <= set(seen)
        assert Event.objects.filter(kind="mandate.used", citizen_id=world.carla.pk, public=True).exists()


def test_every_page_says_for_whom_one_acts_and_shows_the_way_out(world: World, elena: Citizen, daughter: Visitor, lamp: Procedure) -> None:
    browser = begin(world, daughter, grant(world, elena, "*"))
    for page in ("", "procedures/luminaria/", "track/", "acting/", "me/consents/"):
        shown = text(browser.get(f"/portal/norte/{page}"))
        assert "Carla Soto" in shown, page
        assert 'action="/portal/norte/acting/end/"' in shown, page
    browser.post("/portal/norte/acting/end/")
    shown = text(browser.get("/portal/norte/"))
    assert "/acting/end/" not in shown
    assert browser.get("/portal/norte/acting/").status_code == 302


def test_what_the_agent_asks_for_is_the_principal_s_and_says_who_brought_it(
    world: World, elena: Citizen, daughter: Visitor, lamp: Procedure
) -> None:
    browser = begin(world, daughter, grant(world, elena, *for_procedures(["luminaria"])))
    scenes.send(browser, lamp)
    with acting(world.ana):
        case = Case.objects.get()
        assert (case.citizen, case.agent, case.channel) == (world.carla, elena, "portal")


def test_for_another_procedure_the_agent_is_told_before_writing_anything(
    world: World, elena: Citizen, daughter: Visitor, lamp: Procedure, other: Procedure
) -> None:
    browser = begin(world, daughter, grant(world, elena, *for_procedures(["luminaria"])))
    answer = browser.post("/portal/norte/procedures/poda/request/", follow=True)
    assert answer.redirect_chain[-1][0] == "/portal/norte/procedures/poda/"
    assert not browser.session.get("drafts")


def test_a_revocation_closes_at_the_next_request(world: World, elena: Citizen, daughter: Visitor, lamp: Procedure) -> None:
    mine = case_of_carla(world, lamp)
    mandate = grant(world, elena, *for_procedures(["luminaria"]))
    browser = begin(world, daughter, mandate)
    assert browser.get(f"/portal/norte/cases/{mine.number}/").status_code == 200
    services.revoke_mandate(mandate, ender="person", why="", by=world.ana)
    assert browser.get(f"/portal/norte/cases/{mine.number}/").status_code == 302
    assert "acting_for" not in browser.session


def test_what_was_begun_for_another_is_not_sent_in_one_s_own_name(world: World, elena: Citizen, daughter: Visitor, lamp: Procedure) -> None:
    mandate = grant(world, elena, *for_procedures(["luminaria"]))
    browser = begin(world, daughter, mandate)
    scenes.fill(browser, lamp)
    services.revoke_mandate(mandate, ender="person", why="", by=world.ana)
    answer = scenes.step(browser, lamp, "check")
    assert answer.status_code == 422
    with acting(world.ana):
        assert not Case.objects.exists()


def test_what_was_begun_for_another_does_not_come_along_into_one_s_own_affairs(
    world: World, elena: Citizen, daughter: Visitor, lamp: Procedure
) -> None:
    browser = begin(world, daughter, grant(world, elena, "*"))
    scenes.begin(browser, lamp)
    browser.post("/portal/norte/acting/end/")
    assert not browser.session.get("drafts")


def test_the_agent_answers_what_was_asked_if_the_mandate_says_so(world: World, elena: Citizen, daughter: Visitor, lamp: Procedure) -> None:
    asked = ask_citizen(case_of_carla(world, lamp), text="¿Qué poste?", days=10, article="", by=world.ana)
    only_seeing = begin(world, daughter, first := grant(world, elena, "cases.see:luminaria"))
    refused = only_seeing.post(f"/portal/norte/requests/{asked.uid}/", {"text": "El 12"})
    assert refused.status_code == 422
    services.revoke_mandate(first, ender="person", why="", by=world.ana)
    browser = begin(world, daughter, grant(world, elena, *for_procedures(["luminaria"])))
    assert browser.post(f"/portal/norte/requests/{asked.uid}/", {"text": "El 12"}).status_code == 302
    with acting(world.ana):
        asked.refresh_from_db()
        assert asked.answer == "El 12"
        assert Event.objects.get(kind="case.citizen_answered").data["agent"] == str(elena.uid)


def test_the_agent_does_not_see_what_is_asked_in_other_cases(
    world: World, elena: Citizen, daughter: Visitor, lamp: Procedure, other: Procedure
) -> None:
    asked = ask_citizen(case_of_carla(world, other), text="¿Qué árbol?", days=10, article="", by=world.ana)
    browser = begin(world, daughter, grant(world, elena, *for_procedures(["luminaria"])))
    assert browser.get(f"/portal/norte/requests/{asked.uid}/").status_code == 302


def test_acting_for_another_nobody_gives_uses_or_ends_mandates(world: World, elena: Citizen, daughter: Visitor, lamp: Procedure) -> None:
    mandate = grant(world, elena, "*")
    browser = begin(world, daughter, mandate)
    for page in ("me/mandates/", "me/mandates/new/"):
        assert browser.get(f"/portal/norte/{page}")["Location"] == "/portal/norte/acting/"
    assert browser.post(f"/portal/norte/me/mandates/{mandate.uid}/revocation/").status_code in (404, 409)
    held = replace(daughter, citizen_id=world.carla.pk, behalf=portal.door.held(mandate.pk, elena.pk, world.norte.pk)[1])  # type: ignore[index]
    with pytest.raises(Refused) as no:
        portal.grant_at_portal(world.dario, procedure="luminaria", days=30, by=held)
    assert no.value.code == "mandate.own_hands"


def test_a_mandate_of_another_or_of_another_portal_lets_nobody_in(world: World, elena: Citizen, daughter: Visitor, lamp: Procedure) -> None:
    mandate = grant(world, elena, "*")
    address = f"/portal/norte/me/mandates/{mandate.uid}/acting/"
    stranger = Visitor("Darío", world.dario.pk, factories.user("Darío", citizen_id=world.dario.pk).pk, world.norte.pk, VISITOR_HIGH,
                       assurance="high")  # fmt: skip
    assert world.browser(stranger).post(address).status_code == 404
    assert world.browser(world.visitor).post(address).status_code == 404  # one does not act for oneself by one's own grant
    assert world.browser(daughter).post(address.replace("norte", "sur")).status_code == 404
    browser = begin(world, daughter, mandate)
    assert "/acting/end/" not in text(browser.get("/portal/sur/"))


def test_a_mandate_not_for_the_portal_lets_nobody_act_there(world: World, elena: Citizen, daughter: Visitor) -> None:
    mandate = grant(world, elena, "*", channels=["counter"])
    browser = world.browser(daughter)
    assert browser.post(f"/portal/norte/me/mandates/{mandate.uid}/acting/").status_code == 409
    assert "acting_for" not in browser.session


def test_what_a_court_gave_nobody_ends_at_the_portal(world: World, elena: Citizen, daughter: Visitor) -> None:
    mandate = grant(world, elena, "*", ground="court")
    for who in (world.visitor, daughter):
        with pytest.raises(Refused) as no:
            portal.revoke_at_portal(mandate, by=who)
        assert no.value.code == "mandate.not_theirs"


def test_the_agent_may_give_up(world: World, elena: Citizen, daughter: Visitor) -> None:
    mandate = grant(world, elena, "*")
    portal.revoke_at_portal(mandate, by=daughter)
    with acting(world.ana):
        assert Mandate.objects.get().revoked_as == "agent"


def test_guests_and_staff_have_no_mandates_here(world: World, elena: Citizen) -> None:
    guest = Guest(world.norte.pk, None, GUEST)
    for deed in (lambda by: portal.find_agent(ELENA, by=by), lambda by: portal.act_for(Mandate(), by=by)):
        for actor in (guest, world.ana):
            with pytest.raises(PermissionDenied):
                deed(actor)
    answer = world.browser(world.guest).get("/portal/norte/me/mandates/")
    assert answer.status_code in (302, 403, 404)


def test_carla_agrees_and_withdraws(world: World) -> None:
    words = services.word_consent(title="Avisos por WhatsApp", text="Acepto recibir avisos.", consequence="Le escribimos.", by=world.alma)
    browser = world.browser(world.visitor)
    page = text(browser.get("/portal/norte/me/consents/"))
    assert "Le escribimos." in page
    whose = page.partition('name="whose" value="')[2].partition('"')[0]
    give = f"/portal/norte/me/consents/{words.uid}/agreement/"
    assert browser.post(give, {"whose": "x"}).status_code == 409
    assert browser.post(give, {"whose": whose}).status_code == 302
    assert browser.post(give.replace("agreement", "withdrawal"), {"whose": whose}).status_code == 302
    with acting(world.ana):
        assert list(Consent.objects.order_by("pk").values_list("given", "channel")) == [(True, "portal"), (False, "portal")]


def test_a_whole_mandate_signs_and_the_ledger_says_who(world: World, elena: Citizen, daughter: Visitor) -> None:
    words = services.word_consent(title="Avisos", text="Acepto.", by=world.alma)
    browser = begin(world, daughter, grant(world, elena, "*"))
    page = text(browser.get("/portal/norte/me/consents/"))
    whose = page.partition('name="whose" value="')[2].partition('"')[0]
    assert browser.post(f"/portal/norte/me/consents/{words.uid}/agreement/", {"whose": whose}).status_code == 302
    with acting(world.ana):
        line = Consent.objects.get()
        assert line.citizen == world.carla
        assert "Elena Soto" in line.evidence


def test_a_limited_mandate_signs_nothing(world: World, elena: Citizen, daughter: Visitor, lamp: Procedure) -> None:
    words = services.word_consent(title="Avisos", text="Acepto.", by=world.alma)
    mandate = grant(world, elena, *for_procedures(["luminaria"]))
    principal, behalf = portal.door.held(mandate.pk, elena.pk, world.norte.pk) or (0, None)
    with pytest.raises(Refused) as no:
        portal.agree(words, by=replace(daughter, citizen_id=principal, behalf=behalf))
    assert no.value.code == "mandate.other_act"
    with acting(machine(world.norte)):
        assert not Consent.objects.exists()
