"""Mandates and consents on the page of a person, and the words an administrator writes."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.urls import reverse

from channels.services import start_contact
from citizens import services
from citizens.models import Citizen, Consent, ConsentText, Mandate
from czrm.kit.actor import acting
from czrm.trail.models import AccessEntry
from tests import factories
from tests.portal.scenes import pdf
from tests.world import World


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def elena(world: World) -> Citizen:
    return factories.citizen("Elena", "Soto", "15234567-4", world.norte)


def grant(world: World, agent: Citizen, **fields: Any) -> Mandate:
    given = {"principal": world.carla, "agent": agent, "acts": ["*"], "ground": "person", "evidence": "Poder 7", "by": world.ana} | fields
    return services.grant_mandate(**given)


def page_of(world: World, citizen: Citizen, code: str = "") -> str:
    return html.unescape(world.browser(world.ana).get(f"{code}{reverse('citizens:show', args=[citizen.uid])}").text)


def at(name: str, *args: Any) -> str:
    return reverse(f"citizens:{name}", args=args)


def test_an_officer_records_a_mandate_with_its_paper_and_revokes_it(world: World, elena: Citizen) -> None:
    browser, slug = world.browser(world.ana), world.procedure.slug
    dialog = browser.get(at("mandate_new", world.carla.uid)).text
    assert world.procedure.name in html.unescape(dialog)
    said = {
        "other": str(elena.uid), "ground": "person", "scope": "procedures", "procedures": [slug], "channels": ["portal", "counter"],
        "evidence": "Poder simple, 3/11/2026", "until": "01/06/2030", "document": pdf("poder.pdf"),
    }  # fmt: skip
    answer = browser.post(at("mandate_new", world.carla.uid), said)
    assert answer["HX-Retarget"] == "#mandates"
    assert "Elena Soto" in answer.text
    with acting(world.ana):
        kept = Mandate.objects.get()
        assert kept.acts == [f"cases.open:{slug}", f"cases.see:{slug}", f"documents.answer:{slug}"]
        assert kept.valid_until is not None
    paper = browser.get(at("mandate_document", kept.uid))
    assert paper.headers["Content-Disposition"] == 'attachment; filename="poder.pdf"'
    assert b"".join(paper.streaming_content).startswith(b"%PDF")  # type: ignore[arg-type]
    for citizen in (world.carla, elena):
        assert at("mandate_revoke", kept.uid) in page_of(world, citizen)
    assert browser.post(at("mandate_revoke", kept.uid), {"ender": "office", "why": ""}).status_code == 422
    answer = browser.post(at("mandate_revoke", kept.uid) + "?of=agent", {"ender": "person", "why": ""})
    assert answer.status_code == 200
    with acting(world.ana):
        assert Mandate.objects.get().revoked_as == "person"


def test_a_mistake_leaves_the_dialog_open_with_what_was_typed(world: World, elena: Citizen) -> None:
    said = {"other": str(elena.uid), "other_text": "Elena Soto", "ground": "law", "scope": "everything", "evidence": "Certificado 12"}
    answer = world.browser(world.ana).post(at("mandate_new", world.carla.uid), said)
    assert answer.status_code == 422  # Carla is of age
    assert "Certificado 12" in answer.text
    assert "Elena Soto" in answer.text
    nobody = world.browser(world.ana).post(at("mandate_new", world.carla.uid), said | {"other": str(world.dario.uid)})
    assert nobody.status_code == 404
    empty = world.browser(world.ana).post(at("mandate_new", world.carla.uid), {"scope": "procedures"})
    assert empty.status_code == 422


def test_the_page_says_for_whom_whoever_is_here_may_act(world: World, elena: Citizen) -> None:
    contact = start_contact(channel="counter", purpose=world.purpose, citizen=elena, by=world.ana)
    inside, banner = f"/@{contact.code}", at("acting", world.carla.uid)
    browser = world.browser(world.ana)
    assert "Elena Soto" in browser.get(inside + banner).text  # has no mandate
    assert browser.get(banner).text == browser.get(inside + at("acting", elena.uid)).text == ""
    without = page_of(world, world.carla, inside)
    mandate = grant(world, elena)
    with_it = page_of(world, world.carla, inside)
    assert without.count("Elena Soto") < with_it.count("Elena Soto")
    services.revoke_mandate(mandate, ender="person", why="", by=world.ana)
    assert browser.get(inside + banner).text.count("user-question") == 1


def test_mandates_of_another_institution_are_not_shown_and_not_revoked(world: World) -> None:
    theirs = grant(world, world.dario, by=world.bruno)
    assert "Darío" not in page_of(world, world.carla)
    assert world.browser(world.ana).get(at("mandate_revoke", theirs.uid)).status_code == 404
    assert world.browser(world.ana).get(at("mandate_document", theirs.uid)).status_code == 404


def test_a_mandate_without_a_copy_has_none_to_show(world: World, elena: Citizen) -> None:
    assert world.browser(world.ana).get(at("mandate_document", grant(world, elena).uid)).status_code == 404


@pytest.fixture
def words(world: World) -> ConsentText:
    return services.word_consent(title="Avisos por WhatsApp", text="Acepto recibir avisos.", consequence="Le escribimos.", by=world.alma)


def test_a_consent_is_written_down_at_the_counter(world: World, words: ConsentText) -> None:
    browser = world.browser(world.ana)
    give, withdraw = at("consent_give", world.carla.uid, words.uid), at("consent_withdraw", world.carla.uid, words.uid)
    assert give in page_of(world, world.carla)
    assert "Acepto recibir avisos." in browser.get(give).text
    assert browser.post(give, {"channel": "counter", "evidence": ""}).status_code == 422
    answer = browser.post(give, {"channel": "counter", "evidence": "Formulario 8"})
    assert answer["HX-Retarget"] == "#consents"
    assert withdraw in answer.text
    assert browser.post(withdraw, {"channel": "phone", "evidence": "Llamada 12:03"}).status_code == 200
    assert browser.post(withdraw, {"channel": "phone", "evidence": "Llamada 12:04"}).status_code == 422
    with acting(world.ana):
        assert list(Consent.objects.order_by("pk").values_list("given", flat=True)) == [True, False]
        assert AccessEntry.objects.filter(citizen_id=world.carla.pk, verb="consent.see", categories=["legal"]).exists()


def test_words_of_another_institution_are_not_found(world: World, words: ConsentText) -> None:
    assert world.browser(world.bruno).get(at("consent_give", world.dario.uid, words.uid)).status_code == 404


def test_an_administrator_writes_the_words_and_their_next_version(world: World) -> None:
    browser = world.browser(world.alma)
    said = {"title": "Encuestas", "text": "Acepto que me pregunten.", "consequence": "Nada cambia."}
    assert browser.post(at("consent_text_new"), said | {"text": " "}).status_code == 422
    assert browser.post(at("consent_text_new"), said).status_code == 302
    with acting(world.alma):
        first = ConsentText.objects.get()
    assert browser.post(at("consent_text", first.uid), said | {"text": "Acepto que me pregunten una vez al año."}).status_code == 302
    page = browser.get(at("consent_texts")).text
    assert "una vez al año" in page
    assert "Acepto que me pregunten.<" in page  # the earlier version
    with acting(world.alma):
        current = ConsentText.objects.get(current=True)
        assert (current.version, current.topic) == (2, "encuestas")
    assert browser.post(at("consent_drop", current.uid)).status_code == 302
    with acting(world.alma):
        assert not ConsentText.objects.filter(current=True).exists()


@pytest.mark.parametrize("who", ["ana", "pablo"])
def test_who_does_not_administer_does_not_write_words(world: World, who: str) -> None:
    assert world.browser(getattr(world, who)).get(at("consent_texts")).status_code == 403


def test_who_looks_after_data_protection_grants_no_mandates(world: World) -> None:
    assert world.browser(world.pablo).get(at("mandate_new", world.carla.uid)).status_code == 403
