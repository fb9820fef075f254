"""Following a request with its number and key, and answering what is asked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as conf
from django.db import connection
from django.test import Client as Browser
from django.utils.timezone import now

from cases.models import Case, Document, DocumentRequest, Pause, Procedure
from cases.numbers import normalise_case_number, tracking_digest
from cases.services import Opened, ask_citizen, close_case, decide_case, open_case, start_case
from cases.services.opening import renew_receipt
from channels.portal import limits, tracking
from czrm.kit.actor import Actor, Guest, acting
from czrm.trail.models import AccessEntry
from tests.factories import machine
from tests.world import World

from . import scenes
from .scenes import follow, text, without_tokens

KEY = "2345-6789-CDFH-JKMN"


@pytest.fixture
def light(world: World):
    return scenes.procedure(world.norte, promised={"amount": 3, "unit": "working_day"}, legal={"amount": 20, "unit": "working_day"})


@pytest.fixture
def opened(world, light):
    """Elena's request, opened at the counter."""
    return received(light, world.ana, reply_name="Elena", reply_email="elena@example.org")


def received(procedure: Procedure, by: Actor, **more: Any) -> Opened:
    told = {"citizen": None, "title": "Luz", "answers": scenes.ANSWERS, "channel": "counter", **more}
    return open_case(procedure=procedure, by=by, **told)


@pytest.fixture
def elena(world, opened) -> Browser:
    """Elena, following it."""
    browser = Browser()
    follow(browser, world.norte, opened.case.number, opened.tracking_key)
    return browser


def case_page(browser: Browser, case: Case):
    return browser.get(f"/portal/norte/cases/{case.number}/")


def asked(world, case: Case) -> DocumentRequest:
    start_case(case, by=world.ana)
    return ask_citizen(case, text="Falta una foto del poste", days=10, article="", by=world.ana)


def test_number_and_key_open_the_request_however_they_are_typed(world, opened):
    browser = Browser()
    answer = follow(browser, world.norte, opened.case.number.lower().replace("-", " "), opened.tracking_key.lower().replace("-", ""))
    assert answer.url == f"/portal/norte/cases/{opened.case.number}/"
    page = case_page(browser, opened.case)
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store"
    assert "Luminaria apagada" in text(page)


def test_a_wrong_key_and_an_unknown_number_get_the_very_same_answer(world, opened):
    """The same number typed: it exists at Norte; at Sur it does not."""
    wrong_key = follow(Browser(), world.norte, opened.case.number, KEY)
    unknown = normalise_case_number(opened.case.number)
    with acting(machine(world.norte)):
        Case.objects.filter(pk=opened.case.pk).update(number="gone")
    not_there = follow(Browser(), world.norte, unknown, KEY)
    assert wrong_key.status_code == not_there.status_code == 422
    assert without_tokens(wrong_key) == without_tokens(not_there)


def test_another_portal_opens_nothing_with_number_and_key(world, opened):
    browser = Browser()
    answer = follow(browser, world.sur, opened.case.number, opened.tracking_key)
    assert answer.status_code == 422
    assert "tracked" not in browser.session


def test_a_mistyped_number_is_told_without_looking_for_it(world, opened):
    answer = follow(Browser(), world.norte, opened.case.number[:-1] + ("A" if opened.case.number[-1] != "A" else "B"), KEY)
    assert 'href="#id_number"' in text(answer)


def test_without_a_key_no_number_shows_anything_and_all_are_answered_alike(world, opened):
    browser = Browser()
    for number in (opened.case.number, "NO-2026-9999999-A"):
        answer = browser.get(f"/portal/norte/cases/{number}/")
        assert (answer.status_code, answer.url) == (302, "/portal/norte/track/")


def test_bruno_sees_nothing_of_norte_at_its_portal(world, opened):
    browser = world.browser(world.bruno)
    assert browser.get(f"/portal/norte/cases/{opened.case.number}/").url == "/portal/norte/track/"
    assert browser.get(f"/portal/sur/cases/{opened.case.number}/").url == "/portal/sur/track/"


def test_the_guest_sees_only_the_case_whose_key_was_shown(world, light, opened, elena):
    other = received(light, world.ana, title="Otra", reply_email="x@example.org")
    assert elena.get(f"/portal/norte/cases/{other.case.number}/").url == "/portal/norte/track/"
    with acting(Guest(world.norte.pk, opened.case.pk)), connection.cursor() as cursor:
        assert list(Case.objects.values_list("pk", flat=True)) == [opened.case.pk]
        cursor.execute("select id from cases_case")
        assert cursor.fetchall() == [(opened.case.pk,)]


def test_the_database_tells_a_case_only_for_both_and_at_its_own_portal(world, opened):
    digest = tracking_digest(opened.tracking_key, conf.SECRET_KEY)
    number = opened.case.number
    with acting(Guest(world.norte.pk)):
        assert tracking.find(number, digest, world.norte.pk) == opened.case.pk
        assert tracking.find(number, tracking_digest(KEY, conf.SECRET_KEY), world.norte.pk) is None
        assert tracking.find(number, "", world.norte.pk) is None
        assert tracking.find("NO-2026-9999999-A", digest, world.norte.pk) is None
    with acting(Guest(world.sur.pk)):
        assert tracking.find(number, digest, world.norte.pk) is None


def test_following_begins_a_session_of_its_own(world, opened):
    browser = Browser()
    browser.get("/portal/norte/track/?number=x&key=y")
    before = browser.session.session_key
    follow(browser, world.norte, opened.case.number, opened.tracking_key)
    assert browser.session.session_key != before


def test_a_changed_key_ends_it_at_the_next_request(world, opened, elena):
    assert case_page(elena, opened.case).status_code == 200
    fresh = renew_receipt(opened.case, by=world.ana)
    assert case_page(elena, opened.case).url == "/portal/norte/track/"
    assert follow(Browser(), world.norte, opened.case.number, opened.tracking_key).status_code == 422
    assert follow(Browser(), world.norte, opened.case.number, fresh.tracking_key).status_code == 302


def test_leaving_clears_the_session(world, opened, elena):
    elena.post("/portal/norte/track/end/")
    assert case_page(elena, opened.case).url == "/portal/norte/track/"


def test_the_link_of_the_receipt_asks_first_and_leaves_the_key_in_no_address(world, opened):
    browser = Browser()
    answer = browser.get("/portal/norte/track/", {"number": opened.case.number, "key": opened.tracking_key})
    assert answer.url == "/portal/norte/track/"
    page = text(browser.get(answer.url))
    assert opened.tracking_key in page
    assert "tracked" not in browser.session
    assert follow(browser, world.norte, opened.case.number, opened.tracking_key).status_code == 302


def test_after_ten_tries_of_a_browser_even_the_right_key_must_wait(world, opened):
    browser = Browser()
    browser.get("/portal/norte/track/")
    for _try in range(limits.BY_BROWSER.most):
        assert follow(browser, world.norte, opened.case.number, KEY).status_code == 422
    assert follow(browser, world.norte, opened.case.number, opened.tracking_key).status_code == 429


def test_a_number_is_not_tried_without_end_from_everywhere(world, opened):
    codes = [
        follow(Browser(), world.norte, opened.case.number, KEY, REMOTE_ADDR=f"10.0.0.{n}").status_code
        for n in range(limits.BY_NUMBER.most + 1)
    ]
    assert codes == [422] * limits.BY_NUMBER.most + [429]


def test_tries_at_the_same_moment_all_count():
    one = limits.Limit("test", 5, 60)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _n: limits.allowed(one, "somebody"), range(40))) == 5


def test_behind_a_proxy_the_address_is_what_the_nearest_one_saw(rf, settings):
    settings.HTTPS = True
    assert limits.address_of(rf.get("/", headers={"X-Forwarded-For": "1.2.3.4, 9.9.9.9"})) == "9.9.9.9"
    settings.HTTPS = False
    assert limits.address_of(rf.get("/", headers={"X-Forwarded-For": "1.2.3.4"})) == "127.0.0.1"


def test_the_page_promises_a_day_and_says_why(world, opened, elena):
    page = text(case_page(elena, opened.case))
    assert "<h1>" in page
    assert str(opened.case.promised_at.astimezone().year) in page
    assert "<details" in page


def test_a_missed_promise_says_so_and_how_to_complain(world, light, opened, elena):
    with acting(machine(world.norte)):
        Case.objects.filter(pk=opened.case.pk).update(opened_at=now() - timedelta(days=12))
    scenes.procedure(world.norte, "Reclamo por demora", slug="reclamo", kind="complaint")
    page = text(case_page(elena, opened.case))
    assert 'class="missed"' in page
    assert "/portal/norte/procedures/reclamo/" in page


def test_a_retired_procedure_still_tells_how_its_cases_go(world, light, opened, elena):
    with acting(machine(world.norte)):
        type(light).objects.update(status="retired")
    assert light.name in text(case_page(elena, opened.case))


def test_the_key_shows_neither_the_decision_nor_what_was_written(world, light):
    files = [scenes.pdf("informe-medico.pdf")]
    opened = received(light, world.ana, description="Texto privado", reply_email="e@example.org", files=files)
    browser = Browser()
    follow(browser, world.norte, opened.case.number, opened.tracking_key)
    decide_case(
        opened.case, kind="refused", grounds="Fundamento secreto", text="Se rechaza", signer="Sofía", signer_post="Jefa", by=world.sofia
    )
    page = text(case_page(browser, opened.case))
    for private in ("Texto privado", "informe-medico", "Fundamento secreto", "Se rechaza", "e@example.org"):
        assert private not in page


def test_an_anonymous_person_reads_the_answer_with_the_key(world):
    procedure = scenes.procedure(world.norte, anonymous=True)
    opened = received(procedure, machine(world.norte), channel="portal", confidentiality="anonymous")
    browser = Browser()
    follow(browser, world.norte, opened.case.number, opened.tracking_key)
    close_case(opened.case, text="Se retiró el perro.", by=world.sofia)
    assert "Se retiró el perro." in text(case_page(browser, opened.case))


def test_the_answer_goes_in_and_the_clock_goes_on(world, opened, elena):
    request = asked(world, opened.case)
    assert "Falta una foto del poste" in text(case_page(elena, opened.case))
    url = f"/portal/norte/requests/{request.uid}/"
    assert "Falta una foto del poste" in text(elena.get(url))
    answer = elena.post(url, {"text": "Aquí va", "file": scenes.pdf("poste.pdf")})
    assert answer.url == f"/portal/norte/cases/{opened.case.number}/"
    with acting(machine(world.norte)):
        case = Case.objects.get(pk=opened.case.pk)
        assert case.status == "in_progress"
        assert case.due_at is not None
        assert Pause.objects.get(case=case).ended_at is not None
        assert Document.objects.get(case=case, kind="attachment").name == "poste.pdf"
        assert DocumentRequest.objects.get(pk=request.pk).answer == "Aquí va"


def test_an_answer_with_a_wrong_file_keeps_the_right_one_and_the_text(world, opened, elena):
    url = f"/portal/norte/requests/{asked(world, opened.case).uid}/"
    bad = scenes.SimpleUploadedFile("a.exe", b"MZ")
    page = text(elena.post(url, {"text": "Aquí va", "file": [scenes.pdf("poste.pdf"), bad]}))
    assert "poste.pdf" in page
    assert "Aquí va" in page
    assert "a.exe:" in page
    assert elena.post(url, {"text": "Aquí va"}).status_code == 302
    with acting(machine(world.norte)):
        assert Document.objects.get(case=opened.case, kind="attachment").name == "poste.pdf"


def test_an_empty_answer_is_refused_in_words(world, opened, elena):
    answer = elena.post(f"/portal/norte/requests/{asked(world, opened.case).uid}/", {"text": " "})
    assert answer.status_code == 422
    assert "error-summary" in text(answer)


def test_nobody_answers_the_request_of_another_case(world, light, opened, elena):
    other = received(light, world.ana, title="Otra", reply_email="x@example.org")
    request = asked(world, other.case)
    url = f"/portal/norte/requests/{request.uid}/"
    assert elena.post(url, {"text": "mío"}).url == Browser().post(url, {"text": "mío"}).url == "/portal/norte/track/"
    with acting(machine(world.norte)):
        assert DocumentRequest.objects.get(pk=request.pk).answered_at is None


def test_the_receipt_again_is_without_the_key(world, opened, elena):
    answer = elena.get(f"/portal/norte/cases/{opened.case.number}/receipt/")
    assert answer.content.startswith(b"%PDF")
    assert opened.tracking_key.encode() not in answer.content
    assert Browser().get(f"/portal/norte/cases/{opened.case.number}/receipt/").status_code == 302


def test_who_follows_is_written_down(world, opened, elena):
    case_page(elena, opened.case)
    with acting(machine(world.norte)):
        assert AccessEntry.objects.filter(verb="portal.track", subject=f"cases.case:{opened.case.pk}", by="guest").exists()


@pytest.mark.parametrize("path", ["", "track/", "resume/", "procedures/luminaria/"])
def test_pages_are_kept_by_nobody_and_tell_no_other_site_whence_one_comes(world, light, path):
    answer = Browser().get(f"/portal/norte/{path}")
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "same-origin"
