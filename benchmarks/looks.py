"""`python -m benchmarks.looks`: what the access entry costs a page, and the digest a row. Uses the database of `python -m benchmarks`."""

from __future__ import annotations

import argparse
import os
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any
from unittest.mock import patch

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("CZRM_HOME", str(ROOT / "var" / "bench"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "czrm.settings")
os.environ.setdefault("LOG_LEVEL", "ERROR")
AT_ONCE = 10  # requests, then the other kind: what else the machine does falls on both
ROW = (
    "insert into {table} (institution_id, citizen_id, purpose_id, user_id, by, verb, subject, categories, owners) values"
    " (1, 2, 3, 4, 'Ana Fuentealba', 'citizen.see', 'citizens.citizen:2', '{{citizen,contact}}', '{{}}')"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds

    from czrm.kit import embedded

    embedded.start()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for line in chain(pages(rounds), rows(rounds)):
        sys.stdout.write(line + "\n")


def pages(rounds: int) -> Iterator[str]:
    """The page of a person with all its panels, its entries written in one statement or not at all."""
    from django.test import Client as Browser
    from django.urls import reverse

    from benchmarks.fill import SLUG, fill
    from citizens.models import Citizen
    from czrm.institutions import mfa, roles
    from czrm.institutions.entrance import ACTIVE
    from czrm.institutions.models import Institution, Membership, User
    from czrm.kit.actor import Machine, acting
    from czrm.trail import access

    fill()
    body = Institution.objects.get(slug=SLUG)
    roles.sync(body)
    user, _new = User.objects.get_or_create(username="bench", defaults={"email": "bench@example.org", "first_name": "Bench"})
    with acting(Machine("bench", body.pk)):
        Membership.objects.get_or_create(user=user, institution=body, defaults={"roles": ["officer"]})
        uid = Citizen.objects.order_by("pk").values_list("uid", flat=True)[100]
    browser = Browser(SERVER_NAME="localhost")
    browser.force_login(user, "django.contrib.auth.backends.ModelBackend")
    session = browser.session
    session[ACTIVE], session[mfa.SHOWN] = body.pk, user.pk
    session.save()
    address = reverse("citizens:show", args=[uid])

    def ask() -> None:
        for _request in range(AT_ONCE):
            assert browser.get(address).status_code == 200

    def ask_without() -> None:
        with patch.object(access, "insert", lambda entries: None):
            ask()

    found = compare({"with its entries": ask, "without": ask_without}, rounds, AT_ONCE)
    yield "| page of a person | wall ms | application CPU ms | database CPU ms |"
    yield "|---|---|---|---|"
    yield from (f"| {name} | {' | '.join(f'{value:.2f}' for value in values)} |" for name, values in found.items())
    more = [a - b for a, b in zip(*found.values(), strict=True)]
    yield f"| difference | {' | '.join(f'{value:.2f}' for value in more)} |"


def rows(rounds: int) -> Iterator[str]:
    """An entry with its digest, without, and with the digest by a trigger; each in a table of its own."""
    from django.db import connection

    from czrm.kit.owner import as_owner

    with as_owner(), connection.cursor() as cursor:
        make(cursor)
        kinds = {name: inserting(cursor, f"bench_{name}") for name in ("plain", "digest", "trigger")}
        found = compare(kinds, rounds, 200)
    yield ""
    yield "| one entry | µs | CPU µs of the database |"
    yield "|---|---|---|"
    yield from (f"| {name} | {wall * 1000:.0f} | {database * 1000:.0f} |" for name, (wall, _application, database) in found.items())


def make(cursor: Any) -> None:
    for name in ("plain", "digest", "trigger"):
        cursor.execute(f"drop table if exists bench_{name}")
        cursor.execute(f"create table bench_{name} (like trail_accessentry including all)")
    cursor.execute("alter table bench_plain drop column digest, drop column kept, drop column salt")
    cursor.execute("alter table bench_trigger alter column digest drop expression")
    cursor.execute("select pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid = 'bench_digest'::regclass and adnum = ("
                   "select attnum from pg_attribute where attrelid = 'bench_digest'::regclass and attname = 'digest')")  # fmt: skip
    (call,) = cursor.fetchone()
    inside = re.sub(r"(?<!:)\b(?!digest_of|czrm)([a-z_]+)(?=[,)])", r'new."\1"', call)
    cursor.execute(
        f"create or replace function bench_digest() returns trigger language plpgsql as $$begin new.digest := {inside}; return new; end$$"
    )
    cursor.execute("create trigger bench before insert on bench_trigger for each row execute function bench_digest()")


def inserting(cursor: Any, table: str) -> Callable[[], None]:
    def insert() -> None:
        cursor.execute("begin")
        for _row in range(200):
            cursor.execute(ROW.format(table=table))
        cursor.execute("commit")

    return insert


def compare(kinds: dict[str, Callable[[], None]], rounds: int, each: int) -> dict[str, tuple[float, float, float]]:
    """Medians over the rounds, in milliseconds for one of `each`: of the clock, of this process, of the database's processes."""
    from benchmarks.api import cpu_ns
    from czrm.kit import embedded

    postmaster = int((embedded.POSTGRES / "postmaster.pid").read_text().split("\n", 1)[0])
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in kinds}
    for number in range(rounds + 1):
        for name, run in kinds.items():
            database, own, start = cpu_ns([postmaster]), time.process_time(), time.perf_counter()
            run()
            spent = time.perf_counter() - start, time.process_time() - own, (cpu_ns([postmaster]) - database) / 1e9
            if number:  # the first warms up
                found[name].append(tuple(value / each * 1000 for value in spent))  # type: ignore[arg-type]
    return {name: tuple(statistics.median(column) for column in zip(*values, strict=True)) for name, values in found.items()}  # type: ignore[misc]


if __name__ == "__main__":
    main()
