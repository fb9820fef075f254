"""`demo_data`: two invented municipalities with a year of work behind them, for everybody who has no data yet."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from czrm.institutions import demo
from czrm.institutions.models import Institution
from reporting.demo.loading import agreements, load, mandates, watching
from reporting.demo.loading.registering import backdate

CASES, PERSONS = 2500, 640


class Command(BaseCommand):
    help = "Fill an empty installation with invented people and a year of invented cases. Known passwords: in a demonstration only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing, without complaint, where there is data already")
        parser.add_argument("--seed", default="2026", help="the same seed on the same day gives the same sample")
        parser.add_argument("--year-of-cases", type=int, default=CASES, metavar="N", help=f"cases of each municipality (default {CASES})")
        parser.add_argument("--people", type=int, default=PERSONS, metavar="N", help=f"people and organisations (default {PERSONS})")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("the sample accounts have known passwords: this is for a demonstration only (CZRM_DEMO=1, or `make run`)")
        if Institution.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("there is data already: `make reset` forgets it, or use --if-empty")
        started = time.monotonic()
        for body in load(seed=options["seed"], cases=options["year_of_cases"], persons=options["people"], now=now()):
            cases = f"{body.cases} cases ({body.open} open, {body.with_papers} with their papers)"
            self.stdout.write(f"{body.name}: {body.citizens} people, {cases}, {body.contacts} contacts")
        backdate()
        agreements.backdate(now())
        mandates.backdate(now())
        watching.review(now())
        self.stdout.write(f"done in {time.monotonic() - started:.0f} s")
        if options["verbosity"]:
            for row in demo.accounts():
                self.stdout.write("  " + "  ".join(row))
