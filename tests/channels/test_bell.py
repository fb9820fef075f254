"""The broker is only a nudge: away, slow or flushed, it costs a request less than a second and loses nothing."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery

from czrm.kit.actor import acting
from czrm.trail import bell
from czrm.trail.models import Event
from czrm.trail.say import say
from tests.factories import machine
from tests.world import World


@pytest.fixture(autouse=True)
def never_rung(monkeypatch):
    monkeypatch.setattr(bell, "_next", {})


@pytest.fixture
def deaf() -> Iterator[str]:
    """A broker that takes the connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def line_to(broker: str, monkeypatch) -> None:
    monkeypatch.setattr(bell.settings, "CELERY_BROKER_URL", broker)
    monkeypatch.setattr(bell, "_LINE", bell._line())


def commit(world: World, callbacks) -> float:
    start = time.monotonic()
    with callbacks(execute=True), acting(machine(world.norte)) as by:
        say("test.said", world.case_of_norte, by=by)
    return time.monotonic() - start


def test_without_a_broker_the_request_still_succeeds_within_a_second(
    world: World, monkeypatch, django_capture_on_commit_callbacks, tmp_path: Path
):
    world.case_of_norte  # noqa: B018  made before the clock runs
    line_to(f"redis+socket://{tmp_path}/nobody.sock", monkeypatch)
    assert commit(world, django_capture_on_commit_callbacks) < 1
    with acting(machine(world.norte)):
        assert Event.objects.filter(kind="test.said").count() == 1


def test_a_broker_that_does_not_answer_costs_one_request_less_than_a_second_and_the_next_nothing(
    world: World, monkeypatch, deaf: str, django_capture_on_commit_callbacks
):
    world.case_of_norte  # noqa: B018
    line_to(deaf, monkeypatch)
    assert commit(world, django_capture_on_commit_callbacks) < 1
    assert commit(world, django_capture_on_commit_callbacks) < 0.2


def test_a_burst_rings_once(monkeypatch):
    rung: list[str] = []
    monkeypatch.setattr(Celery, "send_task", lambda self, task, **options: rung.append(task))
    for _n in range(50):
        bell.ring("a.task")
    bell.ring("another.task")
    assert rung == ["a.task", "another.task"]


def test_it_rings_again_after_a_moment(monkeypatch):
    rung: list[str] = []
    monkeypatch.setattr(Celery, "send_task", lambda self, task, **options: rung.append(task))
    bell.ring("a.task")
    monkeypatch.setattr(bell, "_next", {"a.task": time.monotonic() - 1})
    bell.ring("a.task")
    assert len(rung) == 2
