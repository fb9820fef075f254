"""`compilemessages` without GNU gettext: a fresh machine has none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Compile the translations of every language (no GNU gettext needed)."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in settings.LOCALE_PATHS:
            for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                compile_file(source)
                if options["verbosity"] > 1:
                    self.stdout.write(str(source.with_suffix(".mo")))


def compile_file(source: Path) -> None:
    """Written aside and moved into place: a server that starts meanwhile reads the old file or the new one."""
    aside = source.with_suffix(f".{os.getpid()}.tmp")
    polib.pofile(str(source)).save_as_mofile(str(aside))
    aside.replace(source.with_suffix(".mo"))
