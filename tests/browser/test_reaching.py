"""A way to reach somebody, from its first key to its verification, without a mouse; and no barrier on the way."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from citizens.codes import code_of
from citizens.models import ContactCode
from czrm.kit.actor import acting
from tests.browser.looking import QUIET, barriers, sit_down, unreadable_in_the_dark, violations
from tests.channels.scenes import at
from tests.factories import machine
from tests.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_an_e_mail_is_added_and_verified_by_keyboard(live_server: Any, page: Any, world: World) -> None:
    sit_down(page, world, world.ana, live_server.url)
    page.goto(live_server.url + at("citizens:show", world.carla.uid))
    page.wait_for_function(QUIET)
    page.keyboard.press("t")
    expect(page.locator("#point_value")).to_be_focused()
    found = looked_at(page, "#point-edit")
    page.keyboard.type("carla@example.org")
    page.keyboard.press("Enter")
    row = page.locator("#reach li", has_text="carla@example.org")
    expect(row).to_be_visible()
    row.get_by_role("button").first.press("Enter")
    expect(page.locator("#point-edit")).to_be_visible()
    found += looked_at(page, "#point-edit")
    page.keyboard.press("Enter")
    expect(page.locator("#point_code")).to_be_focused()
    found += looked_at(page, "#point-code-dialog")
    with acting(machine(world.norte)):
        code = ContactCode.objects.latest("pk")
    page.keyboard.type(code_of(code.point_id, code.use, code.expires_at))
    page.keyboard.press("Enter")
    expect(row.locator(".badge.good")).to_be_visible()
    assert found == []


def looked_at(page: Any, part: str) -> list[str]:
    expect(page.locator(part)).to_be_visible()
    return [*violations(page, part), *unreadable_in_the_dark(page, part)]


def test_the_pages_of_how_somebody_is_reached_are_free_of_barriers(live_server: Any, page: Any, world: World) -> None:
    from citizens.services import add_contact_point

    point = add_contact_point(world.carla, kind="email", value="carla@example.org", by=world.ana)
    sit_down(page, world, world.ana, live_server.url)
    found = barriers(page, live_server.url + at("citizens:point_history", world.carla.uid))
    sit_down(page, world, world.visitor, live_server.url)  # type: ignore[arg-type]
    for address in ("", "new/phone/", f"{point.uid}/code/", f"{point.uid}/household/", f"{point.uid}/removal/"):
        found |= barriers(page, f"{live_server.url}/portal/norte/me/contact/{address}")
    assert found == {}
