"""No barrier in what a page holds back until it is asked for, nor in any component, whatever its state."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import path
from playwright.sync_api import expect

from cases.services import open_case
from channels import links
from citizens.services import protect_citizen
from czrm import urls
from czrm.doors import gallery
from czrm.institutions.models import Membership
from tests.browser.looking import LOADED, QUIET, barriers, sit_down, unreadable_in_the_dark, violations
from tests.channels.scenes import at, contact
from tests.factories import clerk, platform
from tests.world import World

handler404, handler500 = urls.handler404, urls.handler500
urlpatterns = [path("desk/components/", gallery.components), *urls.urlpatterns]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.urls(__name__)]


@pytest.mark.parametrize("face", ["desk", "portal"])
def test_every_component_is_free_of_barriers(live_server: Any, page: Any, world: World, face: str) -> None:
    sit_down(page, world, world.ana, live_server.url)
    assert barriers(page, f"{live_server.url}/desk/components/?face={face}", until=LOADED) == {}


def test_what_cannot_be_read_in_the_dark_would_be_found(page: Any) -> None:
    address = "http://localhost/dark/"
    style = "p { color: #222 } @media (prefers-color-scheme: dark) { body { background: #111 } }"
    body = f'<html lang="es"><title>x</title><style>{style}</style><main><h1>x</h1><p>Ancho'
    page.route(address, lambda route: route.fulfill(content_type="text/html", body=body))
    found = barriers(page, address)
    assert list(found) == [f"{address} in the dark"]
    assert found[f"{address} in the dark"][0].startswith("color-contrast: <p>")


def test_what_opens_on_the_desk_is_free_of_barriers(live_server: Any, page: Any, world: World) -> None:
    number = open_case(procedure=world.procedure, citizen=world.carla, title="Poste", channel="counter", by=world.ana).case.number
    ana = Membership.objects.get(user=world.ana.user_id)
    found: dict[str, list[str]] = {}
    for who, address in (
        (world.ana, at("citizens:show", world.carla.uid)), (world.sofia, at("cases:show", number)),
        (world.alma, at("institutions:member", ana.uid)),
    ):  # fmt: skip
        sit_down(page, world, who, live_server.url)
        page.goto(live_server.url + address)
        page.wait_for_function(QUIET)
        for opener in openers(page):
            found |= {f"{opener} of {address}": said for said in [opened(page, opener)] if said}
    assert found == {}


def test_the_pages_of_protected_people_and_of_purposes_are_free_of_barriers(live_server: Any, page: Any, world: World) -> None:
    sit_down(page, world, world.sofia, live_server.url)
    found = barriers(page, live_server.url + at("citizens:protect", world.carla.uid))
    protect_citizen(world.carla, officers=[], reason="Protection order of the family court", by=world.sofia)
    found |= barriers(page, live_server.url + at("citizens:show", world.carla.uid))
    found |= barriers(page, live_server.url + at("citizens:protected"))
    for fold in page.locator("main details summary").all():
        fold.click()
    found["folds"] = [*violations(page), *unreadable_in_the_dark(page)]

    sit_down(page, world, world.ana, live_server.url)
    page.goto(live_server.url + links.inside(contact(world).code, "citizens:search"))
    page.fill("#identify [name=id_number]", "12.345.678-5")
    page.fill("#identify [name=surname]", "Soto")
    page.locator("#identify form button").click()
    breaks = page.locator(f"form[action$='{at('citizens:glass')}'] button")
    expect(breaks).to_be_visible()
    found["refusal"] = [*violations(page), *unreadable_in_the_dark(page)]
    breaks.click()
    expect(page.locator("main [name=reason]")).to_be_visible()
    found["glass"] = [*violations(page), *unreadable_in_the_dark(page)]

    sit_down(page, world, clerk("Olga", platform(), "operator"), live_server.url)
    found |= barriers(page, live_server.url + at("institutions:purposes"))
    found |= barriers(page, live_server.url + at("institutions:purpose_new"))
    assert {where: said for where, said in found.items() if said} == {}


def openers(page: Any) -> list[str]:
    """Whatever opens a dialog or a menu of this page, each once and only where it can be seen."""
    kinds = {"data-opens": "[data-opens]", "popovertarget": "[popovertarget]"}
    seen = {f"[{name}='{one.get_attribute(name)}']" for name, kind in kinds.items() for one in page.locator(kind).all() if one.is_visible()}
    assert "[popovertarget='user-menu']" in seen
    assert len(seen) > 2
    return sorted(seen)


def opened(page: Any, opener: str) -> list[str]:
    page.locator(opener).first.click()
    part = f"#{opener.split(chr(39))[1]}"
    expect(page.locator(part)).to_be_visible()
    said = [*violations(page, part), *unreadable_in_the_dark(page, part)]
    page.keyboard.press("Escape")
    expect(page.locator(part)).not_to_be_visible()
    return said
