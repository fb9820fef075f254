"""The search box while one types: keys never wait, only the newest answer is shown, and a spent budget is said."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import Error, expect

from citizens.services import budget
from tests.browser.looking import QUIET, SIZES, sit_down, unreadable_in_the_dark, violations
from tests.browser.test_desk import at, world  # noqa: F401  the same people
from tests.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
ASKED = re.compile(r"/desk/people/\?q=")


def start(page: Any, world: World, url: str) -> None:  # noqa: F811
    page.emulate_media(reduced_motion="reduce")
    sit_down(page, world, world.ana, url)
    page.goto(f"{url}{at('institutions:home')}")
    page.wait_for_function(QUIET)


def test_letters_do_not_wait_for_answers_and_an_older_question_is_let_go(live_server, page, world):  # noqa: F811
    start(page, world, live_server.url)
    held, let_go = [], []
    page.on("requestfailed", lambda request: let_go.append(request.url))
    page.route(ASKED, lambda route: route.continue_() if held else held.append(route))
    box = page.locator("#search-results-input")
    page.keyboard.press("/")
    with page.expect_request(ASKED):
        page.keyboard.type("zzy")
    box.press("Control+a")
    page.keyboard.type("carla so", delay=20)  # one question for eight letters, while the first waits
    expect(box).to_have_value("carla so")
    expect(page.get_by_role("option", name="Carla Soto")).to_be_visible()
    assert [url.rpartition("=")[2] for url in let_go] == ["zzy"]
    with suppress(Error):
        held[0].fulfill(body="<b id='late'>late</b>")
    expect(page.locator("#late")).to_have_count(0)
    expect(page.get_by_role("option", name="Carla Soto")).to_be_visible()


@pytest.mark.parametrize("size", list(SIZES))
def test_a_spent_budget_is_said_where_one_types_and_on_the_page(live_server, page, world, monkeypatch, size):  # noqa: F811
    page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
    start(page, world, live_server.url)
    monkeypatch.setitem(budget.LIMITS, "find", 0)
    with override("es"):
        words = gettext("You have looked for too many people in this hour. Wait until the next one, or ask your supervisor.")
    page.keyboard.press("/")
    page.keyboard.type("carla")
    expect(page.locator("#search-results")).to_contain_text(words)
    assert violations(page) == []
    assert unreadable_in_the_dark(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text(words)
