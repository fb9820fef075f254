"""Other processes of this installation, on a home of their own, for tests that kill them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent.parent
JOIN = "from czrm.kit import embedded; embedded.start(); print('in', flush=True); input()"


@contextmanager
def a_home() -> Iterator[Path]:
    """Short (a socket lies in it) and not below pytest's folder, which PostgreSQL's own user may not enter."""
    home = Path(tempfile.mkdtemp(prefix="czrm-"))
    try:
        yield home
    finally:
        for process in living_in(home):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        shutil.rmtree(home, ignore_errors=True)


def environment(home: Path, **more: str) -> dict[str, str]:
    ours = ("DATABASE_", "REDIS_", "CZRM_", "PORT", "HOST", "DJANGO_ALLOW", "PYTEST_")
    return {key: value for key, value in os.environ.items() if not key.startswith(ours)} | {"CZRM_HOME": str(home)} | more


def python(home: Path, *arguments: str, **more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, env=environment(home, **more), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def a_user(home: Path) -> subprocess.Popen[str]:
    return python(home, "-c", JOIN)


def joined(user: subprocess.Popen[str]) -> None:
    assert user.stdout
    said = user.stdout.readline()
    assert said == "in\n", said + user.communicate()[1]


def leave(user: subprocess.Popen[str]) -> None:
    user.communicate("\n", timeout=30)


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)


def servers(home: Path) -> list[str]:
    """Names of the servers that keep their data there, children left out."""
    found = (process for process in living_in(home) if process.name() in ("postgres", "valkey-server"))
    return sorted(process.name() for process in found if process.parent() is None or process.parent().name() != process.name())


def living_in(home: Path) -> list[psutil.Process]:
    """Every process whose command line or environment names this home."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if str(home) in " ".join(process.cmdline()) or process.environ().get("CZRM_HOME") == str(home):
                found.append(process)
    return [process for process in found if process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE]


def eventually(condition: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not (met := condition()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return met
