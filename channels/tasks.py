"""Work that crosses institutions: it leases ids, then acts for each institution in turn."""

from __future__ import annotations

import time

from celery import Task, shared_task

from channels import delivery

LONGEST_ROUND = 20  # seconds; then other work has its turn


@shared_task(base=Task, ignore_result=True, expires=10)
def deliver() -> None:
    """Send what waits."""
    end = time.monotonic() + LONGEST_ROUND
    while delivery.deliver() and time.monotonic() < end:
        pass
