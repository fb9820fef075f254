"""`prepare`: what `make run` needs done before it serves. The last line written is the sample accounts, as JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand

DEMO = "czrm.institutions.demo"


class Command(BaseCommand):
    help = "Compile the texts, migrate the database and fill an empty one with sample data."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        step("texts", lambda: call_command("compilemessages", verbosity=0))
        step("database", lambda: call_command("migrate", verbosity=0, interactive=False))
        if "demo_data" in get_commands():
            step("sample data", lambda: call_command("demo_data", if_empty=True, verbosity=0, stdout=sys.stderr))
        self.stdout.write(json.dumps(accounts()))


def step(name: str, work: Callable[[], object]) -> None:
    start = time.monotonic()
    work()
    if (seconds := time.monotonic() - start) > 2:
        sys.stderr.write(f"{name} … {seconds:.0f} s\n")


def accounts() -> list[list[str]]:
    if find_spec(DEMO) is None:
        return []
    return [[str(cell) for cell in row] for row in import_module(DEMO).accounts()]
