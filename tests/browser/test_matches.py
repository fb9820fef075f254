"""Is it the same person? Decided with the keyboard alone, and without a barrier."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import expect

from citizens.services.matches import decided, to_decide
from czrm.kit.actor import acting
from tests.browser.looking import QUIET, barriers, sit_down, unreadable_in_the_dark, violations
from tests.channels.scenes import at
from tests.citizens.conftest import MARTA, register
from tests.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def world(db: None) -> World:
    """Two pairs: each of the same document."""
    made = World()
    register(MARTA, made.ana)
    register(replace(MARTA, given="Martina"), made.ana, apart=True)
    register(replace(MARTA, given="Carlota", surname="Soto", id_number="12345678-5"), made.ana, apart=True)
    return made


def test_sofia_decides_with_the_keyboard_alone(live_server: Any, page: Any, world: World) -> None:
    keys = page.keyboard
    sit_down(page, world, world.sofia, live_server.url)
    page.goto(live_server.url + at("citizens:matches"))
    page.wait_for_function(QUIET)
    keys.press("j")
    keys.press("j")
    keys.press("k")
    expect(page.locator("main [data-list] a").first).to_be_focused()
    keys.press("Enter")
    expect(page).to_have_url(re.compile(r"/matches/[0-9a-f-]{36}/$"))
    page.wait_for_function(QUIET)
    first = page.url

    keys.press("s")
    expect(page.locator("#same")).to_be_visible()
    expect(page.locator("#same_ground_0")).to_be_focused()
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(page).not_to_have_url(first)
    expect(page).to_have_url(re.compile(r"/matches/[0-9a-f-]{36}/$"))
    page.wait_for_function(QUIET)

    keys.press("l")
    expect(page).to_have_url(live_server.url + at("citizens:matches"))
    page.wait_for_function(QUIET)
    keys.press("j")
    keys.press("Enter")
    page.wait_for_function(QUIET)
    keys.press("d")
    expect(page.locator("#different")).to_be_visible()
    keys.press("Escape")
    expect(page.locator("#different")).not_to_be_visible()
    with acting(world.sofia):
        [kept], [left] = decided(by=world.sofia), to_decide(by=world.sofia)
    assert (kept.pair.status, kept.pair.decided_why) == ("same", "agree")
    assert left.put_off


def test_the_pages_of_pairs_are_free_of_barriers(live_server: Any, page: Any, world: World) -> None:
    with acting(world.sofia):
        which = to_decide(by=world.sofia)[0].pair.uid
    sit_down(page, world, world.sofia, live_server.url)
    found: dict[str, list[str]] = {}
    for address in (at("citizens:matches"), at("citizens:matches") + "?decided", at("citizens:match", which)):
        found |= barriers(page, live_server.url + address)
    page.keyboard.press("d")
    expect(page.locator("#different")).to_be_visible()
    found["dialog"] = [*violations(page, "#different"), *unreadable_in_the_dark(page, "#different")]
    assert {address: said for address, said in found.items() if said} == {}
