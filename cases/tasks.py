"""Work too long for a page."""

from __future__ import annotations

from celery import Task, shared_task

from cases import redating, terms
from cases.models import Calendar
from czrm.institutions.models import Institution
from czrm.kit.actor import Machine, acting


@shared_task(base=Task, name="cases.tasks.redate", ignore_result=True)
def redate(institution_id: int) -> None:
    """Count the dates of all open cases again; each batch is its own transaction, so that nobody waits long for a case."""
    actor = Machine("calendar changed", institution_id)
    after: int | None = 0
    while after is not None:
        with acting(actor):
            row = Calendar.objects.get(institution=institution_id, default=True)
            now_valid = terms.calendar_of(Institution.objects.defer("logo", "theme").get(pk=institution_id))
            after = redating.redate_batch(row, now_valid, after, by=actor).after
