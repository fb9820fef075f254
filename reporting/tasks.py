"""Work that crosses institutions: it leases ids, then acts for each institution in turn."""

from __future__ import annotations

from celery import Task, shared_task

from reporting import exports


@shared_task(base=Task, ignore_result=True, expires=60)
def write_exports() -> None:
    while exports.write_waiting():
        pass


@shared_task(base=Task, ignore_result=True, expires=600)
def forget_exports() -> None:
    while exports.forget_expired():
        pass
