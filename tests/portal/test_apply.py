"""Asking for something, as a browser without scripts does it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.utils.translation import gettext

from cases import holding
from cases.models import Case, Document, Note
from channels.models import Draft
from channels.portal import drafts
from czrm.kit.actor import Guest, acting
from czrm.trail.models import Event
from tests.factories import machine
from tests.world import World

from . import scenes
from .scenes import begin, fill, send, step, text


@pytest.fixture
def light(world: World):
    return scenes.procedure(
        world.norte, promised={"amount": 3, "unit": "working_day"}, legal={"amount": 20, "unit": "working_day", "article": "Ley 1, art. 2"}
    )


def of_norte(world: World) -> list[Case]:
    with acting(machine(world.norte)):
        return list(Case.objects.all())


def test_the_start_page_finds_by_words_without_accents(world, light):
    scenes.procedure(world.norte, "Certificado de residencia", slug="residencia", kind="certificate")
    browser = world.browser(world.guest)
    assert "Luminaria apagada" in text(browser.get("/portal/norte/"))
    found = text(browser.get("/portal/norte/", {"q": "residéncia"}))
    assert "Certificado de residencia" in found
    assert "Luminaria apagada" not in found


def test_an_empty_portal_and_a_search_without_result_say_what_else_to_do(world):
    browser = world.browser(world.guest)
    assert browser.get("/portal/norte/").status_code == 200
    assert 'class="empty"' in text(browser.get("/portal/norte/"))


def test_before_starting_one_reads_what_is_needed_and_what_silence_means(world):
    procedure = scenes.procedure(
        world.norte, silence={"effect": "granted", "article": "Ley 19.880, art. 64"}, legal={"amount": 20, "unit": "working_day"},
        guide={"needs": ["Número del poste"], "cost": "Gratis"},
    )  # fmt: skip
    page = text(world.browser(world.guest).get(f"/portal/norte/procedures/{procedure.slug}/"))
    assert "Número del poste" in page
    assert "Gratis" in page
    assert "Ley 19.880, art. 64" in page


@pytest.mark.parametrize("change", [{"status": "draft"}, {"status": "retired"}, {"portal": False}])
def test_what_is_not_published_in_the_portal_is_not_there(world, light, change):
    with acting(machine(world.norte)):
        type(light).objects.filter(pk=light.pk).update(**change)
    browser = world.browser(world.guest)
    assert light.name not in text(browser.get("/portal/norte/"))
    assert browser.get(f"/portal/norte/procedures/{light.slug}/").status_code == 404


def test_one_portal_shows_nothing_of_another(world, light):
    browser = world.browser(world.guest)
    assert light.name not in text(browser.get("/portal/sur/"))
    assert browser.get(f"/portal/sur/procedures/{light.slug}/").status_code == 404
    assert browser.get("/portal/nowhere/").status_code == 404


def test_a_request_goes_from_the_first_question_to_the_receipt(world, light, django_capture_on_commit_callbacks):
    browser = world.browser(world.guest)
    fill(browser, light, document="12.345.678-5")
    check = text(browser.get(f"/portal/norte/procedures/{light.slug}/request/check/"))
    assert "Está apagada" in check
    assert "Los Tilos 240" in check
    with django_capture_on_commit_callbacks(execute=True):
        assert step(browser, light, "check").url == "/portal/norte/receipt/"
    [case] = of_norte(world)
    receipt = browser.get("/portal/norte/receipt/")
    assert case.number in text(receipt)
    assert browser.session["sent"]["key"] in text(receipt)
    assert receipt["Cache-Control"] == "no-store"
    assert browser.get("/portal/norte/receipt/pdf/").content.startswith(b"%PDF")
    assert (case.channel, case.citizen_id, case.reply_email, case.place) == ("portal", None, "elena@example.org", "Los Tilos 240")
    assert case.answers["problem"] == "off"
    assert case.answers["since"] == "2026-11-03"
    with acting(machine(world.norte)):
        assert Event.objects.get(kind="case.opened", case_id=case.pk).by == "machine: portal"
        assert "12.345.678-5" in Note.objects.get(case=case).text


def test_the_desk_shows_the_document_a_guest_stated_beside_the_answers_and_as_unverified(world, light):
    fill(guest := world.browser(world.guest), light, document="12.345.678-5")
    step(guest, light, "check")
    [case] = of_norte(world)
    page = text(world.browser(world.sofia).get(f"/desk/cases/{case.number}/"))
    answers = page[page.index('<dl class="facts answers">') : page.index("</dl>", page.index('<dl class="facts answers">'))]
    assert "Está apagada" in answers
    assert "12.345.678-5" in answers
    assert gettext("Stated, not verified") in answers


def test_an_anonymous_person_and_one_who_states_no_document_claim_nothing(world):
    complaint = scenes.procedure(world.norte, "Reclamo", slug="reclamo", anonymous=True)
    for identity, document in (("anonymous", "12.345.678-5"), ("named", "")):
        browser = world.browser(world.guest)
        begin(browser, complaint)
        step(browser, complaint, "identity", identity="named")
        fill(browser, complaint, document=document)
        step(browser, complaint, "identity", identity=identity)
        step(browser, complaint, "check")
    cases = of_norte(world)
    assert [case.answers for case in cases] == [{"problem": "off", "since": "2026-11-03"}] * 2
    assert gettext("Stated, not verified") not in text(world.browser(world.sofia).get(f"/desk/cases/{cases[1].number}/"))


def test_what_is_no_longer_offered_is_asked_again_in_words(world, light):
    browser = world.browser(world.guest)
    fill(browser, light)
    with acting(machine(world.norte)):
        light.current.form = scenes.FORM | {"properties": scenes.FORM["properties"] | {"problem": {"title": "¿Cuál?", "enum": ["day"]}}}
        light.current.save()
    answer = step(browser, light, "check")
    assert answer.status_code == 422
    assert "¿Cuál?" in text(answer)[text(answer).index("error-summary") :]
    assert of_norte(world) == []


def test_a_draft_of_a_procedure_that_was_retired_is_told_like_any_that_is_gone(world, light):
    browser = world.browser(world.guest)
    begin(browser, light)
    code = browser.session["drafts"][str(light.pk)]
    with acting(machine(world.norte)):
        type(light).objects.update(status="retired")
    assert Browser().post("/portal/norte/resume/", {"code": code}).status_code == 422


def test_a_typed_document_links_nobody(world, light):
    """Carla's own number proves nothing in the hands of who types it."""
    browser = world.browser(world.guest)
    fill(browser, light, document="12345678-5")
    step(browser, light, "check")
    assert [case.citizen_id for case in of_norte(world)] == [None]


def test_a_question_left_out_sends_back_to_it_with_its_error(world, light):
    browser = world.browser(world.guest)
    begin(browser, light)
    answer = step(browser, light, "q-problem")
    assert answer.status_code == 422
    assert 'href="#id_q-problem"' in text(answer)
    assert browser.get(f"/portal/norte/procedures/{light.slug}/request/check/").url.endswith("/q-problem/")


def test_a_question_that_depends_on_another_appears_only_then(world, light):
    browser = world.browser(world.guest)
    begin(browser, light)
    assert step(browser, light, "q-problem", **{"q-problem": "other"}).url.endswith("/q-other/")
    assert step(browser, light, "q-problem", **{"q-problem": "off"}).url.endswith("/q-since/")


def test_neither_mail_nor_phone_is_an_error_and_loses_nothing(world, light):
    browser = world.browser(world.guest)
    begin(browser, light)
    answer = step(browser, light, "reply", email="elena@", phone="22 345 6789")
    assert answer.status_code == 422
    assert "22 345 6789" in text(answer)
    assert step(browser, light, "reply", email="", phone="").status_code == 422


def test_from_the_check_one_changes_an_answer_and_comes_back_to_it(world, light):
    browser = world.browser(world.guest)
    fill(browser, light)
    url = f"/portal/norte/procedures/{light.slug}/request/place/?check"
    assert browser.post(url, {"place": "Los Olmos 12"}).url.endswith("/check/")
    assert "Los Olmos 12" in text(browser.get(f"/portal/norte/procedures/{light.slug}/request/check/"))


def test_a_wrong_file_keeps_the_right_one_and_all_the_rest(world):
    procedure = scenes.procedure(world.norte, documents=scenes.DOCUMENTS)
    browser = world.browser(world.guest)
    fill(browser, procedure)
    bad = scenes.SimpleUploadedFile("virus.exe", b"MZ\x90\x00", "application/pdf")
    answer = step(browser, procedure, "documents", **{"file-rent": scenes.pdf(), "file-": bad})
    assert "contrato.pdf" in text(answer)
    assert "virus.exe:" in text(answer)
    assert step(browser, procedure, "documents").url.endswith("/check/")
    step(browser, procedure, "check")
    [case] = of_norte(world)
    with acting(machine(world.norte)):
        assert Document.objects.get(case=case, kind="attachment").code == "rent"


def test_a_required_document_is_attached_or_promised(world):
    procedure = scenes.procedure(world.norte, documents=scenes.DOCUMENTS)
    browser = world.browser(world.guest)
    fill(browser, procedure)
    assert "Contrato de arriendo" in text(step(browser, procedure, "documents"))
    assert step(browser, procedure, "documents", **{"later-with": "rent"}).url.endswith("/check/")


def test_a_file_can_be_taken_away_again(world, light):
    browser = world.browser(world.guest)
    fill(browser, light)
    page = text(step(browser, light, "documents", **{"file-": scenes.pdf(), "add": "1"}))
    token = scenes.re.search(r'name="remove" value="(\w+)"', page)[1]
    assert (holding.folder() / token).exists()
    assert "contrato.pdf" not in text(step(browser, light, "documents", remove=token))
    assert not (holding.folder() / token).exists()


def test_an_anonymous_request_keeps_no_name(world):
    procedure = scenes.procedure(world.norte, anonymous=True, form={})
    browser = world.browser(world.guest)
    begin(browser, procedure)
    step(browser, procedure, "description", description="Hay un perro suelto")
    step(browser, procedure, "place", place="Plaza")
    step(browser, procedure, "identity", identity="named")
    step(browser, procedure, "person", name="Elena")
    assert step(browser, procedure, "identity", identity="anonymous").url.endswith("/documents/")
    step(browser, procedure, "documents")
    assert step(browser, procedure, "check").url == "/portal/norte/receipt/"
    [case] = of_norte(world)
    assert (case.reply_name, case.confidentiality, case.description) == ("", "anonymous", "Hay un perro suelto")


def test_a_saved_request_goes_on_in_another_browser(world, light):
    browser, other = world.browser(world.guest), Browser()
    begin(browser, light)
    assert step(browser, light, "q-problem", **{"q-problem": "off", "later": "1"}).url.endswith("/saved/")
    code = browser.session["drafts"][str(light.pk)]
    assert code in text(browser.get(f"/portal/norte/procedures/{light.slug}/request/saved/"))
    assert other.post("/portal/norte/resume/", {"code": code.lower().replace("-", " ")}).url.endswith("/request/")
    assert other.get(f"/portal/norte/procedures/{light.slug}/request/").url.endswith("/q-since/")


def test_a_code_opens_nothing_at_another_portal(world, light):
    browser = world.browser(world.guest)
    begin(browser, light)
    code = browser.session["drafts"][str(light.pk)]
    here, there = (
        Browser().post("/portal/sur/resume/", {"code": code}),
        Browser().post("/portal/norte/resume/", {"code": "2345-6789-CDFH-JKMN"}),
    )
    assert here.status_code == there.status_code == 422


def test_after_thirty_days_a_draft_is_gone(world, light, monkeypatch):
    browser = world.browser(world.guest)
    monkeypatch.setattr(drafts, "LIFE", timedelta(seconds=-1))
    begin(browser, light)
    answer = browser.get(f"/portal/norte/procedures/{light.slug}/request/q-problem/", follow=True)
    assert answer.redirect_chain[-1][0] == f"/portal/norte/procedures/{light.slug}/"
    assert browser.session["drafts"] == {}


def test_nobody_reads_a_draft_not_even_the_institution(world, light):
    browser = world.browser(world.guest)
    begin(browser, light)
    with acting(world.guest):
        assert drafts.find(browser.session["drafts"][str(light.pk)])
    for actor in (world.sofia, machine(world.norte), Guest(world.norte.pk)):
        with acting(actor), connection.cursor() as cursor:
            cursor.execute("select count(*) from channels_draft")
            assert cursor.fetchone()[0] == 0
            assert not Draft.objects.exists()


def test_what_was_sent_leaves_no_draft_behind(world, light):
    browser = world.browser(world.guest)
    fill(browser, light)
    code = browser.session["drafts"][str(light.pk)]
    step(browser, light, "check")
    with acting(world.guest):
        left = drafts.find(code)
    assert left
    assert left.kept == {}
    assert left.sent_as == of_norte(world)[0].pk


def test_two_taps_on_send_give_one_case(world, light):
    browser = world.browser(world.guest)
    fill(browser, light)
    assert step(browser, light, "check").url == step(browser, light, "check").url == "/portal/norte/receipt/"
    assert len(of_norte(world)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_the_same_moment_give_one_case_and_both_its_receipt(transactional_db):
    world = World()
    light = scenes.procedure(world.norte)
    browser = world.browser(world.guest)
    fill(browser, light)
    twin = Browser()
    twin.cookies = browser.cookies
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(tap, (browser, twin), (light, light)))
    assert both == ["/portal/norte/receipt/"] * 2
    assert len(of_norte(world)) == 1
    assert of_norte(world)[0].number in text(twin.get("/portal/norte/receipt/"))


def tap(browser: Browser, procedure) -> str:
    try:
        return step(browser, procedure, "check").url
    finally:
        connection.close()


def test_the_receipt_can_be_removed_from_a_shared_device(world, light):
    browser = world.browser(world.guest)
    number = send(browser, light)["number"]
    browser.post("/portal/norte/receipt/removal/")
    assert browser.get("/portal/norte/receipt/").url == "/portal/norte/track/"
    assert number not in text(browser.get("/portal/norte/receipt/", follow=True))
    assert browser.get("/portal/norte/receipt/pdf/").status_code == 404


def test_the_receipt_of_norte_is_not_shown_at_sur(world, light):
    browser = world.browser(world.guest)
    send(browser, light)
    assert browser.get("/portal/sur/receipt/").url == "/portal/sur/track/"


def test_the_language_is_chosen_on_the_page(world):
    browser = world.browser(world.guest)
    answer = browser.post("/portal/norte/language/", {"language": "en", "next": "https://elsewhere.example/"})
    assert answer.url == "/portal/norte/"
    assert '<html lang="en"' in text(browser.get("/portal/norte/"))
