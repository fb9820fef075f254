"""Who looked: filtered, grouped by page view, page by page, and as CSV."""

import csv
import uuid
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest
from django.urls import reverse

from czrm.institutions import review, words
from czrm.kit.actor import Clerk, acting
from czrm.kit.verbs import PAGES
from czrm.trail.access import PAGE_VIEW, looked, turned_away
from czrm.trail.models import AccessEntry
from tests.world import World

LOG, EXPORT = "institutions:access_log", "institutions:access_export"


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    token = PAGE_VIEW.set(None)
    yield
    PAGE_VIEW.reset(token)


def look(world: World, by: Clerk, *verbs: str) -> None:
    PAGE_VIEW.set(str(uuid.uuid4()))
    with acting(by):
        for verb in verbs or ("citizen.see",):
            looked(world.carla, verb, by=by)


def shown(world: World, **query: object) -> list[review.Look]:
    """Without the lines of whoever reads the log, which stand in it too."""
    looks = world.browser(world.pablo).get(reverse(LOG), query).context["looks"]
    return [look for look in looks if look.verbs != [words.look("access.see")]]


def test_a_page_view_is_one_line_with_all_it_showed_and_why(world: World) -> None:
    look(world, replace(world.ana, purpose_id=world.purpose.pk), "citizen.see", "case.see")
    [line] = shown(world, verb="citizen.see")
    assert (line.by, line.purpose, line.people) == ("Ana", world.purpose.name, [("Carla Soto", str(world.carla.uid))])
    [line] = shown(world)
    assert len(line.verbs) == 2


def test_the_filters_narrow_it(world: World) -> None:
    look(world, world.ana)
    look(world, world.sofia, "citizen.edit")
    PAGE_VIEW.set(str(uuid.uuid4()))
    with acting(world.ana):
        turned_away("/desk/cases/X/", 404, by=world.ana)
    from czrm.institutions.models import User

    sofia = User.objects.get(pk=world.sofia.user_id)
    assert [line.by for line in shown(world, officer=sofia.uid)] == ["Sofía"]
    assert [line.refused for line in shown(world, refused="on")] == [404]
    assert len(shown(world, citizen=world.carla.uid)) == 2
    assert len(shown(world, unexplained="on")) == 2
    assert shown(world, citizen=world.dario.uid) == []
    assert shown(world, until="2020-01-01") == []
    assert len(shown(world, since="2020-01-01")) == 3


def test_a_filter_out_of_shape_shows_nothing_and_says_so(world: World) -> None:
    look(world, world.ana)
    answer = world.browser(world.pablo).get(reverse(LOG), {"citizen": "carla"})
    assert answer.status_code == 422
    assert answer.context["looks"] == []


def test_it_is_read_page_by_page_without_losing_or_repeating_a_line(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review, "SIZE", 7)
    for _ in range(10):
        look(world, world.ana, "citizen.see", "citizen.edit")
    browser, seen, address = world.browser(world.pablo), [], reverse(LOG) + "?verb=&refused="
    for _ in range(20):
        page = browser.get(address)
        seen += [line.at for line in page.context["looks"]]
        assert all(len(line.verbs) == 2 for line in page.context["looks"])
        if not page.context["older"]:
            break
        address = reverse(LOG) + page.context["older"]
    assert len(seen) == 10
    assert seen == sorted(seen, reverse=True)


def test_a_page_view_larger_than_a_page_does_not_stop_the_reader(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review, "SIZE", 3)
    look(world, world.ana, *(["citizen.see"] * 10))
    with acting(world.pablo):
        found, before, rounds = AccessEntry.objects.order_by("-id"), None, 0
        while rounds < 10:
            page = review.page_of(found, before)
            rounds, before = rounds + 1, page.before
            if before is None:
                break
    assert rounds == 4


def test_who_reads_the_log_stands_in_it(world: World) -> None:
    shown(world)
    lines = world.browser(world.pablo).get(reverse(LOG)).context["looks"]
    assert [(line.by, line.verbs) for line in lines] == [("Pablo", [words.look("access.see")])]


def test_norte_does_not_see_who_looked_in_sur(world: World) -> None:
    look(world, world.bruno)
    assert shown(world) == []
    assert b"Bruno" not in b"".join(world.browser(world.pablo).get(reverse(EXPORT)))


def test_the_csv_holds_the_lines_and_is_itself_written_down(world: World) -> None:
    look(world, replace(world.ana, name="=cmd()", purpose_id=world.purpose.pk))
    answer = world.browser(world.pablo).get(reverse(EXPORT), {"verb": "citizen.see"})
    text = b"".join(answer).decode("utf-8-sig")
    head, *rows = csv.reader(text.splitlines())
    assert head == list(review.HEAD)
    [row] = rows
    assert (row[1], row[2], row[4], row[5]) == ("'=cmd()", "citizen.see", str(world.carla.uid), world.purpose.name)
    assert "Carla" not in text
    assert [line.verbs for line in shown(world, verb="access.export")]


def test_a_protected_person_stays_unnamed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    look(world, world.ana)
    row = SimpleNamespace(
        filter=lambda **_: SimpleNamespace(values_list=lambda *_: [(world.carla.pk, "Carla Soto", "protected", world.carla.uid)])
    )
    monkeypatch.setattr(review, "citizens", lambda: row)
    [line] = shown(world)
    assert "Carla" not in line.people[0][0]


def test_every_look_at_a_person_has_words() -> None:
    nouns = {"citizen", "protected", "fact", "case", "contact", "mandate", "consent", "match", "login", "notice", "mailbox", "portal"}
    looks = {verb for verb in PAGES if verb.partition(".")[0] in nouns}
    assert "citizen.break_glass" in looks
    assert {verb for verb in looks if words.look(verb) == verb} == set()
