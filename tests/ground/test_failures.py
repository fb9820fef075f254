"""What people read when something is not found, refused or broken, and where it leads them."""

from __future__ import annotations

import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client as Browser
from django.urls import path, reverse
from django.utils.translation import gettext, override

from czrm import urls
from czrm.doors.pages import page
from czrm.institutions.models import Institution
from czrm.kit.actor import acting
from czrm.kit.refused import Refused
from tests.world import World, machine


@page("portal.see", guests=True)
def boom(request: HttpRequest, institution: str) -> HttpResponse:
    raise RuntimeError("boom")


@page("case.see")
def against_a_rule(request: HttpRequest) -> HttpResponse:
    raise Refused("too_late", "It is too late for that.")


handler404, handler500 = urls.handler404, urls.handler500
urlpatterns = [path("portal/<slug:institution>/boom/", boom), path("t/rule/", against_a_rule), *urls.urlpatterns]
pytestmark = pytest.mark.urls(__name__)


def ways(html: str) -> set[str]:
    """Where the page's links lead, except past the top bar to its own content."""
    return {address for address in re.findall(r'<a [^>]*href="([^"]*)"', html) if address != "#content"}


@pytest.mark.parametrize(
    ("address", "status", "start"),
    [
        ("/portal/norte/procedures/none/", 404, "/portal/norte/"), ("/portal/norte/never/was/", 404, "/portal/norte/"),
        ("/portal/norte/boom/", 500, "/portal/norte/"), ("/portal/nowhere/track/", 404, "/"), ("/desk/never/", 404, "/"),
    ],
)  # fmt: skip
def test_whoever_is_lost_is_led_back_to_where_they_began(world: World, address: str, status: int, start: str) -> None:
    answer = Browser(raise_request_exception=False).get(address)
    assert answer.status_code == status
    assert ways(answer.text) == {start}


def test_the_words_of_a_rule_are_read_where_no_form_shows_them(world: World) -> None:
    answer = world.browser(world.ana).get("/t/rule/")
    assert answer.status_code == 409
    assert "It is too late for that." in answer.text


@pytest.mark.parametrize("form", ["account_login", "portal"])
def test_a_form_whose_protection_ran_out_says_what_to_do(world: World, form: str) -> None:
    address = reverse("portal:language", args=["norte"]) if form == "portal" else reverse(form)
    answer = Browser(enforce_csrf_checks=True).post(address, {"login": "ana"})
    assert answer.status_code == 403
    with override("es"):
        assert gettext("This page was open for too long") in answer.text
    assert ways(answer.text) == {"/portal/norte/" if form == "portal" else "/"}
    assert "CSRF" not in answer.text.partition("<main")[2]
    assert gettext("Load the page again and send the form once more.") not in answer.text


def test_at_the_desk_what_was_typed_is_still_in_the_form(world: World) -> None:
    browser = world.browser(world.ana, enforce_csrf_checks=True)
    answer = browser.post(reverse("citizens:new"), {"given": "Marta"})
    assert answer.status_code == 403
    with override("es"):
        assert gettext("Load the page again and send the form once more.") in answer.text


def test_the_portal_says_where_the_institution_is_found(world: World) -> None:
    with acting(machine(world.norte)):
        Institution.objects.filter(pk=world.norte.pk).update(street_address="Plaza de Armas 100", opening_hours="Lunes a viernes")
    footer = Browser().get(reverse("portal:home", args=["norte"])).text.partition("<footer")[2]
    assert footer.count("Plaza de Armas 100") == 1
    assert "Lunes a viernes" in footer
