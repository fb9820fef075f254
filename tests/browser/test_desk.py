"""The desk in a real browser: an errand attended with the keyboard alone, and every page without a barrier."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import expect

from cases.models import Case
from cases.services import open_case
from channels.models import Contact, ContactQuestion
from citizens.names import search_tokens
from citizens.services.registration import learn
from czrm.kit.actor import acting
from tests.browser.looking import QUIET, barriers, sit_down
from tests.channels.scenes import at
from tests.factories import machine
from tests.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def world(db: None) -> World:
    """With what an officer needs at hand: a purpose, a procedure, and Carla's name among the words that are looked for."""
    made = World()
    made.purpose, made.procedure  # noqa: B018  there is one of each
    with acting(machine(made.norte)):
        learn(list(search_tokens(made.carla.name)))
    return made


@pytest.fixture
def errors(page: Any) -> list[str]:
    """What the browser complains of, with the page it was on."""
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{page.url}: {message.text}") if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    page.emulate_media(reduced_motion="reduce")
    return said


def test_ana_attends_carla_with_the_keyboard_alone(live_server, page, world, errors):
    keys = page.keyboard
    sit_down(page, world, world.ana, live_server.url)
    page.goto(f"{live_server.url}{at('institutions:home')}")
    expect(page.locator("h1")).to_contain_text("Ana")

    keys.press("n")
    expect(page.locator("main button[name=channel]").first).to_be_visible()
    keys.press("1")
    expect(page).to_have_url(re.compile(r"/@[^/]+/desk/people/"))
    expect(page.locator("#contacts .contact")).to_be_visible()
    page.wait_for_function(QUIET)  # the bar comes with the page, the keys a moment later

    keys.press("/")
    keys.type("carl")
    expect(page.get_by_role("option", name="Carla Soto")).to_be_visible()
    keys.press("ArrowDown")
    expect(page.locator("[role=option][aria-selected=true]")).to_contain_text("Carla Soto")
    keys.press("Enter")
    expect(page.locator("h1")).to_contain_text("Carla Soto")
    assert "5.678-5" not in page.locator("main").inner_text()

    keys.press("c")
    expect(page.locator("main").get_by_role("link", name=world.procedure.name)).to_be_visible()
    keys.press("j")
    expect(page.get_by_role("link", name=world.procedure.name)).to_be_focused()
    keys.press("Enter")
    title = page.locator("main [name=title]")
    expect(title).to_have_value(world.procedure.name)
    title.press("Control+a")
    keys.type("Poste apagado en Los Tilos")
    keys.press("Control+Enter")  # from within a field

    expect(page).to_have_url(re.compile(r"/opened/$"))
    number, key = [text.strip() for text in page.locator("#hand-over .code.big").all_inner_texts()]
    assert number
    assert len(key.replace("-", "")) >= 8

    keys.press("g")
    keys.press("e")
    expect(page).to_have_url(re.compile(rf"/@[^/]+/desk/cases/{number}/$"))
    expect(page.locator("main")).to_contain_text("Poste apagado en Los Tilos")
    expect(page.locator("main")).not_to_contain_text(key)  # shown once
    with acting(world.ana):
        [case], [contact] = Case.objects.all(), Contact.objects.all()
    assert (case.number, case.title, case.citizen_id) == (number, "Poste apagado en Los Tilos", world.carla.pk)
    assert (contact.user_id, contact.purpose_id, contact.ended_at) == (world.ana.user_id, world.purpose.pk, None)

    expect(page.locator("#contacts .contact")).to_be_visible()
    press_until(page, "Shift+C", page.locator("#wrap-up"))
    expect(page.locator("#wrap-up").get_by_text(number)).to_be_visible()
    keys.press("1")
    expect(page.locator("#wrap-up [name=result]").first).to_be_checked()
    keys.press("Control+Enter")
    expect(page).to_have_url(f"{live_server.url}/desk/")
    with override("es"):
        expect(page.locator("main")).to_contain_text(gettext("Contact recorded and closed."))
    page.wait_for_function(QUIET)
    expect(page.locator("#contacts .contact")).to_have_count(0)
    with acting(world.ana):
        contact.refresh_from_db()
        assert contact.ended_at is not None
        assert contact.result
        assert contact.citizen_id == world.carla.pk
        assert [question.case_id for question in ContactQuestion.objects.all()] == [case.pk]
    assert errors == []


def test_every_page_of_the_desk_is_free_of_barriers(live_server, page, world, errors):
    opened = open_case(procedure=world.procedure, citizen=world.carla, title="Poste apagado", channel="counter", by=world.ana)
    found = barriers(page, f"{live_server.url}{at('account_login')}")
    for who, pages in desks(world, opened.case.number).items():
        sit_down(page, world, getattr(world, who), live_server.url)
        for address in pages:
            found |= barriers(page, f"{live_server.url}{address}")
            expect(page.locator("main h1")).to_be_visible()
    assert found == {}
    assert errors == []


def test_a_barrier_would_be_found(page):
    address = "http://localhost/wide/"
    page.route(address, lambda route: route.fulfill(content_type="text/html", body='<img src="data:,"><p style="width: 900px">Ancho'))
    found = barriers(page, address)
    assert any(said.startswith("image-alt") for said in found[f"{address} on a desk"])
    assert "sideways scroll" in found[f"{address} on a phone"]
    assert "sideways scroll" not in found[f"{address} on a desk"]


def press_until(page: Any, key: str, seen: Any) -> None:
    """A key of a part that has just come in works a moment after the part is seen."""
    for _attempt in range(5):
        page.keyboard.press(key)
        with suppress(AssertionError):
            expect(seen).to_be_visible(timeout=2000)
            return
    expect(seen).to_be_visible()


def desks(world: World, number: str) -> dict[str, list[str]]:
    """Where each of them works."""
    home, new, carla = at("institutions:home"), at("cases:new"), world.carla.uid
    return {
        "ana": [
            home, at("channels:start"), f"{at('citizens:search')}?q=carla", at("citizens:show", carla), at("cases:queue"), at("cases:list"),
            at("cases:show", number), new, f"{new}?procedure={world.procedure.uid}&citizen={carla}",
        ],
        "sofia": [home, at("reporting:dashboard")],
        "alma": [home, at("cases:calendars"), at("institutions:administration"), at("institutions:members")],
        "pablo": [home, at("institutions:access_log")],
    }  # fmt: skip
