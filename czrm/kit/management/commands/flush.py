"""`flush`, run as the owner: the application may not TRUNCATE, which row-level security does not stop."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import flush

from czrm.kit.owner import as_owner


class Command(flush.Command):
    def handle(self, **options: Any) -> None:
        with as_owner(options["database"]):
            super().handle(**options | {"allow_cascade": True})  # auditlog's own table exists though its model is swapped out
