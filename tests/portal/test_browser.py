"""The way of a citizen in a real browser, on a phone and at a desk: asking, the receipt, following; every page without a barrier."""

from __future__ import annotations

from typing import Any

import pytest

from cases.services import ask_citizen, open_case
from tests.browser.looking import SIZES, unreadable_in_the_dark, violations
from tests.factories import machine
from tests.world import World

from . import scenes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def light(transactional_db: None) -> Any:
    return scenes.procedure(
        World().norte, promised={"amount": 3, "unit": "working_day"}, documents=[{"code": "rent", "name": "Contrato", "required": True}]
    )


def barriers(page: Any) -> list[str]:
    """What axe finds, on a phone also in the dark, and whether the page must be moved sideways."""
    found = violations(page)
    if page.viewport_size["width"] == SIZES["phone"][0]:
        found += unreadable_in_the_dark(page)
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [*found, *(["sideways scroll"] if wide else [])]


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_a_citizen_asks_and_follows_without_a_barrier(live_server, page, light, size):
    reports: list[str] = []
    page.on("console", lambda message: reports.append(message.text) if "Content Security Policy" in message.text else None)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    start, forwards = f"{live_server.url}/portal/norte/", page.locator("main form button.primary")

    def here() -> Any:
        assert barriers(page) == [], page.url
        return page

    page.goto(start)
    here().get_by_role("link", name="Luminaria apagada").click()
    here()
    forwards.click()
    forwards.click()  # unanswered
    assert here().locator(".error-summary").is_visible()
    page.get_by_label("Está apagada").check()
    forwards.click()
    here()
    forwards.click()
    here().locator("[name=place]").fill("Los Tilos 240")
    forwards.click()
    here().locator("[name=name]").fill("Elena Quiroga")
    forwards.click()
    here().locator("[name=email]").fill("elena@example.org")
    forwards.click()
    here().locator("[name=file-rent]").set_input_files({"name": "contrato.pdf", "mimeType": "application/pdf", "buffer": scenes.PDF})
    forwards.click()
    assert "contrato.pdf" in here().locator("main").inner_text()
    forwards.click()
    page.wait_for_url("**/receipt/")
    number, key = here().locator(".big-code").all_inner_texts()

    page.goto(f"{start}track/")
    here().locator("[name=number]").fill(number.lower())
    page.locator("[name=key]").fill(key.replace("-", " "))
    forwards.click()
    page.wait_for_url("**/cases/**")
    assert number in here().locator("main").inner_text()
    assert reports == []


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_a_citizen_answers_what_is_asked_without_a_barrier(live_server, page, light, size):
    norte = light.institution
    opened = open_case(
        procedure=light, citizen=None, title="Luz", answers=scenes.ANSWERS, channel="portal", reply_email="e@example.org", by=machine(norte)
    )
    ask_citizen(opened.case, text="Falta una foto", days=10, article="", by=machine(norte))
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{live_server.url}/portal/norte/track/?number={opened.case.number}&key={opened.tracking_key}")
    assert opened.tracking_key not in page.url
    page.locator("main form button.primary").click()
    page.wait_for_url("**/cases/**")
    assert barriers(page) == []
    page.locator("main a.button.primary").click()
    assert barriers(page) == []
    page.locator("[name=text]").fill("Va la foto")
    page.locator("main form button.primary").click()
    page.wait_for_url("**/cases/**")
    assert "Falta una foto" in page.locator("main").inner_text()
    assert barriers(page) == []
