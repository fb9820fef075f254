"""The pages of agreements and the register of transfers: drawn up by one side, signed by the other, used, counted."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils.timezone import localdate, now

from czrm.institutions import definers, sharing
from czrm.institutions.models import Agreement
from czrm.institutions.services.agreements import suspend_agreement
from czrm.kit.actor import Clerk, acting
from czrm.trail.access import looked
from czrm.trail.models import AccessEntry
from tests import factories
from tests.world import World


@pytest.fixture
def berta(world: World) -> Clerk:
    return factories.clerk("Berta", world.sur, "dpo")


def at(name: str, *args: object) -> str:
    return reverse(f"institutions:{name}", args=args)


def said(world: World, **changes: Any) -> dict[str, Any]:
    today = localdate()
    return {
        "title": "Ayudas", "purpose": world.purpose.pk, "legal_basis": "Ley 1", "scopes": ["residence", "income", "case"],
        "valid_from": today.isoformat(), "valid_to": (today + timedelta(days=30)).isoformat(),
    } | changes  # fmt: skip


def drawn_up(world: World, browser: Browser, **changes: Any) -> Agreement:
    answer = browser.post(f"{at('agreement_new')}?role=consumer&other=sur", said(world, **changes))
    assert answer.status_code == 302, answer.content.decode()
    return newest(world)


def newest(world: World) -> Agreement:
    with acting(world.ana):
        return Agreement.objects.select_related("provider", "consumer", "purpose").latest("pk")


def read_by(by: Clerk, world: World, agreement: Agreement, categories: tuple[str, ...] = ("case",)) -> None:
    officer = replace(by, purpose_id=agreement.purpose_id)
    with acting(officer):
        looked(world.carla, "citizen.see", by=officer, categories=categories, owners=(agreement.provider_id,))


def test_from_the_first_question_to_the_second_signature(world: World, berta: Clerk):
    pablo, theirs = world.browser(world.pablo), world.browser(berta)
    assert "Sur" in pablo.get(at("agreement_new")).content.decode()
    assert world.procedure_of_sur.name in pablo.get(f"{at('agreement_new')}?role=consumer&other=sur").content.decode()
    made = drawn_up(world, pablo, procedures=[world.procedure_of_sur.slug], responsible="Ana, jefa")
    assert (made.provider, made.consumer, made.procedures) == (world.sur, world.norte, [f"cases.see:{world.procedure_of_sur.slug}"])
    page = theirs.get(at("agreement", made.uid)).content.decode()
    assert 'name="edition" value="1"' in page
    assert page.count(world.procedure_of_sur.name) > 1  # in plain words, and again where one signs
    assert theirs.post(at("agreement_approve", made.uid), {"edition": "1"}).status_code == 302
    assert newest(world).status == "draft"
    pablo.post(at("agreement_approve", made.uid), {"edition": "1"})
    assert newest(world).status == "in_force"
    page = pablo.get(at("agreement", made.uid)).content.decode()
    assert {"Berta", "Pablo"} <= set(page.replace("<", " ").replace(">", " ").split())


def test_a_changed_draft_is_not_approved_by_an_old_page(world: World, berta: Clerk):
    pablo, theirs = world.browser(world.pablo), world.browser(berta)
    made = drawn_up(world, pablo)
    assert pablo.get(at("agreement_edit", made.uid)).status_code == 200
    assert pablo.post(at("agreement_edit", made.uid), said(world, scopes=["health"]) | {"edition": "1"}).status_code == 302
    theirs.post(at("agreement_approve", made.uid), {"edition": "1"})
    assert newest(world).provider_approved_by is None
    stale = pablo.post(at("agreement_edit", made.uid), said(world, scopes=["tax"]) | {"edition": "1"})
    assert (stale.status_code, newest(world).scopes) == (422, ["health"])


def test_what_was_typed_comes_back_with_the_mistake(world: World):
    answer = world.browser(world.pablo).post(
        f"{at('agreement_new')}?role=provider&other=sur", said(world, valid_to="2020-01-01", title="Con historia")
    )
    assert answer.status_code == 422
    assert "Con historia" in answer.content.decode()


def test_each_side_stops_it_with_a_reason(world: World, berta: Clerk):
    made = world.agreement("case")
    theirs = world.browser(berta)
    assert theirs.post(at("agreement_suspend", made.uid), {"reason": ""}).status_code == 422
    theirs.post(at("agreement_suspend", made.uid), {"reason": "Se revisa"})
    page = world.browser(world.pablo).get(at("agreement", made.uid)).content.decode()
    assert "Se revisa" in page
    assert at("agreement_resume", made.uid) not in page
    world.browser(world.pablo).post(at("agreement_resume", made.uid))
    assert newest(world).status == "suspended"
    theirs.post(at("agreement_resume", made.uid))
    assert newest(world).status == "in_force"
    world.browser(world.pablo).post(at("agreement_revoke", made.uid), {"reason": "Se acabó"})
    assert newest(world).status == "revoked"


def test_supervisors_and_auditors_read_and_officers_do_not(world: World):
    made = world.agreement("case")
    auditor = factories.clerk("Olga", world.norte, "auditor")
    for reader in (world.sofia, auditor):
        page = world.browser(reader).get(at("agreement", made.uid)).content.decode()
        assert at("agreement_revoke", made.uid) not in page
        assert world.browser(reader).post(at("agreement_revoke", made.uid), {"reason": "x"}).status_code == 403
    assert world.browser(world.ana).get(at("agreements")).status_code == 403


def test_an_agreement_between_others_is_not_there(world: World, berta: Clerk):
    este = factories.institution("Este", "ES")
    made = factories.agreement(world.sur, este, world.purpose, "case")
    pablo = world.browser(world.pablo)
    for name in ("agreement", "agreement_edit"):
        assert pablo.get(at(name, made.uid)).status_code == 404
    for name in ("agreement_approve", "agreement_suspend", "agreement_resume", "agreement_revoke"):
        assert pablo.post(at(name, made.uid), {"reason": "x", "edition": "1"}).status_code == 404
    assert str(made.uid) not in pablo.get(at("agreements")).content.decode()


def test_the_reader_is_told_who_read_and_the_giver_only_how_often(world: World, berta: Clerk):
    made = world.agreement("case", "income")
    for _time in range(2):
        read_by(world.ana, world, made)
    read_by(world.sofia, world, made, ("income", "tax"))
    read_by(replace(world.ana, purpose_id=None), world, made)  # its purpose is set within: a third one of Ana's
    with acting(world.pablo):
        ours = definers.usage(made.pk)
    with acting(berta):
        theirs = definers.usage(made.pk)
    with acting(factories.clerk("Extraña", factories.institution("Este", "ES"), "dpo")):
        assert definers.usage(made.pk) == []
    assert [(use.officer, use.categories, use.looks, use.people) for use in ours] == [("Ana", ["case"], 3, 1), ("Sofía", ["income"], 1, 1)]
    assert [(use.officer, use.categories, use.looks, use.people) for use in theirs] == [("", ["case", "income"], 4, 1)]
    page = world.browser(berta).get(at("agreement", made.uid)).content.decode()
    assert "Sofía" not in page
    assert "Sofía" in world.browser(world.pablo).get(at("agreement", made.uid)).content.decode()


def test_other_purposes_other_data_and_refusals_are_not_its_use(world: World):
    made = world.agreement("case")
    read_by(world.ana, world, made, ("health",))
    other = replace(world.ana, purpose_id=factories.purpose("health").pk)
    with acting(other):
        looked(world.carla, "citizen.see", by=other, categories=("case",), owners=(world.sur.pk,))
    with acting(world.pablo):
        assert definers.usage(made.pk) == []
        read_by(world.ana, world, made)
        assert len(definers.usage(made.pk)) == 1
        assert definers.usage(made.pk, until=now() - timedelta(hours=1)) == []


def rows_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_register_has_the_six_columns_and_the_legal_basis(world: World, berta: Clerk):
    made = world.agreement("case", "income")
    factories.agreement(world.norte, world.sur, world.purpose, "health", status="draft")  # never signed
    read_by(world.ana, world, made)
    pablo = world.browser(world.pablo)
    assert made.purpose.name in pablo.get(at("transfers")).content.decode()
    head, *lines = rows_of(pablo.get(at("transfers_export")))
    assert len(head) == 8
    assert [line[:4] for line in lines] == [[world.norte.name, "", world.sur.name, world.purpose.name]]
    assert lines[0][-1] == "1"
    head, *uses = rows_of(pablo.get(f"{at('transfers_export')}?level=uses"))
    assert [use[1:4] + use[-2:] for use in uses] == [[world.norte.name, "Ana", world.sur.name, "1", "1"]]
    head, *uses = rows_of(world.browser(berta).get(f"{at('transfers_export')}?level=uses"))
    assert "Ana" not in str(uses)
    with acting(world.pablo):
        assert AccessEntry.objects.filter(verb="transfer.export", user_id=world.pablo.user_id).count() == 2


@pytest.mark.parametrize(("days", "found"), [
    (("-5", "-3"), 0), (("-5", "-1"), 1), (("0", ""), 1), (("1", "9"), 1), (("2", "9"), 0), (("nonsense", ""), 0),
])  # fmt: skip
def test_the_register_holds_what_had_force_in_those_days(world: World, days: tuple[str, str], found: int):
    world.agreement("case")  # from two days ago until tomorrow
    today = now().astimezone(ZoneInfo(world.norte.time_zone)).date()
    since, until = ((today + timedelta(days=int(day))).isoformat() if day.lstrip("-").isdecimal() else day for day in days)
    lines = rows_of(world.browser(world.pablo).get(at("transfers_export"), {"since": since, "until": until}))
    assert len(lines) - 1 == found


def test_names_that_begin_like_formulas_are_text(world: World):
    world.purpose.name = "=1+1"
    world.purpose.save()
    world.agreement("case")
    assert rows_of(world.browser(world.pablo).get(at("transfers_export")))[1][3] == "'=1+1"


def test_the_first_page_says_what_waits(world: World, berta: Clerk):
    factories.agreement(world.sur, world.norte, world.purpose, "case", status="draft")
    page = world.browser(world.pablo).get(at("home")).content.decode()
    assert at("agreements") in page


PLAIN = {
    ("income", "residence"): ["Of the people both attend: residence and income."],
    ("citizen", "income"): ["Of everybody Sur attends: income.", "Who they are, also those Sur attends and Norte does not: name, document and birth date."],
    ("case",): ["All cases of Sur, with their documents and decisions."],
    ("notice", "event", "interaction"): [
        "What happened in their cases, step by step.", "When they came or called, and what was noted.", "The text of the notices they were sent.",
    ],
}  # fmt: skip


@pytest.mark.parametrize("scopes", PLAIN, ids=" ".join)
def test_what_it_opens_in_plain_words(world: World, scopes: tuple[str, ...], settings: Any):
    settings.LANGUAGE_CODE = "en"
    made = newest_of(world, *scopes)
    with acting(world.pablo):
        told = sharing.plain(made)
    assert told.opens == PLAIN[scopes]
    assert told.sentence.startswith("Norte will be able to read what Sur holds, only for “Benefits”, from ")


def newest_of(world: World, *scopes: str) -> Agreement:
    world.agreement(*scopes)
    return newest(world)


def test_named_procedures_are_told_by_their_names(world: World, settings: Any):
    settings.LANGUAGE_CODE = "en"
    made = newest_of(world, "case")
    made.procedures = [f"cases.see:{world.procedure_of_sur.slug}"]
    with acting(world.pablo):
        assert sharing.plain(made).opens == ["Cases of Sur, with their documents and decisions, only those of: Reparación de luminaria."]


@pytest.mark.parametrize(("items", "es", "en"), [
    ([], "", ""), (["a"], "a", "a"), (["residencia", "ingresos"], "residencia e ingresos", "residencia and ingresos"),
    (["a", "b", "hielo"], "a, b y hielo", "a, b and hielo"), (["a", "hijos"], "a e hijos", "a and hijos"),
])  # fmt: skip
def test_lists_are_said_as_one_says_them(items: list[str], es: str, en: str):
    from django.utils.translation import override

    with override("en"):
        assert sharing.listed(items) == en
    with override("es"):
        assert sharing.listed(items).replace(" and ", " y ") == es  # until the catalogue has the word


def test_a_suspended_one_is_in_the_register_as_it_was(world: World, berta: Clerk):
    made = suspend_agreement(world.agreement("case"), reason="x", by=berta)
    assert made.status == "suspended"
    assert len(rows_of(world.browser(world.pablo).get(at("transfers_export")))) == 2
