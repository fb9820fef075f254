"""How many questions a page may put to the database, with all its panels and the top bar.

Not counted: what opens and closes the transaction and tells the database who acts, and the look-up of who acts.
"""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import clear_script_prefix

from channels.models import Notice
from czrm.kit.actor import acting
from tests.channels.scenes import at, contact
from tests.channels.test_timeline import history
from tests.factories import machine
from tests.world import World

CITIZEN_BUDGET = 15
NOT_COUNTED = re.compile(
    r"^\s*(begin|commit|savepoint|release savepoint|rollback|select set_config)|"
    r'^\s*select [^;]* from (institutions_membership m|"django_session"|"institutions_user")', re.IGNORECASE,
)  # fmt: skip
FETCHED_BY_ITSELF = re.compile(r'hx-get="([^"]+)" hx-trigger="load')


@pytest.fixture(params=["with a purpose", "without a contact"])
def where(request: pytest.FixtureRequest, world: World) -> str:
    """The page of Carla, of whom there is all that a page shows, of both institutions."""
    history(world, 8)
    world.agreement("citizen", "contact", "case", "event", "interaction", "notice")
    assert world.case_of_norte
    assert world.case_of_sur
    with acting(machine(world.norte)):
        Notice.objects.create(
            institution=world.norte, event_id=99, kind="case.assigned", channel="email", recipient="ana@example.org", subject="s", body="b"
        )  # fmt: skip
    code = contact(world).code if request.param == "with a purpose" else ""
    clear_script_prefix()
    return (f"/@{code}" if code else "") + at("citizens:show", world.carla.uid)


def asked(browser: Browser, address: str) -> tuple[list[str], str]:
    """The statements of a page and of all that it fetches by itself, and what it shows."""
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(address)
        assert page.status_code == 200
        parts = [browser.get(part, headers={"HX-Request": "true"}) for part in FETCHED_BY_ITSELF.findall(page.text)]
    assert {part.status_code for part in parts} <= {200}
    counted = [query["sql"] for query in queries if not NOT_COUNTED.search(query["sql"])]
    return counted, page.text + "".join(part.text for part in parts)


def test_the_page_of_a_person_keeps_its_budget(world: World, where: str) -> None:
    ana = world.browser(world.ana)
    asked(ana, where)  # what is remembered for seconds is remembered
    counted, page = asked(ana, where)
    assert 10 <= len(counted) <= CITIZEN_BUDGET, "\n".join(counted)
    assert world.case_of_norte.number in page
    assert (world.case_of_sur.number in page) == where.startswith("/@")
    assert "event 7" in page
    assert at("channels:bell") in page.replace(where.partition("/desk")[0], "")
    assert "data-failed-panel" not in page


def test_the_page_of_a_person_keeps_its_budget_when_nothing_is_remembered(world: World, where: str) -> None:
    counted, _page = asked(world.browser(world.ana), where)
    # institution (twice), calendar, purpose, agreements (twice), delays of the access log, attributes of its own
    assert len(counted) <= CITIZEN_BUDGET + 8, "\n".join(counted)


def test_whoever_acts_is_the_only_thing_not_counted(world: World, where: str) -> None:
    ana = world.browser(world.ana)
    with CaptureQueriesContext(connection) as queries:
        ana.get(where)
    left_out = [query["sql"] for query in queries if NOT_COUNTED.search(query["sql"])]
    assert {sql.split()[0].lower() for sql in left_out} <= {"begin", "commit", "savepoint", "release", "select"}
    who = [sql for sql in left_out if "set_config" not in sql and sql.strip().lower().startswith("select")]
    assert len(who) == 3, "\n".join(who)  # the session, the user, the memberships
