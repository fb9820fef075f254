"""Nobody looks at a person's data without an entry: every page and every call of the API writes one, and says what was seen."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse

from czrm.doors.api import ApiViewSet, Listed
from czrm.kit.actor import acting
from czrm.trail.models import AccessEntry
from czrm.trail.seen import SEEN
from tests.factories import machine
from tests.house.test_verbs import OURS, SERVED
from tests.world import World

PERSONAL = {"citizen", "citizen_id", "case", "case_id", "principal"}
WRITES = ("looked(", "searched(", "write_down(", "remember(")

ABOUT_PEOPLE = (
    "citizen.",
    "case.",
    "contact.",
    "queue.",
    "fact.",
    "relationship.",
    "mandate.",
    "consent.see",
    "notice.",
    "access.",
    "portal.",
)
# Pages without an entry of their own, each with its reason.
WRITTEN_ELSEWHERE = {
    **dict.fromkeys(
        ("citizens.views.search.search", "citizens.views.search.find", "citizens.views.search.settled", "citizens.views.search.identify",
         "citizens.views.search.attend", "citizens.views.registration.new", "citizens.views.relationships.people"),
        "the service writes it, and names everybody it showed",
    ),
    **dict.fromkeys(
        ("channels.views.contacts.bar", "channels.views.contacts.mine", "channels.views.contacts.note", "channels.views.contacts.ask",
         "channels.views.contacts.settle"),
        "one's own contacts in progress, whose people were opened by their pages",
    ),
    "channels.views.contacts.start": "the name of the person whose page one comes from",
    "channels.views.notices.bell": "officers' notices name a case and no person",
    **dict.fromkeys(
        ("reporting.views.export_new", "reporting.views.export_page", "reporting.views.exports_page", "reporting.views_people.people",
         "reporting.views_people.people_file"),
        "how far a file is; its making and its fetching are written by their service and door",
    ),
    **dict.fromkeys(
        ("channels.portal.views.home.home", "channels.portal.views.home.language", "channels.portal.views.home.procedure"),
        "what is published",
    ),
    **dict.fromkeys(
        ("channels.portal.views.sent.check", "channels.portal.views.sent.forget", "channels.portal.views.sent.receipt",
         "channels.portal.views.sent.receipt_pdf"),
        "what somebody has just written, shown to themselves from their session",
    ),
    **dict.fromkeys(
        ("channels.portal.views.login.arrival", "channels.portal.views.login.check_code", "channels.portal.views.login.code",
         "channels.portal.views.login.identity", "channels.portal.views.login.log_in", "channels.portal.views.login.log_out",
         "channels.portal.views.login.sample"),
        "the way in shows nothing of anybody",
    ),
}  # fmt: skip


def opens(view: Any) -> Any:
    """The model a page opens, as its door was told."""
    return door(view).get("opens")


def door(view: Any) -> dict[str, Any]:
    """What `@page` was given; other decorators may stand around it."""
    while view is not None:
        held = dict(inspect.getclosurevars(view).nonlocals)
        if "opens" in held:
            return held
        view = getattr(view, "__wrapped__", None)
    return {}


DOORS = {
    f"{pattern.callback.__module__}.{pattern.callback.__qualname__}": pattern.callback
    for _path, pattern in OURS
    if hasattr(pattern.callback, "verb")
}


def about_a_person(model: Any) -> bool:
    return model._meta.label_lower == "citizens.citizen" or bool(PERSONAL & {field.name for field in model._meta.fields})


@pytest.mark.parametrize("name", sorted(name for name, view in DOORS.items() if opens(view) is not None))
def test_what_a_page_opens_of_a_person_is_named_in_the_log(name: str) -> None:
    """`opens` writes the entry; the kinds of data come from the page or from the model."""
    model, own = opens(DOORS[name]), door(DOORS[name])
    if about_a_person(model):
        fields = {field.name for field in model._meta.fields}
        assert SEEN.get(model._meta.label_lower) or "category" in fields or asked_for(own), (
            f"{name}: seen.py does not know {model.__name__}"
        )


def asked_for(own: dict[str, Any]) -> bool:
    look = own.get("look")
    return bool(look and inspect.getclosurevars(look).nonlocals.get("categories"))


@pytest.mark.parametrize("name", sorted(name for name, view in DOORS.items() if opens(view) is None and view.verb.startswith(ABOUT_PEOPLE)))
def test_a_page_about_people_that_opens_none_by_its_address_writes_its_own_entry(name: str) -> None:
    source = inspect.getsource(inspect.getmodule(inspect.unwrap(DOORS[name])))  # type: ignore[arg-type]
    assert any(call in source for call in WRITES) or name in WRITTEN_ELSEWHERE, f"{name}: nobody would know who looked"


def test_the_list_of_those_written_elsewhere_names_no_page_that_is_gone() -> None:
    assert set(WRITTEN_ELSEWHERE) - set(DOORS) == set()


def test_the_kinds_of_data_are_of_models_that_are_there() -> None:
    assert {label for label in SEEN if label not in {model._meta.label_lower for model in apps.get_models()}} == set()


def viewsets() -> list[tuple[str, Any, dict[str, str]]]:
    return [
        (path, pattern.callback.cls, pattern.callback.actions)
        for path, pattern in SERVED
        if hasattr(pattern.callback, "cls") and issubclass(pattern.callback.cls, ApiViewSet)
    ]


@pytest.mark.parametrize(("path", "viewset", "actions"), viewsets(), ids=[path for path, _set, _actions in viewsets()])
def test_every_reading_of_the_api_goes_through_what_writes_it_down(path: str, viewset: Any, actions: dict[str, str]) -> None:
    """One object by get_object, which looks; a list by Listed, or by a view that writes its own entry."""
    for action in actions.values():
        source = inspect.getsource(getattr(viewset, action))
        if action == "list":
            assert issubclass(viewset, Listed) or any(call in source for call in WRITES), path
        if action == "retrieve":
            assert "get_object()" in source or any(call in source for call in WRITES), path


@pytest.fixture
def entries(world: World) -> Any:
    def count(**fields: Any) -> int:
        with acting(machine(world.norte)):
            return AccessEntry.objects.filter(**fields).count()

    return count


PAGES_OF_A_PERSON = {
    "citizens:show": "carla.uid", "cases:show": "case_of_norte.number", "citizens:edit": "carla.uid", "cases:of": "carla.uid",
    "channels:of": "carla.uid",
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES_OF_A_PERSON)
def test_a_page_about_a_person_is_written_down_with_its_kinds_of_data(world: World, entries: Any, name: str) -> None:
    holder, _dot, key = PAGES_OF_A_PERSON[name].partition(".")
    address = reverse(name, args=[getattr(getattr(world, holder), key)])
    assert world.browser(world.ana).get(address).status_code == 200
    assert entries(citizen_id=world.carla.pk, user_id=world.ana.user_id) >= 1
    assert entries(citizen_id=world.carla.pk, user_id=world.ana.user_id, categories=[]) == 0


def test_a_case_without_its_purpose_says_so_and_with_a_contact_says_it(world: World, entries: Any) -> None:
    from channels.services import start_contact

    contact = start_contact(channel="phone", purpose=world.purpose, by=world.ana)
    world.browser(world.ana).get(f"/@{contact.code}" + reverse("citizens:show", args=[world.carla.uid]))
    assert entries(citizen_id=world.carla.pk, purpose_id=world.purpose.pk) >= 1
    assert entries(citizen_id=world.carla.pk, purpose_id=None) == 0
