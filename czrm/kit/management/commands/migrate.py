"""`migrate`, run as the owner of the tables; it ends with the application's rights and with what each app keeps in step."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connection, models, transaction

from czrm.kit.owner import as_owner
from czrm.kit.policies import staff

SERVED = "czrm_app, czrm_definer"
CALLERS = "czrm_app, czrm_owner"  # of definer functions
SEES = "select rolname, rolsuper or rolbypassrls or pg_has_role('czrm_owner', 'usage') from pg_roles where rolname = current_user"
UNSTAFFED = """
select oid::regclass::text from pg_class c
 where relnamespace = 'public'::regnamespace and relrowsecurity and pg_has_role(relowner, 'usage')
   and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'staff')"""

STRAYS = """
select oid::regprocedure::text from pg_proc
 where pronamespace = 'czrm'::regnamespace and prosecdef and proowner <> 'czrm_definer'::regrole"""
ASKED_BY_POLICIES = ("visible_institutions", "mandated_cases")  # as whoever reads the table
DEFINERS = """
select proname, oid::regprocedure::text from pg_proc
 where pronamespace = 'czrm'::regnamespace and prosecdef and proname <> all(%s)"""


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner(options["database"]):
            insist_on_sight()
            super().handle(*args, **options)
            grant()
            hand_over()
            close()
            for config in apps.get_app_configs():
                getattr(config, "after_migrate", lambda: None)()


def insist_on_sight() -> None:
    """A role that policies blind would migrate empty tables and say nothing; older tables get the policy that newer ones are born with."""
    with connection.cursor() as cursor:
        cursor.execute(SEES)
        role, sees = cursor.fetchone()
        if not sees:
            raise CommandError(f"{role} is not the owner that row-level security lets through: see roles in docs/configuration.md")
        cursor.execute(UNSTAFFED)
        for (table,) in cursor.fetchall():
            cursor.execute(staff(table))


def grant() -> None:
    """Rows of every table, never TRUNCATE; of an append-only one no removal, and no change outside its `mutable` columns."""
    with connection.cursor() as cursor:
        cursor.execute("create schema if not exists czrm")
        cursor.execute(f"grant usage on schema public, czrm to {SERVED}, czrm_backup")
        cursor.execute(f"grant select, insert, update, delete on all tables in schema public to {SERVED}")
        cursor.execute(f"grant usage, select on all sequences in schema public, czrm to {SERVED}")
        cursor.execute("grant select on all tables in schema public, czrm to czrm_backup")
        cursor.execute("grant select on all sequences in schema public, czrm to czrm_backup")
        present = set(connection.introspection.table_names(cursor))
        for model in apps.get_models():
            if model._meta.db_table in present:
                for sentence in restricted(model):
                    cursor.execute(sentence)


def hand_over() -> None:
    """A database that was restored comes without owners: its definer functions are czrm_definer's again."""
    with connection.cursor() as cursor:
        cursor.execute("grant create on schema czrm to czrm_definer")
        cursor.execute(STRAYS)
        for (function,) in cursor.fetchall():
            cursor.execute(f"alter function {function} owner to czrm_definer")


def close() -> None:
    """What sees over the walls is called by the application, and each app's `inner_functions` only from within others.

    As czrm_definer: the owner of the tables has none of its rights, so that a revoke in a migration, once a function is given away,
    does nothing but warn.
    """
    inner = {name for config in apps.get_app_configs() for name in getattr(config, "inner_functions", ())}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local role czrm_definer")
        cursor.execute(DEFINERS, [list(ASKED_BY_POLICIES)])
        for name, function in cursor.fetchall():
            cursor.execute(f"revoke execute on function {function} from public, {CALLERS}")
            if name not in inner:
                cursor.execute(f"grant execute on function {function} to {CALLERS}")


def restricted(model: type[models.Model]) -> list[str]:
    table = connection.ops.quote_name(model._meta.db_table)
    append_only: bool = getattr(model, "append_only", False)
    mutable: tuple[str, ...] | None = getattr(model, "mutable", None)
    sentences = [f"revoke delete on {table} from czrm_app"] if append_only else []
    if append_only or mutable is not None:
        sentences.append(f"revoke update on {table} from czrm_app")
    if mutable:
        fields = {field.name: field.column for field in model._meta.concrete_fields}
        columns = ", ".join(connection.ops.quote_name(str(fields[name])) for name in mutable)
        sentences.append(f"grant update ({columns}) on {table} to czrm_app")
    return sentences
