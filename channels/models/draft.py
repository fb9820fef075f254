"""What somebody began to ask for in the portal and has not sent yet."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from czrm.kit.fence import Hidden
from czrm.kit.fenced import Fenced


class Draft(Fenced):
    """Only its code opens it, through a definer function: not even the institution reads what was not sent. Sent, it is empty."""

    fence = Hidden()
    institution = models.ForeignKey("institutions.Institution", models.CASCADE, related_name="+")
    procedure = models.ForeignKey("cases.Procedure", models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    kept = models.JSONField(default=dict)
    case_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"draft {self.pk}"
