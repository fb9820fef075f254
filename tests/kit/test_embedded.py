"""The servers CzRM brings: shared by whoever needs them, stopped by the last, started again after any crash."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from czrm.kit import embedded
from tests.kit.processes import a_home, a_user, eventually, joined, kill, leave, living_in, python, servers

BOTH = ["postgres", "valkey-server"]
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("embedded")]  # one home, made once


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A home whose database exists already: making one takes seconds."""
    with a_home() as home:
        user = a_user(home)
        joined(user)
        leave(user)
        yield home


@pytest.fixture
def home(made: Path) -> Iterator[Path]:
    yield made
    for process in living_in(made):
        process.kill()
    assert eventually(lambda: not living_in(made))


def test_three_who_start_at_once_share_one_pair_of_servers(home: Path) -> None:
    users = [a_user(home) for _ in range(3)]
    for user in users:
        joined(user)
    assert servers(home) == BOTH
    for user in users[:2]:
        leave(user)
    assert servers(home) == BOTH
    leave(users[2])
    assert servers(home) == []


def test_a_killed_user_is_not_counted(home: Path) -> None:
    killed, other = a_user(home), a_user(home)
    joined(killed)
    joined(other)
    kill(killed)
    assert servers(home) == BOTH
    leave(other)
    assert servers(home) == []


def test_servers_whose_only_user_was_killed_serve_the_next_and_stop_with_it(home: Path) -> None:
    killed = a_user(home)
    joined(killed)
    kill(killed)
    before = {process.pid for process in living_in(home)}
    user = a_user(home)
    joined(user)
    assert before <= {process.pid for process in living_in(home)}
    leave(user)
    assert servers(home) == []


def test_a_crash_of_everything_leaves_sockets_that_do_not_matter(home: Path) -> None:
    user = a_user(home)
    joined(user)
    for process in living_in(home):
        process.kill()
    user.communicate()
    assert (home / "postgres" / ".s.PGSQL.5432").exists()
    assert (home / "valkey" / "valkey.sock").exists()
    user = a_user(home)
    joined(user)
    assert servers(home) == BOTH
    leave(user)


def test_a_list_torn_by_a_crash_does_not_matter(home: Path) -> None:
    joined(first := a_user(home))
    leave(first)
    (home / "postgres" / ".handle_pids.json").write_text("")
    joined(user := a_user(home))
    assert servers(home) == BOTH
    leave(user)


def test_the_number_of_a_dead_postmaster_may_belong_to_another_program(home: Path) -> None:
    (home / "postgres" / "postmaster.pid").write_text(f"{psutil.Process().ppid()}\n{home}\n")
    user = a_user(home)
    joined(user)
    assert servers(home) == BOTH
    leave(user)


def test_a_database_killed_while_it_was_made_is_made_again() -> None:
    with a_home() as home:
        (home / "postgres").mkdir()
        (home / "postgres" / "PG_VERSION").write_text("18\n")
        (home / "postgres.making").touch()
        user = a_user(home)
        joined(user)
        assert servers(home) == BOTH
        assert not (home / "postgres.making").exists()
        leave(user)


def test_reset_refuses_while_somebody_uses_the_servers_and_forgets_everything_after(home: Path) -> None:
    with a_home() as other:
        shutil.copytree(home / "valkey", other / "valkey")
        user = a_user(other)
        joined(user)
        _, words = python(other, "-m", "czrm.kit.run", "reset").communicate()
        assert words == "CzRM is running: stop it first (Ctrl-C where it was started)\n"
        kill(user)
        ended = python(other, "-m", "czrm.kit.run", "reset")
        ended.communicate()
        assert ended.returncode == 0
        assert servers(other) == []
        assert {path.name for path in other.iterdir()} <= {"users.lock", "start.lock"}


def test_a_path_too_long_for_a_socket_is_one_clear_line(tmp_path: Path) -> None:
    ended = python(tmp_path / ("long" * 20), "manage.py", "version")
    _, words = ended.communicate()
    assert ended.returncode == 1
    assert words.endswith("is too long a path for a socket: set CZRM_HOME to a shorter one\n")
    assert words.count("\n") == 1


def test_a_full_disk_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded.shutil, "disk_usage", lambda path: SimpleNamespace(free=1024**2))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(SystemExit, match=r"^the disk is full: .* has 1 MB free, the embedded servers want 200$"):
        embedded.start()
