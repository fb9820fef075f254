"""Bruno of Sur sees nothing of Norte's on any door, and neither does anybody else without a right: addresses by actors."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client as Browser
from django.utils.timezone import now

from cases.models import Case, Decision, Document, DocumentRequest, SavedView
from cases.services import decide_case
from channels.models import Contact, Notice
from citizens.models import Citizen
from czrm.kit.actor import Clerk, Guest, acting
from czrm.trail.say import said
from reporting.models import Export
from tests import factories
from tests.api.test_agency import Agency
from tests.world import World, machine

GROUNDS = "Se concede"
SECRET = "Zanahoria"  # in every text of Norte's; nobody else may ever read it


@dataclass
class Norte:
    """One of everything that is Norte's alone."""

    eva: Citizen
    case: Case
    document: Document
    request: DocumentRequest
    contact: Contact
    notice: Notice
    export: Export
    view: SavedView


@pytest.fixture
def norte(world: World, settings: Any, tmp_path: Any) -> Norte:
    settings.MEDIA_ROOT = tmp_path
    eva = factories.citizen("Eva", SECRET, "7654321-6", world.norte)
    case = factories.case(world.norte, eva, world.procedure, title=f"{SECRET} rota", description=SECRET)
    with acting(machine(world.norte)) as by:
        document = Document.objects.create(
            case=case, kind="receipt", name=f"{SECRET}.txt", media_type="text/plain", size=3, sha256=hashlib.sha256(b"abc").hexdigest(),
            file=ContentFile(b"abc", "x"), by="Ana",
        )  # fmt: skip
        request = DocumentRequest.objects.create(case=case, text=SECRET, by="Ana", asked_at=now())
        contact = Contact.objects.create(
            institution=world.norte, user_id=world.ana.user_id, citizen=eva, purpose=world.purpose, notes=SECRET, started_at=now()
        )
        event = said("case.opened", case, by=by, public=True)
        notice = Notice.objects.create(
            institution=world.norte, event_id=event.pk, kind="case.opened", citizen=eva, case=case, channel="email",
            recipient=f"{SECRET.lower()}@example.org", subject=SECRET, body=SECRET,
        )  # fmt: skip
        export = Export.objects.create(institution=world.norte, user_id=world.ana.user_id, language="es")
        view = SavedView.objects.create(institution=world.norte, name=SECRET)
    return Norte(eva, case, document, request, contact, notice, export, view)


# Addresses of one thing of Norte's: not there for anybody else.
THINGS: dict[str, Callable[[Norte], str]] = {
    "person": lambda its: f"/desk/people/{its.eva.uid}/",
    "correct a person": lambda its: f"/desk/people/{its.eva.uid}/correction/",
    "cases of a person": lambda its: f"/desk/cases/of/{its.eva.uid}/",
    "history of a person": lambda its: f"/desk/contacts/of/{its.eva.uid}/",
    "case": lambda its: f"/desk/cases/{its.case.number}/",
    "decide": lambda its: f"/desk/cases/{its.case.number}/decision/",
    "document": lambda its: f"/desk/cases/documents/{its.document.uid}/",
    "receipt": lambda its: f"/desk/cases/{its.case.number}/receipt/",
    "wrap-up": lambda its: f"/desk/contacts/{its.contact.code}/",
    "export": lambda its: f"/desk/reports/exports/{its.export.uid}/",
    "case in the API": lambda its: f"/api/v1/cases/{its.case.number}/",
    "portal, by number": lambda its: f"/portal/norte/cases/{its.case.number}/",
    "portal, answer": lambda its: f"/portal/norte/requests/{its.request.uid}/",
}
# Places that show many things: theirs may show, Norte's may not.
PLACES = (
    "/desk/", "/desk/cases/", "/desk/cases/queue/", f"/desk/people/?q={SECRET}", f"/desk/people/find/?q={SECRET}", "/desk/people/?q=7654321-6",
    f"/desk/cases/?q={SECRET}", "/desk/contacts/bar/", "/desk/contacts/mailbox/", "/desk/reports/", "/desk/reports/exports/", "/desk/accesses/",
    "/api/v1/cases/",
)  # fmt: skip


def strangers(world: World) -> dict[str, Browser]:
    everything = factories.clerk("Berta", world.sur, "officer", "supervisor", "administrator", "dpo", "auditor")
    dario = factories.user("Darío", citizen_id=world.dario.pk)
    citizen = Browser(raise_request_exception=False)
    citizen.force_login(dario, "django.contrib.auth.backends.ModelBackend")
    return {
        "Bruno": world.browser(world.bruno),
        "Berta, who may do everything in Sur": world.browser(everything),
        "Darío": citizen,
        "nobody": Browser(raise_request_exception=False),
        "the system of Sur": Agency(world.sur, purpose=world.purpose).web,
    }


def body(answer: Any) -> str:
    return answer.getvalue().decode(errors="replace")


@pytest.mark.parametrize("thing", THINGS)
def test_a_thing_of_norte_is_not_there_for_anybody_else(world: World, norte: Norte, thing: str):
    url = THINGS[thing](norte)
    for who, browser in strangers(world).items():
        answer = browser.get(url)
        assert answer.status_code in (302, 401, 403, 404), (who, answer.status_code)
        if who.startswith("Berta") and not url.startswith("/portal/"):
            assert answer.status_code == 404, who
        assert SECRET.lower() not in body(answer).lower(), who


def test_who_has_the_key_reads_a_decision_nowhere_before_it_is_handed_over(world: World, norte: Norte):
    key = "a" * 64
    with acting(machine(world.norte)):
        Case.objects.filter(pk=norte.case.pk).update(tracking_digest=key, title="Farola", description="")
    decision = decide_case(norte.case, kind="granted", grounds=GROUNDS, text=GROUNDS, signer="Sofía", signer_post="Jefa", by=world.sofia)
    with acting(machine(world.norte)):
        paper = Document.objects.get(kind="decision")
    guest = Browser(raise_request_exception=False)
    session = guest.session
    session["tracked"] = {"institution": world.norte.pk, "case": norte.case.pk, "digest": key}
    session.save()
    page = f"/portal/norte/cases/{norte.case.number}/"
    assert guest.get(page).status_code == 200
    for url in (page, f"/desk/cases/documents/{paper.uid}/", f"/desk/cases/{norte.case.number}/"):
        answer = guest.get(url)
        assert GROUNDS not in body(answer), url
        assert decision.number not in body(answer), url
        assert answer.status_code in (200, 302, 404), url
    with acting(Guest(world.norte.pk, norte.case.pk)):
        assert not Decision._base_manager.exists()  # the database's own wall
        assert not Document._base_manager.filter(pk=paper.pk).exists()


@pytest.mark.parametrize("place", PLACES)
def test_no_place_shows_anybody_else_what_is_norte_s(world: World, norte: Norte, place: str):
    for who, browser in strangers(world).items():
        answer = browser.get(place)
        assert answer.status_code < 500, who
        shown = body(answer).replace(place, "").replace(f'value="{SECRET}"', "")
        assert norte.case.number not in shown, who
        assert f"Eva {SECRET}" not in shown, who
        assert f"{SECRET} rota" not in shown, who


@pytest.mark.parametrize("thing", THINGS)
def test_the_same_addresses_do_answer_norte_s_own(world: World, norte: Norte, thing: str):
    """A table of addresses that lead nowhere would prove nothing."""
    url = THINGS[thing](norte)
    if url.startswith("/portal/"):
        pytest.skip("a guest needs the tracking key: see tests/portal")
    roles = ("officer", "supervisor", "administrator")
    browser = Agency(world.norte).web if url.startswith("/api/") else world.browser(factories.clerk("Norma", world.norte, *roles))
    if thing in ("wrap-up", "export"):
        browser = world.browser(Clerk("Ana", world.norte.pk, world.ana.user_id))
    assert browser.get(url).status_code in (200, 302, 409), thing
