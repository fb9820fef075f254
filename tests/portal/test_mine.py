"""One's own account: cases, decisions, data and how to have it put right."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.files.base import ContentFile
from django.utils.timezone import now

from cases.models import Case, Decision, Document
from citizens.models import Citizen, CitizenLink, ContactPoint, Fact
from citizens.services import state_fact
from czrm.institutions.models import User
from czrm.institutions.roles import VISITOR
from czrm.kit.actor import acting
from czrm.trail.models import AccessEntry
from tests import factories
from tests.factories import machine
from tests.portal.scenes import procedure, text

pytestmark = pytest.mark.django_db


def decided(case: Case, *, notified: bool) -> Decision:
    with acting(machine(case.institution)):
        return Decision.objects.create(
            case=case, number=f"D-{case.pk}", kind="granted", grounds="Porque sí.", text="Se concede la poda.", signer="Sofía",
            signer_post="Jefa", decided_at=now(), notified_at=now() if notified else None,
        )  # fmt: skip


def paper(case: Case, kind: str, **fields) -> Document:
    with acting(machine(case.institution)):
        made = Document(case=case, kind=kind, name=f"{kind}.pdf", media_type="application/pdf", size=3, sha256="0" * 64, by="x", **fields)
        made.file.save("x", ContentFile(b"%PD"), save=False)
        made.save()
        return made


def stated(world, of, value: str) -> Fact:
    by = machine(of)
    with acting(by):
        return state_fact(world.carla, attribute="contact_hours", value=value, origin="citizen", by=by)


def low(world):
    return world.browser(replace(world.visitor, verbs=VISITOR, assurance="low"))


def test_carla_sees_her_cases_of_this_institution_only(world):
    mine, elsewhere = world.case_of_norte, world.case_of_sur
    page = text(world.browser(world.visitor).get("/portal/norte/me/cases/"))
    assert mine.number in page
    assert elsewhere.number not in page


def test_a_case_of_another_person_is_not_found(world):
    theirs = factories.case(world.sur, world.dario, world.procedure_of_sur)
    browser = world.browser(replace(world.visitor, portal_id=world.sur.pk))
    assert browser.get(f"/portal/sur/me/cases/{theirs.number}/answer/").status_code == 404
    assert browser.get("/portal/sur/me/cases/NO-1/answer/").status_code == 404
    assert "/track/" in browser.get(f"/portal/sur/cases/{theirs.number}/")["Location"]
    assert theirs.number not in text(browser.get("/portal/sur/me/cases/"))


def test_a_decision_is_read_once_it_was_notified(world):
    case = world.case_of_norte
    decision, browser = decided(case, notified=False), world.browser(world.visitor)
    assert "Se concede" not in text(browser.get(f"/portal/norte/me/cases/{case.number}/answer/"))
    with acting(machine(world.norte)):
        Decision.objects.filter(pk=decision.pk).update(notified_at=now())
    assert "Se concede" in text(browser.get(f"/portal/norte/me/cases/{case.number}/answer/"))


def test_what_was_answered_without_a_decision_is_read_once_it_is_closed(world):
    case, browser = world.case_of_norte, world.browser(world.visitor)
    for status, read in (("in_progress", False), ("closed", True)):
        with acting(machine(world.norte)):
            Case.objects.filter(pk=case.pk).update(status=status, outcome_text="Se retiró el ropero.")
        assert ("Se retiró" in text(browser.get(f"/portal/norte/me/cases/{case.number}/answer/"))) == read
    decided(case, notified=False)
    assert "Se retiró" not in text(browser.get(f"/portal/norte/me/cases/{case.number}/answer/"))


def test_a_code_is_not_enough_for_a_decision_and_the_page_says_what_is(world):
    case = world.case_of_norte
    decided(case, notified=True)
    page = low(world).get(f"/portal/norte/me/cases/{case.number}/answer/")
    assert page.status_code == 403
    assert "Se concede" not in text(page)
    assert f"/portal/norte/login/?next=/portal/norte/me/cases/{case.number}/answer/" in text(page)


def test_documents_are_downloaded_but_not_what_is_internal_waits_or_was_not_notified(world):
    case, browser = world.case_of_norte, world.browser(world.visitor)
    mine, inside = paper(case, "attachment"), paper(case, "internal", public=False)
    waiting, unsaid = paper(case, "attachment", scan="quarantine"), paper(case, "decision")
    given = browser.get(f"/portal/norte/me/documents/{mine.uid}/")
    assert given.status_code == 200
    assert given["Content-Disposition"].startswith("attachment")
    for other in (inside, waiting, unsaid):
        assert browser.get(f"/portal/norte/me/documents/{other.uid}/").status_code == 404
    assert low(world).get(f"/portal/norte/me/documents/{mine.uid}/").status_code == 403


def test_carla_sees_what_each_institution_states_of_her(world):
    stated(world, world.norte, "Por la mañana")
    stated(world, world.sur, "Por la tarde")
    page = text(world.browser(world.visitor).get("/portal/norte/me/data/"))
    assert "Por la mañana" in page
    assert "Por la tarde" in page
    assert "Municipalidad de Sur" in page


def test_her_look_is_written_down(world):
    stated(world, world.norte, "Por la mañana")
    world.browser(world.visitor).get("/portal/norte/me/data/")
    with acting(world.visitor):
        assert AccessEntry.objects.filter(verb="portal.see_data").exists()


def test_a_correction_goes_as_a_case_to_whoever_stated_it(world):
    fact = stated(world, world.sur, "Por la tarde")
    procedure(world.sur, "Derechos sobre sus datos", slug="derechos", kind="rights", form={})
    browser = world.browser(world.visitor)
    done = browser.post(f"/portal/norte/me/data/{fact.uid}/correction/", {"text": "Solo por la mañana."})
    assert done.status_code == 302, text(done)
    with acting(machine(world.sur)):
        case = Case.objects.get(procedure__slug="derechos")
        assert case.citizen_id == world.carla.pk
        assert case.description == "Solo por la mañana."
    assert case.number in text(browser.get("/portal/norte/me/data/"))


def test_where_no_procedure_takes_it_the_page_says_where_to_go(world):
    fact = stated(world, world.norte, "Por la mañana")
    page = world.browser(world.visitor).post(f"/portal/norte/me/data/{fact.uid}/correction/", {"text": "No."})
    assert page.status_code == 422
    assert "No." in text(page)


def test_the_fact_of_another_person_is_not_found(world):
    with acting(machine(world.sur)):
        fact = state_fact(world.dario, attribute="contact_hours", value="Nunca", origin="citizen", by=machine(world.sur))
    assert world.browser(world.visitor).get(f"/portal/norte/me/data/{fact.uid}/correction/").status_code == 404


def test_her_ways_to_be_reached_stand_by_institution(world):
    for of, value in ((world.norte, "carla@example.org"), (world.sur, "otra@example.org")):
        with acting(machine(of)):
            ContactPoint.objects.create(institution=of, citizen=world.carla, kind="email", value=value)
    page = text(world.browser(world.visitor).get("/portal/norte/me/contact/"))
    assert "carla@example.org" in page
    assert "otra@example.org" in page


def test_preferences_hold_for_her(world):
    browser = world.browser(world.visitor)
    assert browser.post("/portal/norte/me/preferences/", {"language": "en", "channel": "email"}).status_code == 302
    with acting(machine(world.norte)):
        kept = Citizen.objects.get(pk=world.carla.pk)
    assert (kept.language, kept.channel) == ("en", "email")
    assert browser.post("/portal/norte/me/preferences/", {"language": "xx"}).status_code == 422


def test_asking_makes_her_known_where_she_was_not(world):
    """Darío is of Sur only, until he asks Norte for something."""
    account = factories.user("Dario", citizen_id=world.dario.pk)
    visitor = replace(world.visitor, name="Darío", citizen_id=world.dario.pk, user_id=account.pk)
    browser = world.browser(visitor)
    with acting(machine(world.norte)):
        assert not CitizenLink.objects.filter(citizen=world.dario).exists()
    assert browser.get("/portal/norte/me/").status_code == 200
    with acting(machine(world.norte)):
        assert not CitizenLink.objects.filter(citizen=world.dario).exists()  # to look is not to ask
    browser.post("/portal/norte/me/preferences/", {"language": "es", "channel": ""})
    with acting(machine(world.norte)):
        assert CitizenLink.objects.filter(citizen=world.dario).exists()


def test_a_guest_is_told_to_sign_in(world):
    for name in ("me/", "me/cases/", "me/data/", "me/preferences/"):
        page = world.browser(world.guest).get(f"/portal/norte/{name}")
        assert page.status_code == 403
        assert f"/portal/norte/login/?next=/portal/norte/{name}" in text(page)


def test_after_signing_in_one_is_where_one_wanted_to_go(world):
    browser = world.browser(world.guest)
    browser.get("/portal/norte/login/?next=/portal/norte/me/data/")
    assert browser.session["log_in_next"] == "/portal/norte/me/data/"
    for evil in ("https://example.org/", "//example.org/portal/norte/", "/desk/", "/portal/sur/me/"):
        fresh = world.browser(world.guest)
        fresh.get("/portal/norte/login/", {"next": evil})
        assert "log_in_next" not in fresh.session


def test_the_head_names_who_is_signed_in_and_offers_the_way_out(world):
    page = text(world.browser(world.visitor).get("/portal/norte/"))
    assert "Carla" in page
    assert 'action="/portal/norte/logout/"' in page
    guest = text(world.browser(world.guest).get("/portal/norte/"))
    assert 'href="/portal/norte/login/"' in guest
    assert "logout" not in guest


def test_the_sample_people_exist_in_demonstrations_only(world, settings):
    browser = world.browser(world.guest)
    assert browser.get("/portal/norte/login/sample/").status_code == 404
    settings.DEMO = True
    assert "Amparo Leiva Toro" in text(browser.get("/portal/norte/login/sample/"))
    came = browser.post("/portal/norte/login/sample/", {"who": "amparo"}, follow=True)
    assert came.redirect_chain[-1][0] == "/portal/norte/me/"
    assert User.objects.filter(first_name="Amparo").exists()
    assert browser.post("/portal/norte/login/sample/", {"who": "nobody"}).status_code == 200
