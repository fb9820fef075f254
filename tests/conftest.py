"""The database is made and migrated by its owner; every test then runs as the application."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection

from czrm.kit import embedded, near
from czrm.kit.owner import as_owner

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NO_BROWSER = "no Chromium on this machine: install it (apt-get install chromium) or set CHROMIUM to its path"

embedded.start()
settings.CACHES["default"]["KEY_PREFIX"] = uuid4().hex  # the keys of users come again in each run's database


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> ExitStack:
    """Before pytest-django makes the database: become its owner."""
    owner = ExitStack()
    owner.enter_context(as_owner())
    return owner


@pytest.fixture(scope="session")
def django_db_setup(django_db_modify_db_settings: ExitStack, django_db_setup: None) -> Iterator[None]:
    """Once it is migrated: be the application again. Django drops the database with the connection that made it."""
    django_db_modify_db_settings.close()
    yield
    connection.close()
    connection.close_pool()


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Rows are undone after each test; what is remembered of them must go too, here and on the server the workers share."""
    near.forget_all()
    caches["default"].key_prefix = uuid4().hex


@pytest.fixture
def world(db: None) -> Any:
    from tests.world import World

    return World()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for a page is left out, aloud, where there is no browser to show it."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in the test's thread
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium; containers have neither its sandbox nor a large /dev/shm."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "es-ES", "viewport": {"width": 1440, "height": 900}}
