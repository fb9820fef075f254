"""What the papers say about variables and containers is what the code reads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
READ = re.compile(r"""environ(?:\.get\(|\.pop\(|\[)\s*["']([A-Z_]+)["']""")
FOREIGN = {"REMOTE_ADDR", "PYTHONPATH", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"}  # WSGI's and Python's
EVERY_SERVICE = ("postgres", "redis", "migrate", "web", "worker", "beat")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def read_variables() -> set[str]:
    folders = ("czrm", "citizens", "cases", "channels", "reporting", "scripts", "bench")
    sources = [path for folder in folders for path in (ROOT / folder).rglob("*.py")] + [ROOT / "tests" / "conftest.py"]
    return {name for path in sources for name in READ.findall(path.read_text())} - FOREIGN


def described_variables() -> set[str]:
    table = (ROOT / "docs" / "configuration.md").read_text().split("## Processes")[0]
    return set(re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE))


def test_every_variable_that_is_read_is_described_and_no_other() -> None:
    assert described_variables() == read_variables()


def test_the_containers_get_only_variables_that_exist(compose: dict[str, Any]) -> None:
    for name in ("migrate", "web", "worker", "beat"):
        assert set(compose["services"][name]["environment"]) <= described_variables()


def test_only_the_migrations_get_the_owners_password(compose: dict[str, Any]) -> None:
    holders = {name for name, service in compose["services"].items() if "DATABASE_OWNER_URL" in service.get("environment", {})}
    assert holders == {"migrate"}


def test_every_service_is_there_and_everything_that_lasts_is_watched(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == set(EVERY_SERVICE)
    assert {name for name, service in compose["services"].items() if "healthcheck" not in service} == {"migrate"}


def test_no_secret_is_written_into_the_containers(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if "PASSWORD" in name or "SECRET" in name or name.startswith("DATABASE"):
                assert re.search(r"\$\{\w+:\?", value), name


def test_services_wait_for_what_they_need(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert services["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for name in ("web", "worker", "beat"):
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith(".") else source in compose["volumes"]


def test_the_image_does_not_run_as_root() -> None:
    last_stage = (ROOT / "Dockerfile").read_text().rsplit("\nFROM ", 1)[1]
    assert re.search(r"^USER (?!root)", last_stage, re.MULTILINE)


def test_the_lists_of_packages_are_locked_with_hashes_and_name_no_registry() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        pins = re.split(r"\n(?=\S)", path.read_text().strip())
        assert all("--hash=sha256:" in pin for pin in pins if "==" in pin), path.name
        assert "://" not in path.read_text(), path.name


def test_threads_of_a_web_process_never_outnumber_its_connections() -> None:
    table = (ROOT / "docs" / "configuration.md").read_text()
    defaults = dict(re.findall(r"^\| `(WEB_THREADS|DATABASE_POOL)` \| `(\d+)`", table, re.MULTILINE))
    assert int(defaults["WEB_THREADS"]) <= int(defaults["DATABASE_POOL"])
    for path in ("Dockerfile", "docs/configuration.md"):
        (threads,) = set(re.findall(r'--blocking-threads[ ",]+(\d+)', (ROOT / path).read_text()))
        assert threads == defaults["WEB_THREADS"]
