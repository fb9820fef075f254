"""What the platform operator wants to know at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from czrm.doors import health

LATE = timedelta(minutes=2)  # the sweep comes every few seconds
WAITING = {"czrm.oldest_event_waiting": _("Oldest event not handed on"), "czrm.oldest_notice_waiting": _("Oldest notice not sent")}


@dataclass(frozen=True)
class Fact:
    label: str | Promise
    value: str
    since: datetime | None = None
    well: bool = True


def facts() -> list[Fact]:
    database, redis = health.database(), health.redis()
    with connection.cursor() as cursor:
        cursor.execute("select current_user, current_setting('server_version')")
        role, version = cursor.fetchone()
    pending = "migration" in database
    answers = f"PostgreSQL {version.split()[0]}"
    return [
        Fact(_("CzRM"), settings.VERSION),
        Fact(_("Database"), answers if pending else database or answers, well=pending or not database),
        Fact(_("Database role"), role, well=role == settings.APP_ROLE),
        Fact(_("Migrations"), gettext("Some are missing: run migrate") if pending else gettext("All applied"), well=not pending),
        Fact(_("Redis"), redis or gettext("It answers"), well=not redis),
        *(oldest(function, label) for function, label in WAITING.items() if exists(function)),
    ]  # fmt: skip


def oldest(function: str, label: str | Promise) -> Fact:
    with connection.cursor() as cursor:
        cursor.execute(f"select {function}()")
        (at,) = cursor.fetchone()
    return Fact(label, "" if at else gettext("None waits"), since=at, well=at is None or now() - at < LATE)


def exists(function: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select to_regprocedure(%s) is not null", [f"{function}()"])
        return bool(cursor.fetchone()[0])
