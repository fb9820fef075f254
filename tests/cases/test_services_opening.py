"""A request comes in, at the counter or at the portal, and may change hands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from cases.models import Case, Document, Procedure
from cases.numbers import parse_case_number, tracking_digest
from cases.services import open_case, refile_case, renew_receipt
from citizens.models import Citizen
from czrm.kit.actor import acting, deputy
from czrm.kit.refused import Refused
from czrm.trail.models import Event
from tests import factories
from tests.factories import machine
from tests.world import World

PROMISE = {"amount": 5, "unit": "working_day"}
LAW = {"amount": 20, "unit": "working_day", "article": "Ley 19.880, art. 24"}


@pytest.fixture
def lamp(world: World) -> Procedure:
    procedure = world.procedure
    with acting(machine(world.norte)):
        assert procedure.current
        procedure.current.promised, procedure.current.legal = PROMISE, LAW
        procedure.current.silence = {"effect": "granted", "article": "Ley 19.880, art. 64"}
        procedure.current.save()
    return procedure


def letter(name: str = "carta.txt", text: str = "Falta la luz en mi calle.") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), "text/plain")


def opened(world: World, lamp: Procedure, **more: Any) -> Any:
    wanted: dict[str, Any] = {"procedure": lamp, "citizen": world.carla, "title": "Sin luz", "channel": "counter", "by": world.ana}
    return open_case(**wanted | more)


def test_ana_opens_a_case_with_its_entry_its_dates_and_its_receipt(world: World, lamp: Procedure) -> None:
    got = opened(world, lamp, files=[("photo", letter())])
    with acting(world.ana):
        case = Case.objects.get(pk=got.case.pk)
        assert parse_case_number(case.number).institution == "NO"
        assert case.status == "received"
        assert case.due_at == case.promised_at < case.legal_at  # type: ignore[operator]
        assert got.entry.number.startswith("E-")
        kept = Document.objects.get(case=case, kind="attachment")
        assert (kept.name, kept.code, kept.entry_id, kept.public) == ("carta.txt", "photo", got.entry.pk, True)
        assert kept.file.read() == b"Falta la luz en mi calle."
        assert got.receipt.file.read().startswith(b"%PDF")
        event = Event.objects.get(kind="case.opened", case_id=case.pk)
        assert event.public
        assert event.citizen_id == world.carla.pk
        assert event.data["number"] == case.number


def test_what_the_form_asks_is_asked_of_every_channel(world: World, lamp: Procedure) -> None:
    ask(world, lamp, {"required": ["problem"], "properties": {"problem": {"enum": ["off", "blinks"]}, "since": {"format": "date"}}})
    right = {"problem": "off", "since": "2026-11-03"}
    portal = {"citizen": None, "channel": "portal", "by": deputy(world.guest, "portal")}
    for who in ({}, {"channel": "phone"}, portal, {"channel": "api", "by": machine(world.norte)}):
        for answers in (None, {}, {"problem": "on"}, right | {"colour": "red"}):
            with pytest.raises(Refused) as refusal:
                opened(world, lamp, answers=answers, **who)
            assert refusal.value.code == "invalid_answers"
        assert opened(world, lamp, answers=right, **who).case.answers == right
    with acting(world.ana):
        assert Case.objects.count() == 4


def ask(world: World, lamp: Procedure, form: dict[str, Any]) -> None:
    assert lamp.current
    with acting(machine(world.norte)):
        lamp.current.form = form
        lamp.current.save()


def test_only_the_digest_of_the_tracking_key_is_kept(world: World, lamp: Procedure) -> None:
    got = opened(world, lamp)
    assert got.case.tracking_digest == tracking_digest(got.tracking_key, settings.SECRET_KEY)
    assert got.tracking_key not in str(got.case.__dict__)


def test_the_portal_opens_a_case_for_a_guest_by_its_deputy(world: World, lamp: Procedure) -> None:
    got = opened(
        world, lamp, citizen=None, reply_name="Eva Luna", reply_email="eva@example.org", channel="portal", by=deputy(world.guest, "portal")
    )
    assert got.case.citizen_id is None
    assert got.entry.presented_by == "Eva Luna"


def test_what_arrived_by_post_counts_from_that_day(world: World, lamp: Procedure) -> None:
    before = now() - timedelta(days=30)
    assert opened(world, lamp, opened_at=before).case.promised_at < opened(world, lamp).case.promised_at


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"confidentiality": "anonymous", "citizen": None}, "case.not_anonymous"),
        ({"opened_at": now() + timedelta(days=1)}, "case.future"),
        ({"files": [SimpleUploadedFile("virus.exe", b"MZ\x00")]}, "upload.kind"),
    ],
)
def test_opening_is_refused_by_rule(world: World, lamp: Procedure, change: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        opened(world, lamp, **change)
    assert refusal.value.code == code
    with acting(world.ana):
        assert not Case.objects.exists()


def test_an_anonymous_complaint_keeps_nobody(world: World) -> None:
    complaint = factories.procedure(world.norte, "Reclamo", anonymous=True)
    got = opened(world, complaint, citizen=None, confidentiality="anonymous")
    assert (got.case.citizen_id, got.case.reply_email) == (None, "")


def test_a_draft_takes_no_cases(world: World, lamp: Procedure) -> None:
    with acting(machine(world.norte)):
        Procedure.objects.filter(pk=lamp.pk).update(status="draft")
    with pytest.raises(Refused, match=r"published|publicado"):
        opened(world, lamp)


def test_a_procedure_or_a_person_across_the_fence_is_not_found(world: World, lamp: Procedure) -> None:
    with pytest.raises(Procedure.DoesNotExist):
        opened(world, lamp, by=world.bruno)
    with pytest.raises(Citizen.DoesNotExist):
        opened(world, lamp, citizen=world.dario)


def test_the_administrator_opens_no_cases(world: World, lamp: Procedure) -> None:
    with pytest.raises(PermissionDenied):
        opened(world, lamp, by=world.alma)


def test_a_case_of_the_wrong_person_moves_and_both_histories_show_it(world: World, lamp: Procedure) -> None:
    eva = factories.citizen("Eva", "Luna", "22222222-2", world.norte)
    got = opened(world, lamp, files=[letter()])
    again = refile_case(got.case, citizen=eva, reason="Dictó mal el RUT", by=world.ana)
    assert again.case.citizen_id == eva.pk
    assert again.tracking_key != got.tracking_key
    assert again.case.tracking_digest != got.case.tracking_digest
    with acting(world.ana):
        moved = Event.objects.filter(kind="case.refiled", case_id=got.case.pk).order_by("id")
        assert [(event.citizen_id, event.data["way"]) for event in moved] == [(world.carla.pk, "out"), (eva.pk, "in")]
        receipts = Document.objects.filter(case=got.case, kind="receipt").order_by("pk")
        assert [receipt.public for receipt in receipts] == [False, True]


def test_moving_a_case_is_refused_without_a_reason_or_to_the_same_person(world: World, lamp: Procedure) -> None:
    case = opened(world, lamp).case
    with pytest.raises(Refused) as refusal:
        refile_case(case, citizen=world.carla, reason="x", by=world.ana)
    assert refusal.value.code == "refile.same"
    eva = factories.citizen("Eva", "Luna", "22222222-2", world.norte)
    with pytest.raises(Refused) as refusal:
        refile_case(case, citizen=eva, reason=" ", by=world.ana)
    assert refusal.value.code == "refile.reason"


def test_a_lost_receipt_is_made_anew_and_the_old_key_stops(world: World, lamp: Procedure) -> None:
    got = opened(world, lamp)
    again = renew_receipt(got.case, by=world.ana)
    assert again.case.tracking_digest == tracking_digest(again.tracking_key, settings.SECRET_KEY) != got.case.tracking_digest


def test_bruno_of_sur_cannot_touch_a_case_of_norte(world: World, lamp: Procedure) -> None:
    case = opened(world, lamp).case
    for deed in (lambda: renew_receipt(case, by=world.bruno), lambda: refile_case(case, citizen=world.dario, reason="x", by=world.bruno)):
        with pytest.raises(Case.DoesNotExist):
            deed()
