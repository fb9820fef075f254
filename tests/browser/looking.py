"""What is looked for on a page: barriers, sideways scroll, colours that cannot be read in the dark."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings

from czrm.kit.actor import Clerk
from tests.world import World

SIZES = {"desk": (1440, 900), "phone": (390, 844)}
LOADED = "() => document.readyState === 'complete'"
QUIET = "() => document.readyState === 'complete' && !document.querySelector('.htmx-request, main .skeleton, main .loading')"
EVERYTHING = {"resultTypes": ["violations"]}
COLOURS = EVERYTHING | {"runOnly": ["color-contrast"]}


def barriers(page: Any, address: str, until: str = QUIET) -> dict[str, list[str]]:
    """What axe finds on a page at each size and in the dark, and whether it must be moved sideways; nothing where there is nothing."""
    found: dict[str, list[str]] = {}
    answer = page.goto(address)
    assert (answer.status, page.url) == (200, address)
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(until)
        said = violations(page)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            said.append("sideways scroll")
        if said:
            found[f"{address} on a {size}"] = said
    if said := unreadable_in_the_dark(page):
        found[f"{address} in the dark"] = said
    return found


def violations(page: Any, part: str | None = None, options: dict[str, Any] = EVERYTHING) -> list[str]:
    """Of the whole page, or of the part a selector names."""
    return [f"{row['id']}: {row['nodes'][0]['html'][:160]}" for row in Axe().run(page, part, options).response["violations"]]


def unreadable_in_the_dark(page: Any, part: str | None = None) -> list[str]:
    with darkness(page):
        return violations(page, part, COLOURS)


@contextmanager
def darkness(page: Any) -> Iterator[None]:
    """Colours change at once: one that fades in is measured half-way."""
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    yield
    page.emulate_media(color_scheme="light", reduced_motion="reduce")


def sit_down(page: Any, world: World, who: Clerk, start: str) -> None:
    """From here on the browser is this person's."""
    session = world.browser(who).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.clear_cookies()
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": start}])
