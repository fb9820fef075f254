"""`python -m benchmarks.search`: how well and how fast one of a million people is found. A database of its own, in var/search."""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("CZRM_HOME", str(ROOT / "var" / "search"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "czrm.settings")
os.environ.setdefault("LOG_LEVEL", "ERROR")
NAMES = ROOT.parent / "shared" / "data" / "citizens_20k_labelled.csv.gz"
FIRST = 10  # of the list: recall@10
INDEXES = (
    "citizen_tokens", "citizen_birth", "identifier_number", "identifier_start", "contact_point_value", "contact_point_email",
    "contact_point_address", "name_token_slips", "name_token_like", "one_link",
)  # fmt: skip


@dataclass(frozen=True)
class Held:
    """One of the people to be found, with what was stated of them."""

    pk: int
    given: str
    surname: str
    second: str
    birth: Any
    document: str
    phone: str
    email: str
    address: str
    alike: int  # people with exactly the same name, this one too
    alike_short: int  # people whose name holds the first given name and the surnames

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.given, self.surname, self.second) if part)

    @property
    def short(self) -> str:
        return " ".join((self.given.split()[0], self.surname, self.second))


@dataclass(frozen=True)
class Kind:
    """A way of asking; `alike` counts those who answer it as well as who is meant."""

    name: str
    ask: Callable[[Held, random.Random], str]
    alike: Callable[[Held], int] = lambda _held: 1
    typing: bool = False


def kinds() -> list[Kind]:
    from .people import mistyped

    def phone(held: Held, chance: random.Random) -> str:
        bare = held.phone[3:]
        return chance.choice(
            (held.phone, bare, f"{bare[0]} {bare[1:5]} {bare[5:]}", f"(56) {bare[0]} {bare[1:5]}-{bare[5:]}", f"0{bare}"[1:])
        )

    def namesakes(held: Held) -> int:
        return held.alike

    return [
        Kind("name of two surnames, as held", lambda held, _chance: held.name, namesakes),
        Kind("name of two surnames, one slip", lambda held, chance: mistyped(held.name, chance), namesakes),
        Kind(
            "first given name and two surnames, one slip", lambda held, chance: mistyped(held.short, chance), lambda held: held.alike_short
        ),
        Kind("the same with the birth year", lambda held, chance: f"{mistyped(held.short, chance)} {held.birth.year}"),
        Kind("the same with the birth date", lambda held, chance: f"{mistyped(held.short, chance)} {held.birth:%d/%m/%Y}"),
        Kind("surnames first, one slip", lambda held, chance: mistyped(f"{held.surname} {held.second} {held.given}", chance), namesakes),
        Kind(
            "while typing: two names and three letters", lambda held, _chance: f"{held.given} {held.surname} {held.second[:3]}", typing=True
        ),
        Kind(
            "while typing: a given name and three letters", lambda held, _chance: f"{held.given.split()[0]} {held.surname[:3]}", typing=True
        ),
        Kind("birth date alone", lambda held, _chance: f"{held.birth:%d-%m-%Y}"),
        Kind("document", lambda held, _chance: f"{int(held.document[:-1]):,}".replace(",", ".") + "-" + held.document[-1]),
        Kind("its first seven figures", lambda held, _chance: held.document[:7]),
        Kind("phone, in several writings", phone),
        Kind("e-mail", lambda held, _chance: held.email.upper()),
        Kind("address", lambda held, _chance: held.address.rpartition(",")[0].lower()),
        Kind("case code", lambda _held, chance: f"vs 2026 {chance.randrange(1, 9999)}"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=400)
    parser.add_argument("--names", type=Path, default=NAMES, help="the labelled file by whose frequencies names are drawn")
    parser.add_argument(
        "--body", choices=("whole", "part"), default="whole", help="who asks: the institution of all, or that of one in a hundred"
    )
    parser.add_argument("--only", default="", help="kinds that contain these words")
    options = parser.parse_args()
    if not options.names.exists():
        sys.stdout.write(f"not measured: {options.names.name} is not there; say where it is with --names\n")
        return

    from czrm.kit import embedded

    embedded.start()
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for line in report(options):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def report(options: argparse.Namespace) -> Iterator[str]:
    from czrm.kit.owner import as_owner

    with as_owner():
        yield from filled(options)
        wanted = list(sample(options.queries, options.body))
    yield from measure([kind for kind in kinds() if options.only in kind.name], wanted, options.body)
    with as_owner():
        yield from sizes()


def filled(options: argparse.Namespace) -> Iterator[str]:
    from django.db import connection, transaction

    from czrm.institutions.models import Institution

    from . import people, pour

    started = time.perf_counter()
    if not Institution.objects.filter(slug=pour.WHOLE).exists():
        with transaction.atomic():
            pour.pour(people.people(people.read(options.names), options.people))
        with connection.cursor() as cursor:
            cursor.execute("vacuum analyze")
        yield f"filled in {time.perf_counter() - started:.0f} s"
    with connection.cursor() as cursor:
        cursor.execute("select count(*), (select count(*) from citizens_nametoken) from citizens_citizen")
        yield "{:,} people, {:,} words in their names".format(*cursor.fetchone())


def sample(queries: int, body: str) -> Iterator[Held]:
    """People with two surnames and everything else, always the same ones."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select min(id), max(id) from citizens_citizen")
        first, last = cursor.fetchone()
        step = 100 if body == "part" else 1
        chance = random.Random(7)
        keys = sorted({chance.randrange(first, last) // step * step for _query in range(queries * 4)})
        cursor.execute("select id from institutions_institution where slug = %s", [f"search-{body}"])
        institution = cursor.fetchone()[0]
        cursor.execute(STATED, [keys])
        found = cursor.fetchall()
        chance.shuffle(found)
        for row in found[:queries]:
            _key, given, surname, second = row[:4]
            named = " ".join((given, surname, second))
            short = names_of(given.split()[0], surname, second)
            cursor.execute(ALIKE, [named, short, institution])
            yield Held(*row, *cursor.fetchone())


STATED = """
select c.id, c.given, c.surname, c.second_surname, c.birth, i.number, p.value, m.value, a.value from citizens_citizen c
  join citizens_identifier i on i.citizen_id = c.id
  join citizens_contactpoint p on p.citizen_id = c.id and p.kind = 'phone'
  join citizens_contactpoint m on m.citizen_id = c.id and m.kind = 'email'
  join citizens_contactpoint a on a.citizen_id = c.id and a.kind = 'address'
 where c.id = any(%s) and c.second_surname <> '' order by c.id
"""
ALIKE = """
select count(*) filter (where c.name = %s), count(*) from citizens_citizen c
 where c.tokens @> %s::varchar[] and exists (select from citizens_citizenlink l where l.citizen_id = c.id and l.institution_id = %s)
"""


def names_of(given: str, surname: str, second: str) -> list[str]:
    from citizens import names

    return [*names.given_tokens(given), *names.surname_tokens(surname), *names.surname_tokens(second)]


def measure(asked: list[Kind], wanted: list[Held], body: str) -> Iterator[str]:
    from czrm.institutions.models import Institution
    from czrm.kit.actor import Clerk

    by = Clerk("Bench", Institution.objects.get(slug=f"search-{body}").pk, 1, verbs=frozenset({"citizen.find"}))
    yield ""
    yield "| what is typed | recall@10 | ceiling | share | wall p50 / p95 ms | application CPU ms | database CPU ms |"
    yield "|---|---|---|---|---|---|---|"
    for kind in asked:
        yield row_of(kind, wanted, by)


def row_of(kind: Kind, wanted: list[Held], by: Any) -> str:
    from citizens import services
    from citizens.services import budget

    from .api import cpu_ns

    budget.LIMITS["find"] = 10**9
    chance = random.Random(11)
    server = backend()
    walls, hits = [], 0
    for held in wanted[:20]:
        services.find_citizens(kind.ask(held, random.Random(1)), by=by)
    texts = [(held, kind.ask(held, chance)) for held in wanted]
    own, database = time.process_time_ns(), cpu_ns([server])
    for held, text in texts:
        start = time.perf_counter()
        found = services.find_citizens(text, typing=kind.typing, limit=8 if kind.typing else 20, by=by).found
        walls.append((time.perf_counter() - start) * 1e3)
        hits += held.pk in [each.pk for each in found[:FIRST]]
    own, database = time.process_time_ns() - own, cpu_ns([server]) - database
    recall = hits / len(wanted)
    ceiling = statistics.mean(min(1.0, FIRST / max(kind.alike(held), 1)) for held in wanted)
    p50, p95 = statistics.median(walls), statistics.quantiles(walls, n=20)[-1]
    told = ("", "", "") if kind.name in SILENT else (f"{recall:.3f}", f"{ceiling:.3f}", f"{recall / ceiling:.1%}")
    cpu = f"{own / len(wanted) / 1e6:.1f} | {database / len(wanted) / 1e6:.1f}"
    return f"| {kind.name} | {' | '.join(told)} | {p50:.1f} / {p95:.1f} | {cpu} |"


SILENT = ("case code", "birth date alone", "while typing: a given name and three letters")  # nobody in particular is asked for


def backend() -> int:
    """The process of PostgreSQL that serves this one."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        return int(cursor.fetchone()[0])


def sizes() -> Iterator[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select relname, pg_relation_size(oid) / 1048576.0 from pg_class where relname = any(%s) order by 2 desc", [list(INDEXES)]
        )
        yield ""
        yield "indexes, MB: " + ", ".join(f"{name} {size:.0f}" for name, size in cursor.fetchall())


if __name__ == "__main__":
    main()
