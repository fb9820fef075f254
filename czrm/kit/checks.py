"""What CzRM refuses to start with: a role that row-level security does not hold, a table without it, a demonstration in the open."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connection

from .fence import Open
from .policies import STAFF

ABOVE_THE_WALLS = """
select bool_or(rolsuper and rolname = current_user),
       bool_or((rolbypassrls or rolname = any(%s)) and (rolname = current_user or pg_has_role(current_user, oid, 'member')))
from pg_roles"""
TABLES = "select relname from pg_class where relnamespace = 'public'::regnamespace and relname = any(%s) and "
OWNED = TABLES + "pg_has_role(current_user, relowner, 'member')"
UNWALLED = TABLES + "not (relrowsecurity and relforcerowsecurity)"
Start = Callable[[str, list[tuple[str, str]]], object]
Wsgi = Callable[[dict[str, Any], Start], Iterable[bytes]]


def refuse() -> None:
    """Called at the doors, before the first request or task: says in one line why not, and ends the process."""
    try:
        reasons = [*demonstration(), *database()]
    except DatabaseError as error:
        raise SystemExit(f"CzRM does not start: the database does not answer: {str(error).strip().splitlines()[0]}") from None
    finally:
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]  # a worker forks after this, and a pool does not survive that
    if reasons:
        raise SystemExit(f"CzRM does not start: {'; '.join(reasons)}")


def demonstration() -> list[str]:
    """Known passwords and no second factor: for one person on one machine."""
    if not settings.DEMO:
        return []
    reasons = ["demo mode refuses DATABASE_URL: its accounts have known passwords"] if os.environ.get("DATABASE_URL") else []
    names = [os.environ.get("GRANIAN_HOST", "127.0.0.1"), *(name.strip("[]") for name in settings.ALLOWED_HOSTS)]
    return reasons + [f"demo mode answers this machine only, not {name}" for name in names if not loopback(name)]


def database() -> list[str]:
    """Reasons not to trust the walls: the role we connected as, and fenced tables that lack theirs."""
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        (role,) = cursor.fetchone()
        cursor.execute(ABOVE_THE_WALLS, [list(STAFF)])
        superuser, bypasses = cursor.fetchone()
        tables = [model._meta.db_table for model in apps.get_models() if model._meta.managed]
        fenced = [model._meta.db_table for model in apps.get_models() if not isinstance(getattr(model, "fence", Open("")), Open)]
        owned = named(cursor, OWNED, tables)
        naked = named(cursor, UNWALLED, fenced)
    advice = "connect as czrm_app (docs/configuration.md)"
    return [
        *([f"{role} is a superuser, which row-level security does not hold: {advice}"] if superuser else []),
        *([f"{role} may bypass row-level security: {advice}"] if bypasses and not superuser else []),
        *([f"{role} owns {some(owned)}: {advice}"] if owned and not superuser else []),
        *([f"row-level security is not enabled and forced on {some(naked)}: run migrate"] if naked else []),
    ]


def named(cursor: Any, query: str, tables: list[str]) -> list[str]:
    cursor.execute(query, [tables])
    return sorted(name for (name,) in cursor.fetchall())


def some(tables: list[str]) -> str:
    return ", ".join(tables[:3]) + (f" and {len(tables) - 3} more" if len(tables) > 3 else "")


def loopback(name: str) -> bool:
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def at_home(application: Wsgi) -> Wsgi:
    """Whatever address the server was told to listen on: a demonstration answers nobody but this machine."""
    if not settings.DEMO:
        return application

    def answer(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        if loopback(environ.get("REMOTE_ADDR", "")):
            return application(environ, start_response)
        start_response("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8")])
        return [b"demo mode answers this machine only\n"]

    return answer


@register(Tags.security, deploy=True)
def check_the_start(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    try:
        reasons = [*demonstration(), *database()]
    except DatabaseError as error:
        reasons = [f"the database does not answer: {error}"]
    return [Error(reason, id="czrm.E001") for reason in reasons]
