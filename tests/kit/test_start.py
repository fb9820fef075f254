"""What CzRM refuses to start with, and what it says of its health."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from redis.exceptions import ConnectionError as RedisIsAway

from czrm.doors import health
from czrm.kit import checks, embedded
from czrm.kit.owner import as_owner
from tests.kit.processes import ROOT, environment


@contextmanager
def as_superuser() -> Iterator[None]:
    with as_owner():
        connection.settings_dict["USER"] = "postgres"
        yield


def sample_table() -> str:
    from django.apps import apps

    return next(model._meta.db_table for model in apps.get_models() if hasattr(model, "fence") and not isinstance(model.fence, checks.Open))


@pytest.mark.django_db
def test_the_application_may_start_as_its_own_role() -> None:
    assert checks.database() == []


@pytest.mark.django_db
def test_the_owner_may_not_start_the_application() -> None:
    with as_owner():
        bypasses, owns = checks.database()
    assert bypasses.startswith("czrm_owner may bypass row-level security")
    assert owns.startswith("czrm_owner owns ")


@pytest.mark.django_db
def test_a_superuser_may_not_start_the_application() -> None:
    with as_superuser():
        (reason,) = checks.database()
    assert reason.startswith("postgres is a superuser, which row-level security does not hold")


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["disable row level security", "no force row level security"])
def test_a_table_without_its_wall_is_named(change: str) -> None:
    table = sample_table()
    with as_owner():
        connection.set_autocommit(False)
        with connection.cursor() as cursor:
            cursor.execute(f'alter table "{table}" {change}')
            cursor.execute("set local role czrm_app")
            reasons = checks.database()
        connection.rollback()
    assert reasons == [f"row-level security is not enabled and forced on {table}: run migrate"]


@pytest.mark.django_db
def test_check_deploy_reports_a_role_above_the_walls() -> None:
    with as_owner(), pytest.raises(SystemCheckError, match="czrm_owner may bypass row-level security"):
        call_command("check", deploy=True)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("role", ["czrm_owner", "postgres", "czrm_backup"])
@pytest.mark.parametrize("door", [
    ["-c", "import czrm.wsgi"],
    ["-m", "celery", "-A", "czrm.celery", "worker", "--concurrency", "1"],
    ["-m", "celery", "-A", "czrm.celery", "beat", "--pidfile=", "--schedule", "{folder}/schedule"],
])  # fmt: skip
def test_no_door_opens_for_a_role_above_the_walls(door: list[str], role: str, tmp_path: Path) -> None:
    name = connection.settings_dict["NAME"]
    command = [sys.executable, *(word.format(folder=tmp_path) for word in door)]
    more = {"DATABASE_URL": f"postgresql://{role}@/{name}", "PGHOST": str(embedded.POSTGRES)}
    ended = subprocess.run(
        command, cwd=ROOT, env=environment(embedded.HOME, **more), capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode != 0
    assert f"CzRM does not start: {role} " in ended.stderr


@pytest.mark.parametrize("name", ["crm.example.org", "*", "10.0.0.7"])
def test_a_demonstration_is_for_this_machine(settings: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    settings.DEMO, settings.ALLOWED_HOSTS = True, ["127.0.0.1", name]
    assert checks.demonstration() == [f"demo mode answers this machine only, not {name}"]


def test_a_demonstration_does_not_listen_to_the_network(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO, settings.ALLOWED_HOSTS = True, ["localhost", "127.0.0.1", "[::1]"]
    assert checks.demonstration() == []
    monkeypatch.setenv("GRANIAN_HOST", "0.0.0.0")
    assert checks.demonstration() == ["demo mode answers this machine only, not 0.0.0.0"]


def test_a_demonstration_refuses_a_real_database(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO, settings.ALLOWED_HOSTS = True, ["localhost"]
    monkeypatch.setenv("DATABASE_URL", "postgresql://czrm_app@db/czrm")
    assert checks.demonstration() == ["demo mode refuses DATABASE_URL: its accounts have known passwords"]


@pytest.mark.parametrize(
    ("peer", "status"), [("127.0.0.1", "200 OK"), ("::1", "200 OK"), ("192.0.2.7", "403 Forbidden"), ("", "403 Forbidden")]
)
def test_a_demonstration_answers_no_other_machine_whatever_it_listens_on(settings: Any, peer: str, status: str) -> None:
    settings.DEMO = True
    seen = []

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return []

    checks.at_home(application)({"REMOTE_ADDR": peer}, lambda said, headers: seen.append(said))
    assert seen == [status]


def test_outside_a_demonstration_nothing_stands_in_between(settings: Any) -> None:
    settings.DEMO = False
    assert checks.at_home(health.healthz) is health.healthz  # type: ignore[arg-type, comparison-overlap]


def test_being_alive_asks_nothing_of_the_database(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"service": "czrm", "status": "ok"})


@pytest.mark.django_db
def test_ready_when_database_and_redis_answer(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


@pytest.fixture
def not_migrated_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)


@pytest.mark.django_db
@pytest.mark.usefixtures("not_migrated_yet")
def test_not_ready_before_the_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda self, targets: [("one", False), ("two", False)])
    assert missing() == {"database": "2 migrations are not applied: run migrate"}


@pytest.mark.django_db
def test_not_ready_as_a_role_above_the_walls() -> None:
    with as_owner():
        assert missing()["database"].startswith("czrm_owner may bypass row-level security")


@pytest.mark.django_db
def test_not_ready_without_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(cache._connections[cache._alias]), "get", failing(RedisIsAway))
    assert missing() == {"redis": "does not answer"}


def test_not_ready_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "database", failing(OperationalError))
    assert missing() == {"database": "does not answer"}


def missing() -> dict[str, str]:
    import json

    answer = health.readyz(RequestFactory().get("/readyz"))
    assert answer.status_code == 503
    return json.loads(answer.content)["missing"]


def failing(error: type[Exception]) -> Any:
    def fail(*args: Any, **kwargs: Any) -> Any:
        raise error("away")

    return fail
