"""`make run`: one supervisor, which leaves nothing behind, however it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil
import pytest

from czrm.kit import run
from tests.kit.processes import a_home, environment, eventually, kill, living_in, python

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("run")]  # one home, made once


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with a_home() as folder:
        yield folder


@pytest.fixture
def port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@contextmanager
def running(home: Path, port: str) -> Iterator[subprocess.Popen[str]]:
    supervisor = python(home, "-m", "czrm.kit.run", PORT=port)
    try:
        said = (
            list(iter(supervisor.stdout.readline, ""))
            if supervisor.poll() is not None
            else read_until(supervisor, "Ctrl-C stops everything")
        )
        assert supervisor.poll() is None, "".join(said)
        yield supervisor
    finally:
        if supervisor.poll() is None:
            kill(supervisor)


def read_until(supervisor: subprocess.Popen[str], words: str) -> None:
    said = []
    for line in iter(supervisor.stdout.readline, ""):
        said.append(line)
        if words in line:
            return
    raise AssertionError("".join(said) + supervisor.stderr.read())


def status(port: str, path: str) -> int:
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status
    except HTTPError as error:
        return error.code


def named(home: Path, words: str) -> list[psutil.Process]:
    return [process for process in living_in(home) if words in " ".join(process.cmdline())]


def test_one_command_serves_everything_and_ctrl_c_stops_it(home: Path, port: str) -> None:
    with running(home, port) as supervisor:
        assert {path: status(port, path) for path in ("/healthz", "/readyz")} == {"/healthz": 200, "/readyz": 200}
        assert named(home, "celery worker") or named(home, "worker --concurrency")
        assert named(home, "beat --loglevel")
        supervisor.send_signal(signal.SIGINT)
        _, errors = supervisor.communicate(timeout=30)
        assert supervisor.returncode == 0, errors
    assert living_in(home) == []


@pytest.mark.parametrize("path", ["/portal/", "/desk/", "/api/v1/"])
def test_the_doors_it_names_answer(path: str) -> None:
    from django.urls import resolve

    assert resolve(path)
    assert path in run.PLACES.values()


def test_a_supervisor_killed_outright_leaves_nothing_behind(home: Path, port: str) -> None:
    with running(home, port) as supervisor:
        kill(supervisor)
        assert eventually(lambda: not living_in(home)), living_in(home)


def test_it_starts_again_after_everything_was_killed(home: Path, port: str) -> None:
    with running(home, port) as supervisor:
        for process in living_in(home):
            process.kill()
        supervisor.communicate()
    assert eventually(lambda: not living_in(home))
    assert (home / "postgres" / ".s.PGSQL.5432").exists()
    with running(home, port) as supervisor:
        assert status(port, "/readyz") == 200
        supervisor.terminate()
        assert supervisor.wait(30) == 0


@pytest.mark.parametrize(("name", "words"), [("web", "granian"), ("worker", "worker --concurrency"), ("beat", "beat --loglevel")])
def test_a_child_that_dies_takes_the_rest_with_it_and_is_named(home: Path, port: str, name: str, words: str) -> None:
    with running(home, port) as supervisor:
        (child,) = [process for process in named(home, words) if process.ppid() == supervisor.pid]
        child.kill()
        _, errors = supervisor.communicate(timeout=30)
        assert supervisor.returncode == 1
        assert f"{name} stopped by itself (exit code -9); its log is " in errors
    assert eventually(lambda: not living_in(home))


def test_a_taken_port_is_one_clear_line(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with socket.create_server(("127.0.0.1", int(port))), pytest.raises(SystemExit) as refusal:
        run.refuse("127.0.0.1", port)
    assert str(refusal.value) == f"port {port} is taken: stop what answers there, or choose another with PORT={int(port) + 1} make run"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org"])
def test_a_demonstration_is_not_for_other_machines(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(SystemExit, match=f"HOST={re.escape(host)} is refused"):
        run.refuse(host, "8000")


def test_a_demonstration_refuses_a_real_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://czrm_app@db.example.org/czrm")
    with pytest.raises(SystemExit, match="refuses DATABASE_URL"):
        run.refuse("127.0.0.1", "8000")


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", ""])
def test_what_is_not_a_port_is_refused(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(SystemExit, match="is not a port"):
        run.refuse("127.0.0.1", port)


def test_make_without_a_recent_python_says_so(tmp_path: Path) -> None:
    ended = subprocess.run(["make", "set-up", "PYTHON="], env=environment(tmp_path), capture_output=True, text=True, check=False)
    assert ended.returncode != 0
    assert "CzRM needs Python 3.11 or newer" in ended.stderr


def test_make_alone_explains_the_targets() -> None:
    said = subprocess.run(["make"], capture_output=True, text=True, check=True, env={**os.environ, "MAKEFLAGS": ""}).stdout
    for target in ("run", "test", "reset", "lint", "bench", "messages", "shots"):
        assert re.search(rf"^  make {target} +\w", said, re.MULTILINE)
