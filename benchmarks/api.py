"""CPU of one server process and of PostgreSQL for each kind of request, ours and bare in the same run, from the kernel's own accounts."""

from __future__ import annotations

import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from czrm.kit import embedded

from .fill import Filled

PORTS = {"bare": 8101, "ours": 8102}
SETTINGS = {"bare": "benchmarks.bare_settings", "ours": "czrm.settings"}
GOALS = {"detail": 2.3, "list of 100": 1.3, "create": 2.7}
WARM_UP = 60


@dataclass(frozen=True)
class Ask:
    """One request, how often it is made, and what must come back."""

    method: str
    path: str
    body: bytes | None
    expect: int


def asks(filled: Filled) -> dict[str, dict[str, Ask]]:
    mine = {"procedure": "lamp", "title": "Lamp out", "place": "Los Tilos 240"}
    bare = {
        "number": "X-1", "procedure": "lamp", "title": "Lamp out", "status": "received", "channel": "api", "priority": 3,
        "place": "Los Tilos 240", "opened_at": "2026-11-21T12:00:00Z", "outcome": "",
    }  # fmt: skip
    return {
        "bare": {
            "empty view": Ask("GET", "/empty", None, 200),
            "detail": Ask("GET", f"/api/v1/cases/{filled.bare_id}/", None, 200),
            "list of 100": Ask("GET", "/api/v1/cases/", None, 200),
            "create": Ask("POST", "/api/v1/cases/", json.dumps(bare).encode(), 201),
        },
        "ours": {
            "detail": Ask("GET", f"/api/v1/cases/{filled.number}/", None, 200),
            "list of 100": Ask("GET", "/api/v1/cases/", None, 200),
            "create": Ask("POST", "/api/v1/cases/", json.dumps(mine).encode(), 201),
        },
    }


def cpu_ns(pids: list[int]) -> int:
    """Nanoseconds on a processor of all threads of these processes and of their children."""
    total = 0
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").glob("*"):
            try:
                total += int((task / "schedstat").read_text().split()[0])
                total += cpu_ns([int(child) for child in (task / "children").read_text().split()])
            except OSError:
                continue
    return total


@contextmanager
def serving() -> Iterator[dict[str, int]]:
    """The pid of each server, one process and one thread each."""
    servers = {kind: serve(kind) for kind in PORTS}
    try:
        yield {kind: server.pid for kind, server in servers.items()}
    finally:
        for server in servers.values():
            server.send_signal(signal.SIGTERM)
            server.wait()


def serve(kind: str) -> subprocess.Popen[bytes]:
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1", "--blocking-threads", "1", "--no-ws",
         "--log-level", "error",
         "--port", str(PORTS[kind]), "czrm.wsgi:application" if kind == "ours" else "benchmarks.bare_wsgi:application"],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": SETTINGS[kind], "LOG_LEVEL": "ERROR"},
    )  # fmt: skip
    for _attempt in range(200):
        try:
            send(http.client.HTTPConnection("127.0.0.1", PORTS[kind]), Ask("GET", "/nothing", None, 404), {})
            return server
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"the {kind} server did not start")


def send(line: http.client.HTTPConnection, ask: Ask, headers: dict[str, str]) -> int:
    line.request(ask.method, ask.path, ask.body, headers)
    answer = line.getresponse()
    answer.read()
    return answer.status


def measure(kind: str, ask: Ask, pid: int, postmaster: int, requests: int) -> tuple[float, float, float]:
    """Milliseconds a request: of the application's processor time, of the database's, and of the wall's clock."""
    headers = ({"Authorization": "Bearer bench"} if kind == "ours" else {}) | ({"Content-Type": "application/json"} if ask.body else {})
    line = http.client.HTTPConnection("127.0.0.1", PORTS[kind])
    for _request in range(WARM_UP):
        if (status := send(line, ask, headers)) != ask.expect:
            raise SystemExit(f"{kind} {ask.method} {ask.path} answered {status}")
    server, database, start = cpu_ns([pid]), cpu_ns([postmaster]), time.perf_counter()
    for _request in range(requests):
        send(line, ask, headers)
    wall = time.perf_counter() - start
    time.sleep(0.02)
    return (cpu_ns([pid]) - server) / requests / 1e6, (cpu_ns([postmaster]) - database) / requests / 1e6, wall / requests * 1e3


def compare(filled: Filled, *, rounds: int, requests: int) -> Iterator[str]:
    """Lines of a Markdown table, medians over the rounds."""
    postmaster = int((embedded.POSTGRES / "postmaster.pid").read_text().split("\n", 1)[0])
    found: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    with serving() as pids:
        for _round in range(rounds):
            for kind, requests_of in asks(filled).items():
                for name, ask in requests_of.items():
                    found.setdefault((kind, name), []).append(measure(kind, ask, pids[kind], postmaster, requests))
    middle = {key: [statistics.median(column) for column in zip(*rows, strict=True)] for key, rows in found.items()}
    yield "| request | application ms | database ms | CPU ms | wall ms | ratio | goal |"
    yield "|---|---|---|---|---|---|---|"
    for (kind, name), (server, database, wall) in middle.items():
        bare = sum(middle["bare", name][:2]) if ("bare", name) in middle else 0
        ratio, goal = (f"{(server + database) / bare:.2f}", f"≤ {GOALS[name]}") if kind == "ours" else ("", "")
        yield f"| {kind} {name} | {server:.2f} | {database:.2f} | {server + database:.2f} | {wall:.2f} | {ratio} | {goal} |"
