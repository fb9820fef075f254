"""Lists one keeps."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from czrm.kit.fence import Owned
from czrm.kit.fenced import Fenced
from czrm.kit.fields import public_id


class SavedView(Fenced):
    """A named set of filters of the queue; one's own, or the whole institution's."""

    fence = Owned("view")
    uid = public_id()
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    user_id = models.BigIntegerField(null=True)  # empty: everybody's
    name = models.CharField(_("name"), max_length=60)
    query = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["institution", "user_id", "name"], name="one_view_name")]

    def __str__(self) -> str:
        return self.name
