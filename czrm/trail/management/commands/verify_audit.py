"""`verify_audit`: whether the trail is still what was sealed; says the first row of each table that is not, and ends with 1."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from czrm.kit.owner import as_owner
from czrm.trail import sealing
from czrm.trail.models import Segment
from czrm.trail.verifying import Verdict, verify


class Command(BaseCommand):
    help = "Verify the seals of events, accesses and changes. Reads every institution's rows: needs DATABASE_OWNER_URL."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--key", action="append", metavar="HEX", help="accept this public key instead of ours; may be repeated")
        parser.add_argument("--head", metavar="NUMBER:CHAIN", help="a segment that was seen before, from a log: it must still be there")
        parser.add_argument("--json", action="store_true", help="for a program")

    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            verdict = verify({bytes.fromhex(key) for key in options["key"]} if options["key"] else None)
            if options["head"] and not there(options["head"]):
                raise CommandError(
                    f"segment {options['head'].partition(':')[0]} is not there, or is another: the chain was cut or rewritten"
                )
        self.stdout.write(as_json(verdict) if options["json"] else as_text(verdict))
        if verdict.faults:
            raise CommandError(f"the trail is not what was sealed: {verdict.faults[0]}")


def there(head: str) -> bool:
    number, _colon, chain = head.partition(":")
    return Segment.objects.filter(number=int(number), chain=bytes.fromhex(chain)).exists()


def as_text(verdict: Verdict) -> str:
    lines = [str(fault) for fault in verdict.faults]
    lines.append(f"{verdict.segments} segments, {verdict.rows} rows sealed, {verdict.unsealed} waiting, {verdict.erased} erased")
    lines.append(f"head {verdict.head}")
    lines.append(f"key {sealing.private_key().public_key().public_bytes_raw().hex()}")
    return "\n".join(lines)


def as_json(verdict: Verdict) -> str:
    said = {name: value for name, value in vars(verdict).items() if name != "faults"}
    return json.dumps(said | {"faults": [vars(fault) for fault in verdict.faults]})
