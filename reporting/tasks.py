"""Work that crosses institutions: it leases ids, then acts for each institution in turn."""

from __future__ import annotations

import logging
from datetime import timedelta
from zoneinfo import ZoneInfo

from celery import Task, shared_task
from django.utils.timezone import localdate

from czrm.institutions.models import Institution
from czrm.kit.actor import Machine
from reporting import exports
from reporting.oversight.services import review_accesses

logger = logging.getLogger(__name__)


@shared_task(base=Task, ignore_result=True, expires=60)
def write_exports() -> None:
    while exports.write_waiting():
        pass


@shared_task(base=Task, ignore_result=True, expires=600)
def forget_exports() -> None:
    while exports.forget_expired():
        pass


@shared_task(base=Task, ignore_result=True, expires=3600)
def review_yesterday() -> None:
    """The accesses of the two days before, by each institution's own clock; what fails for one does not keep the others waiting."""
    for body in Institution.objects.filter(kind=Institution.Kind.BODY, active=True).only("pk", "time_zone"):
        today = localdate(timezone=ZoneInfo(body.time_zone))
        try:
            review_accesses(since=today - timedelta(days=2), until=today - timedelta(days=1), by=Machine("access review", body.pk))
        except Exception:
            logger.exception("accesses not reviewed", extra={"institution_id": body.pk})
