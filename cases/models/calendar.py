"""When an institution works."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from czrm.kit.fence import Published, Within
from czrm.kit.fenced import Fenced
from czrm.kit.fields import public_id


def office_hours() -> dict[str, list[list[str]]]:
    """Monday (0) to Friday (4), one shift a day."""
    return {str(day): [["09:00", "17:00"]] for day in range(5)}


class Calendar(Fenced):
    """Public holidays of a territory, shifts by weekday (0 is Monday), and the days closed by hand."""

    fence = Published()
    uid = public_id()
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="calendars")
    name = models.CharField(_("name"), max_length=80)
    country = models.CharField(_("country"), max_length=2)
    region = models.CharField(_("region"), max_length=10, default="", blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40)
    shifts = models.JSONField(_("opening hours"), default=office_hours)
    default = models.BooleanField(_("used unless another is named"), default=False)
    edition = models.PositiveIntegerField(default=1, editable=False)  # grows with each change: what remembers a calendar asks for it

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution"], condition=models.Q(default=True), name="one_default_calendar"),
        ]

    def __str__(self) -> str:
        return self.name


class ClosedDay(Fenced):
    """A local holiday or a closure."""

    fence = Within("calendar")
    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="closed_days")
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "day"], name="one_closed_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
