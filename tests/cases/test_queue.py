"""The queue: what comes first, what is left out, and what it costs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from cases import queue
from cases.clock import Calendar
from cases.models import Case, SavedView
from cases.queue import Filters
from cases.services import forget_view, save_view
from czrm.institutions.models import Membership, User
from czrm.kit.actor import Clerk, acting
from czrm.kit.refused import Refused
from tests import factories
from tests.cases.test_pages import BOUNDARIES
from tests.world import World, machine

QUEUE_BUDGET = 12
START = datetime(2026, 10, 1, tzinfo=UTC)


def seen_now() -> queue.Seen:
    return queue.Seen.by(Calendar("America/Santiago"), now(), [])


def some(world: World, how_many: int, **fields: object) -> list[Case]:
    return [
        factories.case(world.norte, world.carla, world.procedure, opened_at=START + timedelta(days=day), title=f"Caso {day}", **fields)
        for day in range(how_many)
    ]  # fmt: skip


def titles(actor: Clerk, filters: Filters | None = None, after: str = "", size: int = 50) -> list[str]:
    filters = filters or Filters()
    with acting(actor):
        rows = queue.tabbed(queue.base(actor, filters), filters.tab, actor, seen_now())
        return [case.title for case in queue.page(rows, filters.sort, after, size).rows]


def test_the_unassigned_come_first_then_the_oldest(world: World) -> None:
    ana = User.objects.get(pk=world.ana.user_id)
    for day, assignee in ((0, ana), (1, None), (2, ana), (3, None)):
        factories.case(world.norte, None, world.procedure, opened_at=START + timedelta(days=day), title=f"Caso {day}", assignee=assignee)
    assert titles(world.ana) == ["Caso 1", "Caso 3", "Caso 0", "Caso 2"]
    assert titles(world.ana, Filters(tab="mine")) == ["Caso 0", "Caso 2"]
    assert titles(world.ana, Filters(tab="unassigned")) == ["Caso 1", "Caso 3"]


@pytest.mark.parametrize("sort", ["oldest", "due", "newest"])
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_of_any_size_show_each_case_once_in_the_same_order_and_the_same_on_the_way_back(world: World, sort: str, size: int) -> None:
    seven(world)
    with acting(world.ana):
        rows = queue.base(world.ana, Filters())
        whole = [case.pk for case in queue.page(rows, sort).rows]
        there = [queue.page(rows, sort, size=size)]
        while there[-1].after:
            there.append(queue.page(rows, sort, there[-1].after, size))
        back = [there[-1]]
        while back[-1].before:
            back.append(queue.page(rows, sort, size=size, before=back[-1].before))
    assert [case.pk for page in there for case in page.rows] == whole
    assert len(whole) == 7
    assert [page.rows for page in reversed(back)] == [page.rows for page in there]
    assert [page.after for page in reversed(back)] == [page.after for page in there]


def seven(world: World) -> list[Case]:
    """Some of one moment, some without a date, some assigned."""
    ana = User.objects.get(pk=world.ana.user_id)
    return [
        factories.case(
            world.norte, None, world.procedure, opened_at=START + timedelta(days=day // 2), title=f"Caso {day}",
            due_at=None if day % 3 == 0 else START + timedelta(days=day % 2), assignee=ana if day % 2 else None,
        )
        for day in range(7)
    ]  # fmt: skip


def test_a_page_that_was_emptied_or_broken_meanwhile_gives_way_to_the_first(world: World) -> None:
    cases = seven(world)
    with acting(world.ana):
        rows = queue.base(world.ana, Filters())
        first = queue.page(rows, "newest", size=3)
        second = queue.page(rows, "newest", first.after, 3)
        for case in first.rows[:2]:
            Case.objects.filter(pk=case.pk).update(status="closed", closed_at=now())
        left = [case.pk for case in reversed(cases)][2:]
        assert [case.pk for case in queue.page(rows, "newest", size=3, before=second.before).rows] == left[:3]
        Case.objects.filter(pk__in=left[1:]).update(status="closed", closed_at=now())
        assert [case.pk for case in queue.page(rows, "newest", first.after, 3).rows] == left[:1]
        for nonsense in ("x", "~~", "0~~0", "9~~", "-1~~1"):
            assert [case.pk for case in queue.page(rows, "newest", size=3, before=nonsense).rows] == left[:1]


def test_one_walks_the_queue_forwards_and_back(world: World) -> None:
    some(world, 120)
    browser = world.browser(world.ana)
    pages = [browser.get(reverse("cases:queue"), {"channel": "counter", "sort": "newest"})]
    assert pages[0].context["previous"] == ""
    while pages[-1].context["next"]:
        pages.append(browser.get(pages[-1].context["next"]))
    assert [len(page.context["rows"]) for page in pages] == [50, 50, 20]
    back = browser.get(browser.get(pages[-1].context["previous"]).context["previous"])
    assert back.context["previous"] == ""
    assert [row[0].title for row in back.context["rows"]] == [row[0].title for row in pages[0].context["rows"]]
    assert f'rel="prev" href="{pages[1].context["previous"]}"'.replace("&", "&amp;") in pages[1].text


def test_closed_cases_are_in_the_list_and_not_in_the_queue(world: World) -> None:
    factories.case(world.norte, None, world.procedure, title="Viejo", status="closed", closed_at=now())
    assert titles(world.ana) == []
    assert titles(world.ana, Filters(open_only=False, sort="newest")) == ["Viejo"]


def test_a_case_is_found_by_its_number_the_beginning_of_it_or_words_of_its_title(world: World) -> None:
    case = factories.case(world.norte, None, world.procedure, title="Árbol caído en Los Tilos")
    factories.case(world.norte, None, world.procedure, title="Bache")
    factories.case(world.sur, None, world.procedure_of_sur, title="Árbol de Sur")
    for words in ("arbol", "árbol tilos", "TILO", case.number):
        assert titles(world.ana, Filters(q=words)) == ["Árbol caído en Los Tilos"]
    assert titles(world.ana, Filters(q="nada de eso")) == []
    assert titles(world.ana, Filters(q="'); drop table x; --")) == []
    assert "Árbol caído en Los Tilos" in titles(world.ana, Filters(q=case.number[:-1]))


def test_overdue_and_soon_are_told_apart(world: World) -> None:
    for title, days in (("Ayer", -1), ("Mañana", 1), ("Lejos", 30)):
        factories.case(world.norte, None, world.procedure, title=title, due_at=now() + timedelta(days=days))
    assert titles(world.ana, Filters(tab="overdue")) == ["Ayer"]
    assert titles(world.ana, Filters(tab="soon")) == ["Mañana"]


def test_counts_stop_at_99(world: World) -> None:
    some(world, 101)
    with acting(world.ana):
        counts = queue.counts(queue.base(world.ana, Filters()), world.ana, seen_now())
    assert counts == {"all": "99+", "unassigned": "99+", "mine": "0", "team": "0", "overdue": "0", "soon": "0"}


def test_what_the_address_does_not_know_is_left_out() -> None:
    asked = {
        "tab": "x",
        "status": "'; --",
        "team": "1 or 1=1",
        "assignee": "",
        "procedure": "zz",
        "channel": "phone",
        "sort": "id",
        "after": "x",
    }
    assert Filters.of(asked).plain == {"channel": "phone"}
    assert queue.cursor_of("1~drop~x") == (0, None, 0)
    assert queue.cursor_of("~~") == (0, None, 0)


def test_the_queue_keeps_its_budget_with_sixty_cases(world: World) -> None:
    some(world, 60, team=world.team)
    browser = world.browser(world.sofia)
    browser.get(reverse("cases:queue"))
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(reverse("cases:queue"))
    counted = [query["sql"] for query in queries if not BOUNDARIES.search(query["sql"][:120])]
    assert page.status_code == 200
    assert len(counted) <= QUEUE_BUDGET, "\n".join(counted)
    assert "Caso 0" in page.text
    assert "Caso 55" not in page.text


def test_bruno_s_queue_and_list_hold_nothing_of_norte(world: World) -> None:
    some(world, 3)
    bruno = world.browser(world.bruno)
    assert "Caso 0" not in bruno.get(reverse("cases:queue")).text
    assert "Caso 0" not in bruno.get(reverse("cases:list")).text


def test_many_are_assigned_after_the_count_is_confirmed(world: World) -> None:
    numbers = [case.number for case in some(world, 3)]
    browser = world.browser(world.sofia)
    page = browser.post(reverse("cases:bulk"), {"case": numbers})
    assert page.text.count('name="case"') == 3
    browser.post(reverse("cases:bulk"), {"case": numbers, "confirmed": "1", "assignee": str(world.ana.user_id)})
    assert len(titles(world.ana, Filters(tab="mine"))) == 3


def test_to_nobody_nothing_is_assigned(world: World) -> None:
    numbers = [case.number for case in some(world, 2, assignee=User.objects.get(pk=world.ana.user_id))]
    page = world.browser(world.sofia).post(reverse("cases:bulk"), {"case": numbers, "confirmed": "1", "team": "", "assignee": ""})
    assert page.status_code == 422
    assert len(titles(world.ana, Filters(tab="mine"))) == 2


def test_many_are_assigned_all_or_none(world: World) -> None:
    numbers = [case.number for case in some(world, 2)]
    with acting(machine(world.norte)):
        Membership.objects.filter(user=world.ana.user_id).update(active=False)
    page = world.browser(world.sofia).post(reverse("cases:bulk"), {"case": numbers, "confirmed": "1", "assignee": str(world.ana.user_id)})
    assert page.status_code == 422


def test_cases_of_norte_cannot_be_assigned_by_sur(world: World) -> None:
    numbers = [case.number for case in some(world, 2)]
    bruno = factories.clerk("Brunilda", world.sur, "supervisor")
    world.browser(bruno).post(reverse("cases:bulk"), {"case": numbers, "confirmed": "1", "assignee": str(bruno.user_id)})
    assert len(titles(world.ana, Filters(tab="unassigned"))) == 2


def test_a_view_is_one_s_own(world: World) -> None:
    view = save_view("Vencidos por teléfono", {"tab": "overdue", "channel": "phone"}, by=world.ana)
    assert "Vencidos por teléfono" in world.browser(world.ana).get(reverse("cases:queue")).text
    assert "Vencidos por teléfono" not in world.browser(world.sofia).get(reverse("cases:queue")).text
    with pytest.raises(SavedView.DoesNotExist):
        forget_view(view, by=world.sofia)
    with pytest.raises(Refused):
        save_view(" ", {}, by=world.ana)
    forget_view(view, by=world.ana)
    with acting(world.ana):
        assert not SavedView.objects.exists()


def test_a_view_is_saved_and_deleted_by_the_pages(world: World) -> None:
    browser = world.browser(world.ana)
    browser.post(reverse("cases:save_view"), {"name": "Por teléfono", "channel": "phone"})
    with acting(world.ana):
        view = SavedView.objects.get()
        assert view.query == {"channel": "phone"}
    browser.post(reverse("cases:forget_view", args=[view.uid]))
    with acting(world.ana):
        assert not SavedView.objects.exists()
