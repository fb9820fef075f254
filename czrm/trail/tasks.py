"""Work that crosses institutions: it leases ids, then acts for each institution in turn."""

from __future__ import annotations

from celery import Task, shared_task

from . import outbox, sealing


@shared_task(base=Task, ignore_result=True, expires=10)
def sweep() -> None:
    """Hand on what waits; a batch that was full may not have been all."""
    while outbox.dispatch() > 0:
        pass


@shared_task(base=Task, ignore_result=True, expires=50)
def seal() -> None:
    """Sign what was written since the last time."""
    sealing.seal()
