"""`python -m benchmarks`: what docs/benchmarks.md quotes. Uses a database of its own, in var/bench."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("CZRM_HOME", str(ROOT / "var" / "bench"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "czrm.settings")
os.environ.setdefault("LOG_LEVEL", "WARNING")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=300)
    options = parser.parse_args()

    from czrm.kit import embedded

    embedded.start()
    import django

    django.setup()
    from django.core.management import call_command

    from .api import compare
    from .fill import fill

    call_command("migrate", verbosity=0)
    filled = fill()
    for line in compare(filled, rounds=options.rounds, requests=options.requests):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
