"""The desk's pages about people, by the browser's own door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import clear_script_prefix, reverse
from django.utils.timezone import now

from channels.models import Contact
from citizens import services
from citizens.models import Citizen, ContactPoint, Fact
from citizens.services import PersonData, budget
from czrm.institutions.models import User
from czrm.kit.actor import Actor, acting
from czrm.trail.models import AccessEntry, Event
from tests import factories
from tests.world import World

ELENA = PersonData(
    given="Elena",
    surname="Quiroga",
    second_surname="Paz",
    birth=date(1971, 11, 5),
    id_kind="cl.rut",
    id_number="15.234.567-4",
    phone="9 8765 4321",
    email="elena@example.org",
    address="Los Tilos 240, Valle Sereno",
    care="Oye poco del lado izquierdo.",
)
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _outside_any_contact() -> Iterator[None]:
    """The address of a contact stays with the thread until its next request."""
    yield
    clear_script_prefix()


@pytest.fixture
def elena(world: World) -> Citizen:
    return services.register_citizen(ELENA, basis="present", by=world.ana)


@pytest.fixture
def ana(world: World) -> Browser:
    return world.browser(world.ana)


@pytest.fixture
def contact(world: World) -> str:
    """The address before every page of Ana's contact in progress."""
    with acting(world.ana):
        made = Contact.objects.create(
            institution=world.norte, user=User.objects.get(pk=world.ana.user_id), purpose=world.purpose, started_at=now()
        )
    return f"/@{made.code}"


def entries(by: Actor, verb: str) -> list[int | None]:
    with acting(by):
        return list(AccessEntry.objects.filter(verb=verb).order_by("pk").values_list("citizen_id", flat=True))


def test_results_while_typing_show_name_masked_document_year_place_and_why(ana: Browser, elena: Citizen) -> None:
    page = ana.get("/desk/people/find/?q=987654321", headers=HTMX).content.decode()
    assert 'role="option"' in page
    for words in ("Elena Quiroga Paz", "15 ••• 674", "1971", "Valle Sereno", str(elena.uid)):
        assert words in page
    assert "15.234.567-4" not in page


def test_the_search_page_answers_the_box_of_the_top_bar_too(ana: Browser, elena: Citizen) -> None:
    page = ana.get("/desk/people/?q=elena+quir", headers=HTMX).content.decode()
    assert 'role="option"' in page
    assert "<html" not in page


def test_too_short_a_text_is_not_searched(ana: Browser, world: World, elena: Citizen) -> None:
    assert ana.get("/desk/people/find/?q=el", headers=HTMX).content == b""
    assert "Elena" not in ana.get("/desk/people/?q=el").content.decode()


def test_enter_on_an_exact_document_opens_the_person(ana: Browser, elena: Citizen) -> None:
    assert ana.get("/desk/people/?q=15.234.567-4").headers["Location"] == f"/desk/people/{elena.uid}/"


def test_enter_on_a_case_code_opens_the_case(ana: Browser, world: World) -> None:
    assert ana.get("/desk/people/?q=vs 2026 4812 k").headers["Location"] == reverse("cases:show", args=["VS-2026-0004812-K"])


def test_a_search_on_enter_lists_and_logs_whom_it_shows(ana: Browser, world: World, elena: Citizen) -> None:
    assert "Elena Quiroga Paz" in ana.get("/desk/people/?q=quiroga").content.decode()
    assert entries(world.ana, "citizen.find") == [elena.pk]


def test_a_list_while_typing_is_logged_once_the_page_says_it_stood(ana: Browser, world: World, elena: Citizen) -> None:
    ana.get("/desk/people/find/?q=quiroga", headers=HTMX)
    assert entries(world.ana, "citizen.find") == []
    assert ana.post("/desk/people/find/settled/", headers=HTMX).status_code == 204
    assert entries(world.ana, "citizen.find") == [elena.pk]


def test_nobody_found_offers_to_register_with_what_was_typed(ana: Browser) -> None:
    page = ana.get("/desk/people/?q=tomas villalba 1990").content.decode()
    assert "/desk/people/new/?q=tomas+villalba+1990" in page


def test_an_exhausted_budget_is_said_and_not_a_fault(ana: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(budget.LIMITS, "find", 0)
    assert ana.get("/desk/people/?q=quiroga").status_code == 422
    assert 'aria-disabled="true"' in ana.get("/desk/people/find/?q=quiroga", headers=HTMX).content.decode()


def test_what_was_typed_is_put_where_it_belongs(ana: Browser) -> None:
    form = ana.get("/desk/people/new/?q=ana maría soto 12/3/1980").context["form"]
    assert (form["given"].initial, form["surname"].initial, form["birth"].initial) == ("Ana María", "Soto", date(1980, 3, 12))
    form = ana.get("/desk/people/new/?q=15.234.567-4").context["form"]
    assert (form["id_kind"].initial, form["id_number"].initial) == ("cl.rut", "15.234.567-4")
    assert ana.get("/desk/people/new/?q=912345678").context["form"]["phone"].initial == "912345678"


FORM = {"kind": "person", "given": "Tomás", "surname": "Villalba", "id_kind": "cl.rut", "basis": "present"}


def test_registering_opens_the_new_page(ana: Browser, world: World) -> None:
    answer = ana.post("/desk/people/new/", FORM | {"birth": "4/7/58"})
    with acting(world.ana):
        tomas = Citizen.objects.get(name="Tomás Villalba")
    assert tomas.birth == date(1958, 7, 4)
    assert answer.headers["Location"] == f"/desk/people/{tomas.uid}/"


def test_errors_stand_at_their_fields_and_nothing_typed_is_lost(ana: Browser) -> None:
    answer = ana.post(
        "/desk/people/new/",
        FORM | {"given": "", "surname": "", "id_number": "15.234.567-1", "phone": "12", "email": "x", "birth": "31/2/1990"},
    )
    form = answer.context["form"]
    assert answer.status_code == 422
    assert set(form.errors) == {"given", "id_number", "phone", "email", "birth"}
    assert 'value="15.234.567-1"' in answer.content.decode()


def test_who_may_be_the_same_is_shown_first_and_nothing_is_saved(ana: Browser, world: World, elena: Citizen) -> None:
    helena = FORM | {"given": "Helena", "surname": "Kiroga", "birth": "05/11/1971"}
    answer = ana.post("/desk/people/new/", helena)
    assert answer.status_code == 200
    assert [candidate.pk for candidate in answer.context["candidates"]] == [elena.pk]
    assert 'value="Helena"' in answer.content.decode()
    assert entries(world.ana, "citizen.register") == [elena.pk]
    assert ana.post("/desk/people/new/", helena | {"apart": "1"}).status_code == 302
    with acting(world.ana):
        assert Citizen.objects.filter(name="Helena Kiroga").exists()


def test_an_organisation_has_its_own_form(ana: Browser, world: World) -> None:
    assert "given" not in ana.get("/desk/people/new/?kind=organisation&q=ferreteria central").context["form"].fields
    ana.post("/desk/people/new/", {"kind": "organisation", "name": "Ferretería Central", "id_kind": "cl.rut", "basis": "duty"})
    with acting(world.ana):
        assert Citizen.objects.get(name="Ferretería Central").kind == "organisation"


def test_what_an_organisation_states_of_itself_is_kept_with_its_source(ana: Browser, world: World) -> None:
    typed = {"kind": "organisation", "name": "Panadería Sol", "basis": "duty", "legal_form": "company", "sector": "Pan", "size": ""}
    assert ana.post("/desk/people/new/", typed).status_code == 302
    with acting(world.ana):
        facts = Fact.objects.filter(citizen__name="Panadería Sol").values_list("attribute", "value", "origin")
        assert {*facts} == {("legal_form", "company", "citizen"), ("sector", "Pan", "citizen")}
    assert ana.post("/desk/people/new/", typed | {"name": "Panadería Luna", "legal_form": "club"}).status_code == 422


def test_who_another_institution_attends_is_confirmed_by_name_only_and_then_attended(ana: Browser, world: World, contact: str) -> None:
    services.register_citizen(ELENA, basis="present", by=world.bruno)
    asked = {"id_kind": "cl.rut", "id_number": "15.234.567-4", "surname": "quiroga"}
    page = ana.post(f"{contact}/desk/people/identification/", asked, headers=HTMX).content.decode()
    assert "Elena Quiroga Paz" in page
    assert "1971" not in page
    answer = ana.post(f"{contact}/desk/people/attention/", asked | {"basis": "present"})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{contact}/desk/people/")
    assert "Elena Quiroga Paz" in ana.get(answer.headers["Location"]).content.decode()


def test_who_is_not_there_and_who_does_not_match_look_the_same(ana: Browser, world: World, contact: str) -> None:
    services.register_citizen(ELENA, basis="present", by=world.bruno)

    def ask(number: str) -> str:
        asked = {"id_kind": "cl.rut", "id_number": number, "surname": "vera"}
        page = ana.post(f"{contact}/desk/people/identification/", asked, headers=HTMX).content.decode()
        return "".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line).replace(number, "")

    assert ask("15.234.567-4") == ask("22.222.222-2")


def test_without_a_contact_the_page_says_to_start_one(ana: Browser) -> None:
    answer = ana.post("/desk/people/identification/", {"id_kind": "cl.rut", "id_number": "15.234.567-4", "surname": "x"}, headers=HTMX)
    assert answer.status_code == 422
    assert reverse("channels:start") in answer.content.decode()


def test_the_page_of_a_person_says_who_how_to_treat_them_and_that_the_look_is_logged(
    ana: Browser, world: World, elena: Citizen, contact: str
) -> None:
    page = ana.get(f"{contact}/desk/people/{elena.uid}/").content.decode()
    for words in (
        "Elena Quiroga Paz",
        "15 ••• 674",
        "Oye poco del lado izquierdo.",
        "9 8765 4321",
        "elena@example.org",
        "Valle Sereno",
        world.purpose.name,
    ):
        assert words in page
    for panel in ("cases", "history"):
        assert f' id="{panel}"' in page
    assert f'hx-get="{contact}/desk/contacts/of/{elena.uid}/?show=cases"' in page
    assert f'href="{contact}/desk/cases/new/?citizen={elena.uid}"' in page
    assert "15.234.567-4" not in page
    assert entries(world.ana, "citizen.see") == [elena.pk]


def test_the_page_asks_for_a_person_once(ana: Browser, elena: Citizen) -> None:
    """Its panels are given the person; the budget with all of them stands in the house."""
    where = f"/desk/people/{elena.uid}/"
    ana.get(where)  # what is remembered is remembered
    with CaptureQueriesContext(connection) as queries:
        ana.get(where)
    person = [query["sql"] for query in queries if '"citizens_citizen"."uid" = ' in query["sql"]]
    assert len(person) == 1, "\n".join(person)
    assert len([query for query in queries if "insert into trail_accessentry" in query["sql"]]) == 1


def test_the_whole_number_is_shown_for_a_reason(ana: Browser, world: World, elena: Citizen) -> None:
    where = f"/desk/people/{elena.uid}/documents/shown/"
    assert ana.post(where, {}, headers=HTMX).status_code == 422
    assert "15.234.567-4" in ana.post(where, {"reason": "check"}, headers=HTMX).content.decode()
    assert entries(world.ana, "citizen.reveal") == [elena.pk]
    with acting(world.ana):
        assert Event.objects.filter(kind="citizen.revealed", citizen_id=elena.pk).exists()


def test_of_a_protected_person_one_sees_no_phone_until_one_says_why_and_never_the_address(
    ana: Browser, world: World, elena: Citizen
) -> None:
    factories.protected(elena, world.sofia, world.ana)
    page = ana.get(f"/desk/people/{elena.uid}/").content.decode()
    for secret in ("Los Tilos", "8765", "elena@example.org", "Valle Sereno"):
        assert secret not in page
    told = ana.post(f"/desk/people/{elena.uid}/documents/shown/", {"reason": "check"}, headers=HTMX).content.decode()
    assert "elena@example.org" in told
    assert "Los Tilos" not in told


def test_a_wrong_name_is_corrected_with_a_reason(ana: Browser, world: World, elena: Citizen) -> None:
    where = f"/desk/people/{elena.uid}/correction/"
    assert ana.get(where).status_code == 200
    form = {"given": "Helena", "surname": "Quiroga", "second_surname": "Paz", "birth": "05/11/1971", "state": "active", "care": elena.care}
    assert ana.post(where, form).status_code == 422
    assert ana.post(where, form | {"reason": "Read from the card"}).status_code == 302
    with acting(world.ana):
        assert Citizen.objects.get(pk=elena.pk).name == "Helena Quiroga Paz"


def test_a_way_to_reach_them_is_added_and_retired(ana: Browser, world: World, elena: Citizen) -> None:
    where = f"/desk/people/{elena.uid}/contact-points/"
    assert ana.post(f"{where}new/", {"kind": "phone", "value": "12"}, headers=HTMX).status_code == 422
    assert "911112222" in ana.post(f"{where}new/", {"kind": "phone", "value": "+56 9 1111 2222"}, headers=HTMX).content.decode()
    with acting(world.ana):
        point = ContactPoint.objects.get(value="+56911112222")
    assert ana.post(f"/desk/people/contact-points/{point.uid}/retirement/", {"why": "changed"}, headers=HTMX).status_code == 200
    with acting(world.ana):
        assert ContactPoint.objects.get(pk=point.pk).valid_until is not None


def test_a_seen_document_is_verified_and_another_added(ana: Browser, world: World, elena: Citizen) -> None:
    with acting(world.ana):
        number = elena.identifiers.get().uid
    ana.post(f"/desk/people/{elena.uid}/documents/{number}/verification/", {"how": "original"})
    assert ana.get(f"/desk/people/{elena.uid}/").context["verified"]
    assert ana.post(f"/desk/people/{elena.uid}/documents/", {"id_kind": "passport", "id_number": ""}).status_code == 422
    assert ana.post(f"/desk/people/{elena.uid}/documents/", {"id_kind": "passport", "id_number": "AB123456"}).status_code == 302


OF_A_PERSON = ("", "correction/", "documents/", "documents/shown/", "contact-points/")


@pytest.mark.parametrize("part", OF_A_PERSON)
def test_a_person_of_norte_is_not_there_for_bruno_nor_is_one_who_does_not_exist(world: World, elena: Citizen, part: str) -> None:
    bruno = world.browser(world.bruno)
    method = bruno.get if part in ("", "correction/") else bruno.post
    for uid in (elena.uid, uuid4()):
        assert method(f"/desk/people/{uid}/{part}").status_code == 404


@pytest.mark.parametrize(
    ("where", "method"),
    [("", "get"), ("find/", "get"), ("find/settled/", "post"), ("identification/", "post"), ("attention/", "post"), ("new/", "get")],
)
def test_who_may_not_is_turned_away(world: World, where: str, method: str) -> None:
    assert getattr(world.browser(world.alma), method)(f"/desk/people/{where}").status_code == 403


def test_an_officer_who_sees_somebody_by_an_agreement_only_reads(world: World, elena: Citizen) -> None:
    factories.agreement(world.norte, world.sur, world.purpose, "citizen")
    bruno = replace(world.bruno, purpose_id=world.purpose.pk)
    with acting(bruno):
        made = Contact.objects.create(
            institution=world.sur, user=User.objects.get(pk=bruno.user_id), purpose=world.purpose, started_at=now()
        )
    page = world.browser(world.bruno).get(f"/@{made.code}/desk/people/{elena.uid}/").content.decode()
    assert "Elena Quiroga Paz" in page
    assert "correction/" not in page
    assert "8765" not in page
