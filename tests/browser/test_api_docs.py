"""The page of the API under our content policy: what it is made of is another project's."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.looking import sit_down
from tests.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.mark.parametrize("who", ["nobody", "ana"])
def test_the_page_of_the_api_shows_what_can_be_asked(live_server: Any, page: Any, world: World, who: str) -> None:
    if who == "ana":
        sit_down(page, world, world.ana, live_server.url)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server.url}/api/v1/docs/")
    expect(page.locator(".opblock-summary-path", has_text="/api/v1/cases/").first).to_be_visible()
    page.locator(".opblock-summary", has_text="File a case").click()
    expect(page.get_by_text("Idempotency-Key").first).to_be_visible()
    assert said == []
