"""The course of a case: worked on, waited for, decided, closed, opened again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from cases.models import Case, Decision, Document, DocumentRequest, Entry, Extension, Note, Pause
from cases.services import (
    add_note,
    ask_citizen,
    assign_case,
    attach_document,
    close_case,
    decide_case,
    edit_case,
    extend_case,
    notify_decision,
    pause_case,
    receive_answer,
    reopen_case,
    resume_case,
    start_case,
)  # fmt: skip
from czrm.institutions.models import User
from czrm.kit.actor import Clerk, acting
from czrm.kit.refused import Refused
from czrm.trail.models import Event
from tests import factories
from tests.factories import machine
from tests.world import World

SANTIAGO = ZoneInfo("America/Santiago")
MONDAY = datetime(2026, 11, 2, 10, 0, tzinfo=SANTIAGO)
MINE = {
    "kind": "granted",
    "grounds": "Los hechos.\n\nEl derecho.",
    "text": "Se repara.",
    "signer": "Sofía Pérez",
    "signer_post": "Directora",
}


@pytest.fixture
def case(world: World) -> Case:
    """Received on a Monday, five working days promised and twenty by law."""
    with acting(machine(world.norte)):
        version = world.procedure.current
        assert version
        version.promised, version.legal = {"amount": 5, "unit": "working_day"}, {"amount": 20, "unit": "working_day", "may_extend": "1/2"}
        version.appeals = [
            {"name": "Reposición", "before": "quien firma", "amount": 5, "unit": "working_day", "article": "Ley 19.880, art. 59"}
        ]
        version.save()
    return factories.case(world.norte, world.carla, world.procedure, opened_at=MONDAY)


def again(case: Case, by: Clerk) -> Case:
    with acting(by):
        return Case.objects.select_related("version").get(pk=case.pk)


def kinds(case: Case, by: Clerk) -> list[str]:
    with acting(by):
        return list(Event.objects.filter(case_id=case.pk).order_by("id").values_list("kind", flat=True))


def user(actor: Clerk) -> User:
    return User.objects.get(pk=actor.user_id)


def refused(code: str, deed: Any, *args: Any, **kwargs: Any) -> None:
    with pytest.raises(Refused) as refusal:
        deed(*args, **kwargs)
    assert refusal.value.code == code


def test_sofia_assigns_ana_starts_and_both_are_said(world: World, case: Case) -> None:
    assign_case(case, team=world.team, assignee=user(world.ana), by=world.sofia)
    start_case(case, by=world.ana)
    held = again(case, world.ana)
    assert (held.status, held.assignee_id, held.team_id, held.edition) == ("in_progress", world.ana.user_id, world.team.pk, 3)
    assert kinds(case, world.ana) == ["case.assigned", "case.started"]


def test_whoever_starts_a_case_of_nobody_takes_it(world: World, case: Case) -> None:
    assert start_case(case, by=world.ana).assignee_id == world.ana.user_id


def test_nobody_of_another_body_is_given_a_case(world: World, case: Case) -> None:
    refused("assign.not_a_member", assign_case, case, team=None, assignee=user(world.bruno), by=world.sofia)
    assert kinds(case, world.ana) == []


def test_two_at_once_the_second_is_told_who_was_first(world: World, case: Case) -> None:
    edit_case(case, changes={"title": "Poste 3312"}, edition=case.edition, by=world.ana)
    with pytest.raises(Refused, match="Ana") as refusal:
        edit_case(case, changes={"title": "Otra cosa"}, edition=case.edition, by=world.sofia)
    assert refusal.value.code == "changed_meanwhile"
    assert again(case, world.ana).title == "Poste 3312"


def test_an_edit_touches_only_what_may_be_edited(world: World, case: Case) -> None:
    edit_case(case, changes={"place": "Los Tilos 240", "status": "closed", "number": "X"}, by=world.ana)
    held = again(case, world.ana)
    assert (held.place, held.status, held.number) == ("Los Tilos 240", "received", case.number)


def test_a_note_is_the_teams_and_never_empty(world: World, case: Case) -> None:
    add_note(case, text=" Avisar a Tránsito ", by=world.ana)
    with acting(world.ana):
        assert Note.objects.get().text == "Avisar a Tránsito"
        assert not Event.objects.get(kind="case.note_added").public
    refused("note.empty", add_note, case, text="  ", by=world.ana)


def test_asking_stops_the_clock_and_the_answer_starts_it_again(world: World, case: Case) -> None:
    with time_machine.travel(MONDAY + timedelta(days=1), tick=False):
        request = ask_citizen(case, text="Falta la boleta de luz", days=10, article="Ley 19.880, art. 31", by=world.ana)
    held = again(case, world.ana)
    assert held.status == "waiting_citizen"
    assert request.answer_by
    assert held.promised_at
    assert held.promised_at > MONDAY + timedelta(days=14)  # at worst: the ten days are used up first
    with time_machine.travel(MONDAY + timedelta(days=3), tick=False):
        receive_answer(request, text="Aquí está", files=[SimpleUploadedFile("boleta.txt", b"boleta")], by=world.ana)
    held = again(case, world.ana)
    assert held.status == "in_progress"
    assert held.promised_at.astimezone(SANTIAGO).date() == (MONDAY + timedelta(days=9)).date()  # two working days later
    with acting(world.ana):
        assert DocumentRequest.objects.get().answer == "Aquí está"
        assert Pause.objects.get().ended_at
        assert Document.objects.get(kind="attachment").entry_id == Entry.objects.get(direction="in").pk
    assert kinds(case, world.ana) == ["case.citizen_asked", "case.citizen_answered"]


def test_the_clock_waits_until_all_that_was_asked_is_answered(world: World, case: Case) -> None:
    first = ask_citizen(case, text="La boleta", days=10, article="", by=world.ana)
    second = ask_citizen(case, text="El plano", days=10, article="", by=world.ana)
    receive_answer(first, text="va", files=[], by=world.ana)
    assert again(case, world.ana).status == "waiting_citizen"
    receive_answer(second, text="va", files=[], by=world.ana)
    assert again(case, world.ana).status == "in_progress"


def test_an_answer_is_neither_empty_nor_given_twice(world: World, case: Case) -> None:
    request = ask_citizen(case, text="La boleta", days=10, article="", by=world.ana)
    refused("answer.empty", receive_answer, request, text=" ", files=[], by=world.ana)
    receive_answer(request, text="va", files=[], by=world.ana)
    refused("answer.twice", receive_answer, request, text="otra", files=[], by=world.ana)


def test_waiting_for_another_body_pauses_until_we_go_on(world: World, case: Case) -> None:
    with time_machine.travel(MONDAY + timedelta(days=1), tick=False):
        pause_case(case, cause="Informe de la Dirección de Obras", article="art. 38", by=world.sofia)
    assert again(case, world.ana).due_at is None
    resume_case(case, by=world.sofia)
    held = again(case, world.ana)
    assert held.status == "in_progress"
    assert held.due_at
    assert held.due_at > now()


def test_more_time_moves_the_legal_date_once_and_not_beyond_the_law(world: World, case: Case) -> None:
    with time_machine.travel(MONDAY + timedelta(days=2), tick=False):
        refused("extension_too_long", extend_case, case, amount=11, reason="x", by=world.sofia)
        extend_case(case, amount=10, reason="Muchos casos", by=world.sofia)
        refused("extension_twice", extend_case, case, amount=1, reason="x", by=world.sofia)
    held = again(case, world.ana)
    assert held.legal_at
    assert held.legal_at > MONDAY + timedelta(days=41)
    with acting(world.ana):
        assert Extension.objects.get().amount == 10


def test_a_case_goes_from_the_decision_to_its_notification_and_its_end(world: World, case: Case) -> None:
    decision = decide_case(case, by=world.sofia, **MINE)
    with acting(world.ana):
        paper = Document.objects.get(kind="decision")
        assert paper.file.read().startswith(b"%PDF")
        assert not paper.public  # not before it is notified
    refused("close.not_notified", close_case, case, by=world.sofia)
    notify_decision(decision, at=now(), received_by="Carla Soto", by=world.sofia)
    close_case(case, by=world.sofia)
    held = again(case, world.ana)
    assert (held.status, held.outcome, held.closed_at is None) == ("closed", "granted", False)
    with acting(world.ana):
        assert Document.objects.get(kind="decision").public
        assert Entry.objects.get(direction="out").number.startswith("S-")
        assert Decision.objects.get().received_by == "Carla Soto"
    assert kinds(case, world.ana) == ["case.decided", "case.notified", "case.closed"]


@pytest.mark.parametrize(
    ("change", "code"),
    [({"grounds": " "}, "decide.incomplete"), ({"signer_post": ""}, "decide.incomplete"), ({"kind": "maybe"}, "decide.kind")],
)
def test_a_decision_needs_its_parts(world: World, case: Case, change: dict[str, str], code: str) -> None:
    refused(code, decide_case, case, by=world.sofia, **MINE | change)


def test_a_paper_is_handed_over_after_the_decision_not_later_than_now_to_somebody_and_once(world: World, case: Case) -> None:
    decision = decide_case(case, by=world.sofia, **MINE)
    refused("notify.when", notify_decision, decision, at=now() + timedelta(hours=1), received_by="Carla", by=world.sofia)
    refused("notify.when", notify_decision, decision, at=now() - timedelta(days=1), received_by="Carla", by=world.sofia)
    refused("notify.who", notify_decision, decision, at=now(), received_by=" ", by=world.sofia)
    notify_decision(decision, at=now(), received_by="Carla", by=world.sofia)
    refused("notify.twice", notify_decision, decision, at=now(), received_by="Carla", by=world.sofia)


def test_a_plain_answer_closes_without_a_decision(world: World, case: Case) -> None:
    refused("close.no_answer", close_case, case, by=world.sofia)
    close_case(case, text="La cuadrilla pasó hoy.", by=world.sofia)
    held = again(case, world.ana)
    assert (held.status, held.outcome, held.outcome_text) == ("closed", "answered", "La cuadrilla pasó hoy.")


def test_a_case_opened_again_has_its_terms_anew(world: World, case: Case) -> None:
    close_case(case, text="Listo.", by=world.sofia)
    refused("reopen.reason", reopen_case, case, reason="", by=world.sofia)
    reopen_case(case, reason="Sigue apagada", by=world.sofia)
    held = again(case, world.ana)
    assert (held.status, held.closed_at) == ("reopened", None)
    assert held.promised_at
    assert held.promised_at > now()


def test_what_the_table_of_moves_does_not_hold_is_refused(world: World, case: Case) -> None:
    refused("move_not_allowed", resume_case, case, by=world.sofia)
    refused("move_not_allowed", reopen_case, case, reason="x", by=world.sofia)
    close_case(case, text="Listo.", by=world.sofia)
    for deed in (lambda: start_case(case, by=world.ana), lambda: decide_case(case, by=world.sofia, **MINE)):
        refused("move_not_allowed", deed)
    refused("extend.ended", extend_case, case, amount=1, reason="x", by=world.sofia)


def test_documents_come_with_an_entry_unless_they_are_internal(world: World, case: Case) -> None:
    attach_document(case, files=[SimpleUploadedFile("foto.txt", b"foto")], by=world.ana)
    attach_document(case, files=[SimpleUploadedFile("minuta.txt", b"minuta")], internal=True, by=world.ana)
    refused("upload.none", attach_document, case, files=[], by=world.ana)
    with acting(world.ana):
        rows = Document.objects.order_by("pk").values_list("kind", "public", "entry__direction")
        assert list(rows) == [("attachment", True, "in"), ("internal", False, None)]


def test_one_bad_file_among_good_ones_keeps_none(world: World, case: Case) -> None:
    files = [SimpleUploadedFile("foto.txt", b"foto"), SimpleUploadedFile("x.exe", b"MZ\x00")]
    with pytest.raises(Refused, match=r"x\.exe"):
        attach_document(case, files=files, by=world.ana)
    with acting(world.ana):
        assert not Document.objects.exists()


@pytest.mark.parametrize("deed", ["assign", "pause", "extend", "decide", "close", "reopen"])
def test_what_is_the_supervisors_an_officer_may_not(world: World, case: Case, deed: str) -> None:
    deeds = {
        "assign": lambda: assign_case(case, team=None, assignee=None, by=world.ana),
        "pause": lambda: pause_case(case, cause="x", article="x", by=world.ana),
        "extend": lambda: extend_case(case, amount=1, reason="x", by=world.ana),
        "decide": lambda: decide_case(case, by=world.ana, **MINE),
        "close": lambda: close_case(case, text="x", by=world.ana),
        "reopen": lambda: reopen_case(case, reason="x", by=world.ana),
    }
    with pytest.raises(PermissionDenied):
        deeds[deed]()


def test_bruno_of_sur_finds_no_case_of_norte_to_touch(world: World, case: Case) -> None:
    bruno = factories.clerk("Brunilda", world.sur, "supervisor")
    request = ask_citizen(case, text="La boleta", days=10, article="", by=world.ana)
    deeds: list[Any] = [
        lambda: start_case(case, by=bruno), lambda: add_note(case, text="x", by=bruno),
        lambda: edit_case(case, changes={"title": "x"}, by=bruno),
        lambda: assign_case(case, team=None, assignee=None, by=bruno), lambda: ask_citizen(case, text="x", days=1, article="", by=bruno),
        lambda: pause_case(case, cause="x", article="x", by=bruno), lambda: resume_case(case, by=bruno),
        lambda: extend_case(case, amount=1, reason="x", by=bruno), lambda: decide_case(case, by=bruno, **MINE),
        lambda: close_case(case, text="x", by=bruno), lambda: reopen_case(case, reason="x", by=bruno),
        lambda: attach_document(case, files=[SimpleUploadedFile("foto.txt", b"foto")], by=bruno),
    ]  # fmt: skip
    for deed in deeds:
        with pytest.raises(Case.DoesNotExist):
            deed()
    with pytest.raises(DocumentRequest.DoesNotExist):
        receive_answer(request, text="x", files=[], by=bruno)
