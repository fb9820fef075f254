"""The dashboard as browsers of the cast see it."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from channels.models import Channel
from czrm.kit.actor import acting
from tests import factories
from tests.factories import machine
from tests.world import World

BUDGET = 12
BOUNDARIES = re.compile(r"savepoint|begin|commit|set_config|django_session|institutions_(user|membership)", re.IGNORECASE)
ADDRESS = reverse("reporting:dashboard")


@pytest.fixture
def busy(world: World) -> World:
    """Four opened yesterday, two of them closed at once: one on time and one late; one from long ago that is overdue."""
    moment = now() - timedelta(days=1)
    for number, (promised, closed) in enumerate([(2, 1), (1, 2), (None, None), (48, None)]):
        factories.case(
            world.norte, None, world.procedure, opened_at=moment, team=world.team, title=f"Caso {number}", channel="phone",
            promised_at=promised and moment + timedelta(hours=promised), due_at=promised and moment + timedelta(hours=promised),
            closed_at=closed and moment + timedelta(hours=closed), status="closed" if closed else "received",
        )  # fmt: skip
    old = now() - timedelta(days=200)
    factories.case(world.norte, None, world.procedure, opened_at=old, due_at=old + timedelta(days=9), status="in_progress")
    return world


def page(world: World, who: Any, query: str = "") -> Any:
    return world.browser(who).get(ADDRESS + query)


def figures(world: World, query: str = "") -> dict[str, list[str]]:
    answer = world.browser(world.sofia).get(reverse("reporting:table", args=["figures"]) + query)
    return {row[0]: row[1:] for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))}


def test_sofia_sees_how_norte_is_doing(busy: World):
    found = page(busy, busy.sofia)
    context = found.context["figures"]
    assert found.status_code == 200
    assert (context.now.opened, context.now.closed, context.now.on_time) == (4, 2, 0.5)
    assert (context.stock.open, context.stock.overdue) == (3, 1)
    assert "50\u00a0%" in found.text
    assert "Alumbrado" in found.text


def test_ana_who_is_no_supervisor_does_not(busy: World):
    assert page(busy, busy.ana).status_code == 403
    assert busy.browser(busy.ana).get(reverse("reporting:table", args=["figures"])).status_code == 403


def test_nobody_sees_it_without_a_session(world: World):
    assert world.browser(world.guest).get(ADDRESS).status_code == 302


def test_a_supervisor_of_sur_sees_nothing_of_norte(busy: World):
    berta = factories.clerk("Berta", busy.sur, "supervisor")
    found = page(busy, berta, "?period=365")
    assert found.context["empty"]
    assert "Alumbrado" not in found.text
    factories.case(busy.sur, None, busy.procedure_of_sur)
    assert page(busy, berta, "?period=365").context["figures"].now.opened == 1
    table = busy.browser(berta).get(reverse("reporting:table", args=["by-team"]) + "?period=365")
    assert "Alumbrado" not in table.content.decode()


def test_the_administrator_sees_figures_without_the_way_to_the_cases(busy: World):
    found = page(busy, busy.alma)
    assert found.status_code == 200
    assert f'href="{reverse("cases:list")}?' not in found.text
    assert f'href="{reverse("cases:list")}?' in page(busy, busy.sofia).text.replace("&amp;", "&")


def test_an_institution_without_cases_is_told_what_will_stand_here(world: World):
    found = page(world, world.sofia)
    assert found.context["empty"]
    assert '<svg class="chart' not in found.text


def test_old_data_are_shown_where_they_are(world: World):
    factories.case(world.norte, None, world.procedure, opened_at=now() - timedelta(days=3000))
    found = page(world, world.sofia)
    assert found.context["figures"].now.opened == 1
    assert found.context["figures"].period.choice == "own"


def test_days_in_which_nothing_happened_say_so_and_where_the_newest_are(busy: World):
    found = page(busy, busy.sofia, "?period=own&first=2019-01-01&last=2019-01-31")
    assert found.context["figures"].empty
    assert f'href="{ADDRESS}"' in found.text


def test_one_day_has_cards_and_tables_and_no_course(busy: World):
    day = (now() - timedelta(days=1)).date()
    found = page(busy, busy.sofia, f"?period=own&first={day}&last={day}")
    assert found.context["charts"] == {}
    assert found.status_code == 200


def test_without_promises_there_is_no_share_on_time(world: World):
    moment = now() - timedelta(days=1)
    factories.case(world.norte, None, world.procedure, opened_at=moment, closed_at=moment, status="closed")
    found = page(world, world.sofia)
    assert found.context["cards"][2].value == "–"
    assert "on_time" not in found.context["charts"]


def test_what_ended_nobody_knows_when_is_said(world: World):
    factories.case(world.norte, None, world.procedure, opened_at=now() - timedelta(days=1), status="closed")
    found = page(world, world.sofia)
    assert found.context["undated"] == "1"
    assert "state=undated" in found.text
    assert found.context["figures"].stock.open == 0


def test_a_period_of_ones_own_that_cannot_be_is_explained(busy: World):
    found = page(busy, busy.sofia, "?period=own&first=2026-02-01&last=2026-01-01")
    assert found.status_code == 200
    assert 'id="period-error"' in found.text


def test_channels_bear_the_institution_s_own_names(busy: World):
    with acting(machine(busy.norte)):
        Channel.objects.create(institution=busy.norte, code="phone", name="Línea 148")
    assert "Línea 148" in page(busy, busy.sofia).text


def test_every_chart_and_table_is_a_csv(busy: World):
    browser = busy.browser(busy.sofia)
    for key in ("figures", "opened", "closed", "on_time", "ages", "by-team", "by-channel", "by-procedure"):
        answer = browser.get(reverse("reporting:table", args=[key]))
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert answer["Content-Type"].startswith("text/csv"), key
        assert answer.content.startswith(b"\xef\xbb\xbf")
        assert len(rows) > 1
        assert len({len(row) for row in rows}) == 1
    assert browser.get(reverse("reporting:table", args=["salaries"])).status_code == 404


def test_a_name_that_begins_like_a_formula_is_text_in_the_csv(world: World):
    factories.case(world.norte, None, factories.procedure(world.norte, "=1+1"), opened_at=now() - timedelta(days=1))
    answer = world.browser(world.sofia).get(reverse("reporting:table", args=["by-procedure"]))
    assert "'=1+1," in answer.content.decode("utf-8-sig")


def test_the_figures_as_csv_are_those_of_the_page(busy: World):
    found = [row[0] for row in figures(busy).values()]
    assert found[1:5] == ["4", "2", "2", "1"]


def test_english_is_complete(busy: World):
    browser = busy.browser(busy.sofia)
    browser.cookies["django_language"] = "en"
    found = browser.get(ADDRESS)
    assert "How we are serving people" in found.text


def test_the_dashboard_keeps_its_budget(busy: World):
    browser = busy.browser(busy.sofia)
    browser.get(ADDRESS)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(ADDRESS).status_code == 200
    counted = [query["sql"] for query in queries if not BOUNDARIES.search(query["sql"][:120])]
    assert 0 < len(counted) <= BUDGET, "\n".join(counted)
