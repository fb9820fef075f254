"""The door for background work, and every periodic job in one table."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery, Task
from celery.schedules import crontab
from celery.signals import beat_init, worker_init

from czrm.kit import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "czrm.settings")
embedded.start()


class ActingTask(Task):
    """`task.delay(..., institution_id=7)`: the body acts for that institution, in one transaction, with the task's name as reason."""

    def __call__(self, *args: Any, institution_id: int, **kwargs: Any) -> Any:
        from czrm.kit.actor import Machine, acting

        with acting(Machine(self.name, institution_id)):
            return super().__call__(*args, **kwargs)


app = Celery("czrm", task_cls=ActingTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "sweep the outbox": {"task": "czrm.trail.tasks.sweep", "schedule": 2.0, "options": {"expires": 4}},
    "seal the trail": {"task": "czrm.trail.tasks.seal", "schedule": 60.0, "options": {"expires": 50}},
    "send what waits": {"task": "channels.tasks.deliver", "schedule": 2.0, "options": {"expires": 4}},
    "write exports": {"task": "reporting.tasks.write_exports", "schedule": 5.0, "options": {"expires": 10}},
    "review the accesses": {"task": "reporting.tasks.review_yesterday", "schedule": crontab(hour="7", minute="40")},  # UTC
    "forget old exports": {"task": "reporting.tasks.forget_exports", "schedule": 600.0, "options": {"expires": 600}},
}


@worker_init.connect
@beat_init.connect
def refuse(**kwargs: Any) -> None:
    from czrm.kit import checks

    checks.refuse()
