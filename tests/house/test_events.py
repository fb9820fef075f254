"""Every event listened to is said somewhere, every periodic job exists, and what crosses institutions is on a short list."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import engines
from django.template.loader import get_template

from czrm.celery import app
from czrm.trail import outbox

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("czrm", "citizens", "cases", "channels", "reporting")
SOURCES = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]
SAID = {kind for path in SOURCES for kind in re.findall(r"(?:say|said|audited_bulk)\(\s*\"([a-z_.]+)\"", path.read_text())}
# Where SQL is written by hand: definer functions are called, policies made, aggregates and bulk rows cheaper than the ORM's.
RAW_SQL = {
    "cases/importing/loading.py", "cases/queue.py", "cases/services/filing.py", "cases/services/offers.py", "cases/services/rows.py", "channels/delivery.py",
    "channels/errands.py", "channels/portal/tracking.py", "channels/portal/drafts.py",
    "citizens/definers.py", "czrm/doors/idempotency.py", "czrm/institutions/definers.py", "czrm/institutions/health.py",
    "czrm/institutions/roles.py", "czrm/kit/actor.py", "czrm/kit/checks.py", "czrm/kit/management/commands/migrate.py", "czrm/kit/rows.py",
    "czrm/trail/access.py", "czrm/trail/outbox.py", "czrm/trail/sealing.py", "czrm/trail/verifying.py", "reporting/queries.py", "reporting/exports.py",
}  # fmt: skip
BULK = re.compile(r"\.bulk_create\(|\.bulk_update\(|\.copy\(f?\"copy")
AUDITED = {"Case"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_event_listened_to_is_said():
    assert set(outbox.LISTENERS) - SAID == set()
    assert "case.opened" in SAID


def test_every_event_is_a_noun_and_what_became_of_it():
    assert {kind for kind in SAID if not re.fullmatch(r"[a-z]+\.[a-z_]+", kind)} == set()


def test_every_periodic_job_exists():
    app.loader.import_default_modules()
    for job, row in app.conf.beat_schedule.items():
        assert row["task"] in app.tasks, job


@pytest.mark.parametrize("path", [path for path in SOURCES if ".cursor()" in path.read_text()], ids=name)
def test_sql_by_hand_stays_where_it_is_known(path: Path):
    assert name(path) in RAW_SQL or "demo" in path.parts


def test_the_list_of_sql_by_hand_names_no_file_that_has_none():
    assert {each for each in RAW_SQL if ".cursor()" not in (ROOT / each).read_text()} == set()


@pytest.mark.parametrize("path", [path for path in SOURCES if BULK.search(path.read_text())], ids=name)
def test_bulk_writes_on_audited_models_are_told_of(path: Path):
    text = path.read_text()
    if any(f"{model}.objects.bulk_" in text for model in AUDITED) or "insert into cases_case" in text:
        assert "audited_bulk(" in text


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=name)
def test_every_template_compiles(path: Path):
    assert get_template(str(path.relative_to(ROOT / "templates")))


def test_templates_are_found_in_one_place():
    assert [str(folder) for folder in engines["django"].dirs] == [str(ROOT / "templates")]


def test_no_signals_but_those_of_others():
    for path in SOURCES:
        assert "@receiver(" not in path.read_text(), name(path)
