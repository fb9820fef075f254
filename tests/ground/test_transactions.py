"""What only shows with real commits: the pool, the outbox, other threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections, transaction
from django.test import Client

from cases.models import Case
from czrm.kit.actor import acting
from czrm.kit.service import service
from czrm.kit.verbs import SERVICES
from czrm.trail import outbox
from czrm.trail.models import Event
from czrm.trail.say import say
from tests.world import World, machine

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> World:
    return World()


@pytest.fixture
def one_connection() -> Iterator[None]:
    """A pool of one: whatever a request leaves behind, the next one finds."""
    options = connection.settings_dict["OPTIONS"]
    pool = options["pool"]
    connection.close()
    connection.close_pool()
    options["pool"] = {"min_size": 1, "max_size": 1, "timeout": 1}
    yield
    connection.close()
    connection.close_pool()
    options["pool"] = pool


def backend_and_context() -> tuple[int, str, str]:
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid(), coalesce(current_setting('czrm.institution', true), ''), count(*)::text from cases_case")
        return cursor.fetchone()


def test_nothing_leaks_to_the_next_borrower_of_the_pool(one_connection, world: World):
    assert world.case_of_norte
    actors = ((world.ana, False), (world.bruno, True), (world.visitor, False))
    connection.close()
    for actor, fail in actors:
        try:
            with acting(actor):
                seen = backend_and_context()
                if fail:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        connection.close()  # what request_finished does: back to the pool
        assert backend_and_context() == (seen[0], "", "0")
        connection.close()


def test_a_session_level_setting_does_leak(one_connection, world: World):
    """The trap, kept as a test: this is what `set_config(..., false)` would do."""
    assert world.case_of_sur
    with connection.cursor() as cursor:
        cursor.execute("select set_config('czrm.institution', %s, false)", [str(world.sur.pk)])
    connection.close()
    assert backend_and_context()[2] == "1"
    connection.close()
    connection.close_pool()


def test_an_exhausted_pool_fails_within_its_time_and_the_next_borrower_is_served(one_connection, world: World):
    assert world.ana
    failed: list[Exception] = []

    def wait_in_vain() -> None:
        try:
            connection.ensure_connection()
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    with transaction.atomic():
        other = threading.Thread(target=wait_in_vain)
        other.start()
        other.join(5)
        assert not other.is_alive()
    assert len(failed) == 1
    connection.close()
    assert backend_and_context()[1] == ""


def test_two_dispatchers_share_the_work_and_none_is_done_twice(world: World, monkeypatch):
    heard: list[int] = []
    monkeypatch.setitem(outbox.LISTENERS, "test.said", [lambda event: heard.append(event.pk)])
    for body, case in ((world.norte, world.case_of_norte), (world.sur, world.case_of_sur)):
        with acting(machine(body)) as by:
            say("test.said", case, by=by)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select id from czrm.lease_events(1)")  # another dispatcher, still in its transaction
        [taken] = cursor.fetchone()
        others = threading.Thread(target=lambda: (outbox.dispatch(), connections.close_all()))
        others.start()
        others.join(10)
        assert len(heard) == 1
        assert taken not in heard
    assert outbox.dispatch() == 0  # leased by the first for a minute


def test_a_listener_that_fails_waits_and_holds_nobody_up(world: World, monkeypatch):
    heard: list[str] = []

    def listen(event: Event) -> None:
        if event.data["n"] == 1:
            raise ZeroDivisionError
        heard.append(event.kind)

    monkeypatch.setitem(outbox.LISTENERS, "test.said", [listen])
    with acting(machine(world.norte)) as by:
        for n in (1, 2):
            say("test.said", world.case_of_norte, by=by, n=n)
    outbox.dispatch()
    assert heard == ["test.said"]
    with acting(machine(world.norte)):
        poison = Event.objects.get(data__n=1)
    assert (poison.attempts, poison.dispatched_at) == (1, None)
    assert poison.leased_until is not None


def test_the_nudge_goes_out_only_after_commit(world: World, monkeypatch):
    nudges: list[str] = []
    monkeypatch.setattr(outbox, "nudge", lambda: nudges.append("nudged"))
    case = world.case_of_norte
    with pytest.raises(ZeroDivisionError), acting(world.sofia) as by:
        say("test.said", case, by=by)
        1 / 0  # noqa: B018
    assert nudges == []
    with acting(world.sofia) as by:
        say("test.said", case, by=by)
    assert nudges == ["nudged"]


def test_a_service_is_undone_whole_and_needs_its_verb(world: World):
    try:

        @service("test.deed")
        def deed(case: Case, *, fail: bool, by: object) -> None:
            Case.objects.filter(pk=case.pk).update(title="done")
            if fail:
                raise ZeroDivisionError

        case, by = world.case_of_norte, machine(world.norte)
        with pytest.raises(ZeroDivisionError):
            deed(case, fail=True, by=by)
        with pytest.raises(PermissionDenied, match="test"):
            deed(case, fail=False, by=world.ana)
        with acting(by):
            assert Case.objects.get().title == "of Norte"
        deed(case, fail=False, by=by)
        with acting(by):
            assert Case.objects.get().title == "done"
    finally:
        SERVICES.pop("test.deed", None)


def test_a_service_without_an_author_cannot_be_written():
    with pytest.raises(TypeError, match="Actor"):

        @service("test.anonymous")
        def deed(case: Case) -> None: ...


def test_the_tables_were_flushed_by_the_owner_between_tests(db):
    with connection.cursor() as cursor:
        cursor.execute("select current_user, (select count(*) from institutions_institution)")
        assert cursor.fetchone() == ("czrm_app", 0)


def test_an_exhausted_pool_answers_503_and_when_to_try_again(one_connection, world: World):
    """The only connection is somebody else's: whoever comes now is told to come back."""
    assert world.ana
    answers: list[tuple[int, str]] = []
    taken = threading.Event()
    done = threading.Event()

    def hold() -> None:
        with transaction.atomic():
            connection.ensure_connection()
            taken.set()
            done.wait(10)
        connections.close_all()

    connection.close()
    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait(5)
    try:
        for url in ("/portal/", "/api/v1/cases/"):
            answer = Client(raise_request_exception=False, headers={"Authorization": "Bearer x"}).get(url)
            answers.append((answer.status_code, answer["Retry-After"]))
            connection.close()
    finally:
        done.set()
        holder.join()
    assert answers == [(503, "5"), (503, "5")]
