"""The desk's pages of cases, as browsers of the cast see them."""

from __future__ import annotations

import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import Case, Decision, Document, Note, Procedure
from cases.services import ask_citizen, attach_document, open_case, start_case
from czrm.kit.actor import acting
from czrm.trail.models import AccessEntry
from tests import factories
from tests.factories import machine
from tests.world import World

FORM = {
    "type": "object", "order": ["problem", "since"], "required": ["problem"],
    "properties": {
        "since": {"type": "string", "format": "date", "title": "¿Desde cuándo?"},
        "problem": {"type": "string", "title": "¿Qué pasa?",
                    "oneOf": [{"const": "off", "title": "Está apagada"}, {"const": "on", "title": "No"}]},
    },
}  # fmt: skip
SAID = {"title": "Sin luz", "channel": "counter", "description": "Tres noches", "q-problem": "off", "q-since": "2026-11-03"}
CASE_BUDGET = 15
BOUNDARIES = re.compile(r"savepoint|begin|commit|set_config|django_session|institutions_(user|membership)", re.IGNORECASE)


@pytest.fixture
def lamp(world: World) -> Procedure:
    procedure = world.procedure
    with acting(machine(world.norte)):
        version = procedure.current
        assert version
        version.form, version.promised, version.legal = FORM, {"amount": 5, "unit": "working_day"}, {"amount": 20, "unit": "working_day"}
        version.documents = [{"code": "photo", "name": "Una foto del poste", "help": "", "required": False}]
        version.save()
    return procedure


@pytest.fixture
def case(world: World, lamp: Procedure) -> Case:
    return open_case(
        procedure=lamp, citizen=world.carla, title="Sin luz en Los Tilos", channel="counter", answers={"problem": "off"},
        files=[("photo", SimpleUploadedFile("foto.txt", b"foto"))], by=world.ana,
    ).case  # fmt: skip


def address(lamp: Procedure, world: World) -> str:
    return f"{reverse('cases:new')}?procedure={lamp.uid}&citizen={world.carla.uid}"


def test_ana_chooses_a_procedure_of_norte_and_of_no_other(world: World, lamp: Procedure) -> None:
    factories.procedure(world.sur, "Permiso de Sur")
    page = world.browser(world.ana).get(reverse("cases:new"))
    assert lamp.name in page.text
    assert "Permiso de Sur" not in page.text


def test_a_case_is_opened_and_its_key_is_shown_once(world: World, lamp: Procedure) -> None:
    browser = world.browser(world.ana)
    assert "¿Qué pasa?" in browser.get(address(lamp, world)).text
    page = browser.post(address(lamp, world), SAID | {"file-photo": SimpleUploadedFile("foto.txt", b"foto")}, follow=True)
    with acting(world.ana):
        case = Case.objects.get()
        assert case.answers == {"problem": "off", "since": "2026-11-03"}
        assert Document.objects.get(kind="attachment").code == "photo"
    assert case.number in page.text
    [key] = re.findall(r"data-copy=\"(\w{4}-\w{4}-\w{4}-\w{4})\"", page.text)
    assert key not in browser.get(reverse("cases:done", args=[case.number])).text


def test_a_mistake_loses_neither_words_nor_files(world: World, lamp: Procedure) -> None:
    browser = world.browser(world.ana)
    wrong = {name: value for name, value in SAID.items() if name != "q-problem"}
    page = browser.post(address(lamp, world), wrong | {"file-photo": SimpleUploadedFile("foto.txt", b"foto")})
    assert page.status_code == 422
    assert "Tres noches" in page.text
    assert "foto.txt" in page.text
    assert "id_q-problem" in page.text
    browser.post(address(lamp, world), SAID)
    with acting(world.ana):
        assert Document.objects.get(kind="attachment").name == "foto.txt"


def test_a_file_taken_away_is_not_kept_and_a_bad_one_is_named(world: World, lamp: Procedure) -> None:
    browser = world.browser(world.ana)
    page = browser.post(
        address(lamp, world), SAID | {"file-other": [SimpleUploadedFile("x.exe", b"MZ\x00"), SimpleUploadedFile("a.txt", b"a")]}
    )
    assert page.status_code == 422
    assert "x.exe" in page.text
    [token] = re.findall(r"name=\"drop-file\" value=\"(\w+)\"", page.text)
    browser.post(address(lamp, world), SAID | {"drop-file": token})
    with acting(world.ana):
        assert Case.objects.count() == 1
        assert not Document.objects.filter(kind="attachment").exists()


def test_somebody_not_identified_leaves_an_address_or_is_anonymous_where_that_is_allowed(world: World, lamp: Procedure) -> None:
    browser = world.browser(world.ana)
    nobody = f"{reverse('cases:new')}?procedure={lamp.uid}"
    assert browser.post(nobody, SAID).status_code == 422
    assert browser.post(nobody, SAID | {"anonymous": "on"}).status_code == 422
    assert browser.post(nobody, SAID | {"reply_name": "Eva", "reply_email": "eva@example.org"}).status_code == 302
    complaint = factories.procedure(world.norte, "Reclamo", anonymous=True)
    anonymous = {"title": "Ruido", "channel": "counter", "anonymous": "on", "reply_name": "Eva"}
    assert browser.post(f"{reverse('cases:new')}?procedure={complaint.uid}", anonymous).status_code == 302
    with acting(world.ana):
        assert list(Case.objects.order_by("pk").values_list("reply_name", "confidentiality")) == [("Eva", "normal"), ("", "anonymous")]


def test_the_page_of_a_case_says_how_it_stands(world: World, case: Case) -> None:
    start_case(case, by=world.ana)
    page = world.browser(world.sofia).get(reverse("cases:show", args=[case.number]))
    for words in (case.number, "Sin luz en Los Tilos", "Está apagada", "foto.txt", "Carla Soto", "Ana"):
        assert words in page.text
    with acting(machine(world.norte)):
        assert AccessEntry.objects.filter(verb="case.see", citizen_id=world.carla.pk).count() == 1


def test_the_page_of_a_case_keeps_its_budget(world: World, case: Case) -> None:
    start_case(case, by=world.ana)
    ask_citizen(case, text="La boleta", days=10, article="", by=world.ana)
    browser = world.browser(world.sofia)
    browser.get(reverse("cases:show", args=[case.number]))
    with CaptureQueriesContext(connection) as queries:
        browser.get(reverse("cases:show", args=[case.number]))
    counted = [query["sql"] for query in queries if not BOUNDARIES.search(query["sql"][:120])]
    assert len(counted) <= CASE_BUDGET, "\n".join(counted)


def test_who_else_has_it_open_is_shown(world: World, case: Case) -> None:
    page = reverse("cases:show", args=[case.number])
    world.browser(world.ana).get(page)
    assert "<b>Ana</b>" in world.browser(world.sofia).get(page).text
    assert "<b>Sofía</b>" in world.browser(world.ana).get(reverse("cases:presence", args=[case.number])).text


def test_a_paper_is_an_attachment_under_its_own_name_and_the_look_is_written_down(world: World, case: Case) -> None:
    with acting(world.ana):
        document = Document.objects.get(kind="attachment")
    answer = world.browser(world.ana).get(reverse("cases:document", args=[document.uid]))
    assert b"".join(answer.streaming_content) == b"foto"  # type: ignore[attr-defined]
    assert answer["Content-Disposition"] == 'attachment; filename="foto.txt"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    with acting(machine(world.norte)):
        assert AccessEntry.objects.filter(subject=f"cases.document:{document.pk}").exists()


def test_the_receipt_is_a_pdf(world: World, case: Case) -> None:
    answer = world.browser(world.ana).get(reverse("cases:receipt", args=[case.number]), follow=True)
    assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]


def test_sofia_goes_from_the_note_to_the_end_by_the_pages(world: World, case: Case) -> None:
    browser = world.browser(world.sofia)

    def send(name: str, **said: Any) -> None:
        answer = browser.post(reverse(f"cases:{name}", args=[case.number]), said)
        assert answer.status_code == 302, answer.text

    send("note", text="Avisar a Tránsito")
    send("assign", assignee=str(world.ana.user_id), edition="1")
    send("start")
    send("ask", text="Falta la boleta", days="5", article="art. 31")
    send("resume")
    send("decide", kind="granted", grounds="Hechos", text="Se repara", signer="Sofía", signer_post="Directora")
    with acting(world.sofia):
        decided = Decision.objects.get().decided_at
    send("notify", at=decided.astimezone(ZoneInfo("America/Santiago")).strftime("%Y-%m-%dT%H:%M"), received_by="Carla Soto")
    send("close")
    send("reopen", reason="Sigue apagada")
    with acting(world.sofia):
        assert Case.objects.get().status == "reopened"
        assert Note.objects.get().text == "Avisar a Tránsito"
    page = browser.get(reverse("cases:show", args=[case.number]))
    assert "Sigue apagada" in page.text


def test_a_rule_s_no_stands_on_the_form_with_what_was_typed(world: World, case: Case) -> None:
    browser = world.browser(world.sofia)
    first = browser.get(reverse("cases:edit", args=[case.number]))
    assert 'name="edition" value="1"' in first.text
    said = {"title": "Poste 3312", "priority": "3", "edition": "1"}
    assert browser.post(reverse("cases:edit", args=[case.number]), said).status_code == 302
    page = world.browser(world.ana).post(reverse("cases:edit", args=[case.number]), {**said, "title": "Otra cosa"})
    assert page.status_code == 422
    assert "Otra cosa" in page.text
    assert "Sofía" in page.text


def test_what_a_citizen_answers_at_the_counter_is_recorded_with_its_file(world: World, case: Case) -> None:
    asked = ask_citizen(case, text="La boleta", days=5, article="", by=world.ana)
    sent = {"text": "", "files": SimpleUploadedFile("boleta.txt", b"boleta")}
    assert world.browser(world.ana).post(reverse("cases:receive", args=[asked.uid]), sent).status_code == 302
    with acting(world.ana):
        assert Document.objects.filter(name="boleta.txt", entry__isnull=False).exists()


def test_a_case_moves_to_the_person_of_the_document_typed(world: World, case: Case) -> None:
    eva = factories.citizen("Eva", "Luna", "222222222", world.norte)
    browser = world.browser(world.ana)
    unknown = browser.post(reverse("cases:refile", args=[case.number]), {"document": "9.999.999-3", "reason": "x"})
    assert unknown.status_code == 422
    moved = browser.post(reverse("cases:refile", args=[case.number]), {"document": "22.222.222-2", "reason": "Dictó mal"}, follow=True)
    assert "Eva Luna" in moved.text
    with acting(world.ana):
        assert Case.objects.get().citizen_id == eva.pk


def test_the_panel_of_a_person_shows_their_cases(world: World, case: Case) -> None:
    panel = world.browser(world.ana).get(reverse("cases:of", args=[world.carla.uid]))
    assert case.number in panel.text


def test_bruno_of_sur_finds_none_of_norte_s_pages(world: World, case: Case) -> None:
    asked = ask_citizen(case, text="La boleta", days=5, article="", by=world.ana)
    bruno = factories.clerk("Brunilda", world.sur, "supervisor")
    with acting(world.ana):
        papers = [reverse("cases:document", args=[document.uid]) for document in Document.objects.all()]
    names = ("show", "presence", "done", "receipt", "renew", "assign", "start", "note", "ask", "attach", "pause", "resume", "extend",
             "edit", "decide", "notify", "close", "reopen", "refile")  # fmt: skip
    pages = [reverse(f"cases:{name}", args=[case.number]) for name in names] + papers + [reverse("cases:receive", args=[asked.uid])]
    browser = world.browser(bruno)
    for page in [*pages, f"{reverse('cases:new')}?procedure={world.procedure.uid}"]:
        assert browser.get(page).status_code == 404, page
    for page in pages:
        if "presence" not in page and "documents/" not in page:
            assert browser.post(page, {"text": "x", "reason": "x"}).status_code in (404, 405), page
    assert case.number not in browser.get(reverse("cases:of", args=[world.carla.uid])).text


def test_an_officer_may_not_decide(world: World, case: Case) -> None:
    browser = world.browser(world.ana)
    assert browser.get(reverse("cases:decide", args=[case.number])).status_code == 403
    assert reverse("cases:decide", args=[case.number]) not in browser.get(reverse("cases:show", args=[case.number])).text


def test_what_is_attached_twice_is_two_papers(world: World, case: Case) -> None:
    attach_document(case, files=[SimpleUploadedFile("foto.txt", b"foto")], by=world.ana)
    with acting(world.ana):
        assert Document.objects.filter(name="foto.txt").values("file").distinct().count() == 2
