"""`make run`: the demonstration with all it needs, started together, watched, and stopped together.

Usage: python -m czrm.kit.run [reset]
"""

from __future__ import annotations

import ipaddress
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from czrm.kit import embedded

LOGS = embedded.HOME / "log"
LONGEST_LOG = 20 * 1024**2  # bytes; then it starts again
LONGEST_START = 60  # seconds
LONGEST_STOP = 10
WISHES_TO_STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PLACES = {
    "portal": "/portal/", "desk": "/desk/", "API": "/api/v1/", "its page": "/api/v1/docs/", "mailbox": "/desk/contacts/mailbox/",
    "components": "/desk/components/",
}  # fmt: skip


@dataclass
class Child:
    name: str
    process: subprocess.Popen[bytes]

    @property
    def log(self) -> Path:
        return LOGS / f"{self.name}.log"


def main() -> None:
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    refuse(host, port)
    os.environ.update(CZRM_DEMO="1", PUBLIC_URL=os.environ.get("PUBLIC_URL") or f"http://{host}:{port}")
    for wish in WISHES_TO_STOP:
        signal.signal(wish, interrupt)
    children: list[Child] = []
    leash = None
    try:
        embedded.start()
        accounts = prepare()
        leash = subprocess.Popen([sys.executable, "-m", "czrm.kit.run", "leash"], stdin=subprocess.PIPE, start_new_session=True)
        for name, command in commands(host, port).items():
            children.append(start(name, command))
            hold(leash, children[-1])
        wait_until_ready(f"http://{host}:{port}", children)
        announce(f"http://{host}:{port}", accounts)
        while True:
            insist_on_life(children)
            time.sleep(0.2)
    except KeyboardInterrupt:
        print("\nstopping …", flush=True)
    finally:
        for wish in WISHES_TO_STOP:
            signal.signal(wish, signal.SIG_IGN)
        end([child.process.pid for child in children], [child.process for child in children])
        if leash and leash.stdin:
            leash.stdin.close()
            leash.wait()


def refuse(host: str, port: str) -> None:
    """The demonstration has no second factor and known passwords: not on a real database, not for other machines."""
    if os.environ.get("DATABASE_URL"):
        raise SystemExit("`make run` is a demonstration with known passwords and refuses DATABASE_URL; to deploy: docs/configuration.md")
    if not loopback(host):
        raise SystemExit(f"`make run` is a demonstration with known passwords and answers this machine only: HOST={host} is refused")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise SystemExit(f"PORT={port} is not a port: choose a number from 1 to 65535")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1" if host == "localhost" else host, int(port)))
        except PermissionError:
            raise SystemExit(f"port {port} is for the system's own services: choose another with PORT=8001 make run") from None
        except OSError:
            raise SystemExit(
                f"port {port} is taken: stop what answers there, or choose another with PORT={int(port) + 1} make run"
            ) from None


def loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.IPv4Address(host).is_loopback
    except ValueError:
        return False


def prepare() -> list[list[str]]:
    """Tables, texts and sample data; back come the sample accounts."""
    done = subprocess.run([sys.executable, "manage.py", "prepare"], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode in (-signal.SIGINT, -signal.SIGTERM):
        raise KeyboardInterrupt
    if done.returncode:
        raise SystemExit(full_or("the database could not be prepared: see above"))
    return json.loads(done.stdout.splitlines()[-1])


def commands(host: str, port: str) -> dict[str, list[str | Path]]:
    """Threads never exceed the pool of connections: none waits for one."""
    celery: list[str | Path] = [sys.executable, "-m", "celery", "-A", "czrm.celery"]
    threads = os.environ.get("WEB_THREADS", "4")
    return {
        "web": [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", port,
                "--workers", os.environ.get("WEB_WORKERS", "2"), "--blocking-threads", threads, "--backlog", "256", "--backpressure", "64",
                "--workers-kill-timeout", "5", "--no-ws", "czrm.wsgi:application"],
        "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle"],
        "beat": [*celery, "beat", "--loglevel", "INFO", "--pidfile=", "--schedule", embedded.HOME / "beat" / "schedule"],
    }  # fmt: skip


def start(name: str, command: list[str | Path]) -> Child:
    for folder in (LOGS, embedded.HOME / "beat"):
        folder.mkdir(exist_ok=True)
    log = LOGS / f"{name}.log"
    fresh = not log.exists() or log.stat().st_size > LONGEST_LOG
    with log.open("wb" if fresh else "ab") as out:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)
    return Child(name, process)


def wait_until_ready(address: str, children: list[Child]) -> None:
    deadline = time.monotonic() + LONGEST_START
    while True:
        insist_on_life(children)
        try:
            with urlopen(f"{address}/readyz", timeout=2):  # noqa: S310 - our own address
                return
        except (URLError, OSError) as error:
            if time.monotonic() > deadline:
                detail = error.read().decode(errors="replace")[:300] if hasattr(error, "read") else error
                raise SystemExit(full_or(f"{address} did not become ready within {LONGEST_START} s: {detail}")) from None
        time.sleep(0.1)


def insist_on_life(children: list[Child]) -> None:
    for child in children:
        if (code := child.process.poll()) is not None:
            last = child.log.read_text(errors="replace").splitlines()[-15:] if child.log.exists() else []
            print("\n".join(f"  {line}" for line in last), file=sys.stderr)
            raise SystemExit(full_or(f"{child.name} stopped by itself (exit code {code}); its log is {child.log}"))


def announce(address: str, accounts: list[list[str]]) -> None:
    print("\nCzRM is ready:")
    for name, path in PLACES.items():
        print(f"  {name:<12}{address}{path}")
    if accounts:
        print("\nSample accounts:")
        widths = [max(map(len, column)) for column in zip(*accounts, strict=True)]
        for row in accounts:
            print("  " + "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
    print(f"\nLogs are in {LOGS}. Ctrl-C stops everything; the data stays (`make reset` forgets it).", flush=True)


def full_or(message: str) -> str:
    from shutil import disk_usage

    return f"the disk is full: {embedded.HOME}" if disk_usage(embedded.HOME).free < embedded.LEAST_ROOM // 4 else message


def interrupt(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


def hold(leash: subprocess.Popen[bytes], child: Child) -> None:
    assert leash.stdin
    leash.stdin.write(b"%d\n" % child.process.pid)
    leash.stdin.flush()


def leash() -> None:
    """Lives as long as the supervisor: if that one is killed with -9, stop what it had started, then the servers."""
    embedded.start()
    end([int(line) for line in sys.stdin])


def end(groups: list[int], children: Iterable[subprocess.Popen[bytes]] = ()) -> None:
    """Ask each process to stop, then end what is left of its group."""
    for pid in groups:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + LONGEST_STOP
    while alive(groups) and time.monotonic() < deadline:
        time.sleep(0.1)
    for pid in groups:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    for child in children:
        child.wait()


def alive(groups: list[int]) -> bool:
    """Whether any process of these groups still runs; one that only waits to be buried does not."""
    import psutil

    for process in psutil.process_iter():
        with suppress(psutil.Error, ProcessLookupError):
            if os.getpgid(process.pid) in groups and process.status() != psutil.STATUS_ZOMBIE:
                return True
    return False


if __name__ == "__main__":
    try:
        {"": main, "leash": leash, "reset": embedded.reset}[sys.argv[1] if len(sys.argv) > 1 else ""]()
    except OSError as error:
        raise SystemExit(full_or(str(error))) from None
