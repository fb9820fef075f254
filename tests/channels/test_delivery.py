"""300 notices through real workers, a real broker, a real database and a real SMTP server, each of which fails on the way."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiosmtpd.controller import Controller

from tests.kit.processes import ROOT, a_home, a_user, environment, eventually, joined, leave, python

HOW_MANY = 300
MOST_DUPLICATES = 6  # one in flight for each fault: a kill, a hang-up, a restart with two senders; and what the sender cannot know
CELERY = [sys.executable, "-m", "celery", "-A", "czrm.celery"]


class Provider:
    """Counts what it takes; sometimes it is busy, sometimes it takes a message and hangs up before saying so."""

    def __init__(self) -> None:
        self.took: Counter[str] = Counter()
        self.asked = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.asked += 1
        if self.asked % 40 == 0:
            return "451 busy, come back later"
        self.took[envelope.rcpt_tos[0]] += 1
        if self.asked == 25:
            server.transport.abort()
        return "250 OK"


@contextmanager
def a_provider() -> Iterator[tuple[Provider, int]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    provider = Provider()
    controller = Controller(provider, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield provider, port
    finally:
        controller.stop()


class House:
    """Workers and beats of one installation, and hands to harm them with."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.env = home, environment(home, EMAIL_URL=f"smtp://127.0.0.1:{port}", LOG_LEVEL="WARNING")
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        log = (self.home / f"{command[0]}-{len(self.running)}.log").open("wb")
        process = subprocess.Popen([*CELERY, *command], cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True)
        self.running.append(process)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        return self.start("worker", "--concurrency", "1", "--without-gossip", "--without-mingle", "-n", f"w{len(self.running)}@house")

    def beat(self) -> subprocess.Popen[bytes]:
        return self.start("beat", "--pidfile=", "--schedule", str(self.home / f"beat-{len(self.running)}"))

    def sql(self, query: str) -> list[Any]:
        with psycopg.connect(host=str(self.home / "postgres"), user="postgres", dbname="czrm", autocommit=True) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    def flush_broker(self) -> None:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.home / "valkey" / "valkey.sock"))
            line.sendall(b"FLUSHALL\r\n")
            assert line.recv(16).startswith(b"+OK")

    def restart_database(self) -> subprocess.Popen[str]:
        postmaster = int((self.home / "postgres" / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGQUIT)
        assert eventually(lambda: not alive(postmaster))
        user = a_user(self.home)
        joined(user)
        return user

    def let_leases_end(self) -> None:
        """A minute and a half pass, while nobody is sending: what the dead had taken is free again, what waits is due."""
        self.sql("update channels_notice set leased_until = null, due_at = now() where status = 'waiting'")
        self.sql("update trail_event set leased_until = null where dispatched_at is null")

    def stop(self) -> None:
        for process in self.running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def until(provider: Provider, enough: int, when_stuck: Callable[[], None], seconds: float = 60) -> bool:
    """Wait for so many recipients; where nothing has moved for a while, time passes."""
    deadline, last, moved = time.monotonic() + seconds, -1, time.monotonic()
    while len(provider.took) < enough and time.monotonic() < deadline:
        if len(provider.took) != last:
            last, moved = len(provider.took), time.monotonic()
        elif time.monotonic() - moved > 5:
            when_stuck()
            moved = time.monotonic()
        time.sleep(0.1)
    return len(provider.took) >= enough


@pytest.mark.slow
def test_none_of_300_notices_is_lost_when_worker_broker_and_database_fail(capsys):
    with a_home() as home, a_provider() as (provider, port):
        house = House(home, port)
        migrated = python(home, "manage.py", "migrate", "-v", "0")
        _out, errors = migrated.communicate(timeout=120)
        assert migrated.returncode == 0, errors
        users = [a_user(home)]
        joined(users[0])
        try:
            doomed = house.worker()
            for _twice in range(2):  # by mistake: nothing is done twice for it
                house.beat()
            speaker = python(home, "-m", "tests.channels.three_hundred", str(HOW_MANY))
            assert until(provider, 60, house.let_leases_end)
            os.killpg(doomed.pid, signal.SIGKILL)
            house.flush_broker()
            for _one in range(2):
                house.worker()
            assert speaker.communicate(timeout=60)[0] == "said\n"
            house.flush_broker()
            assert until(provider, 160, house.let_leases_end)
            users.append(house.restart_database())
            assert until(provider, HOW_MANY, house.let_leases_end), f"{HOW_MANY - len(provider.took)} lost"
            assert eventually(lambda: house.sql("select count(*) from channels_notice where status <> 'sent'") == [(0,)], 30)
            assert house.sql("select count(*), count(distinct recipient) from channels_notice") == [(HOW_MANY, HOW_MANY)]
            assert house.sql("select count(*) from trail_event where kind = 'case.opened' and dispatched_at is null") == [(0,)]
        finally:
            house.stop()
            for user in users:
                leave(user)
        duplicates = provider.took.total() - HOW_MANY
        with capsys.disabled():
            print(f"\n{HOW_MANY} notices, {duplicates} duplicates")
        assert duplicates <= MOST_DUPLICATES
