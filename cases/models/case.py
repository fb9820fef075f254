"""The case and what is said of it inside the house."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from auditlog.registry import auditlog
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cases.lifecycle import OPEN, Status
from cases.sharing import OfProcedures
from czrm.kit.fence import Owned
from czrm.kit.fenced import Fenced, FencedManager, FencedQuerySet
from czrm.kit.fields import public_id

from .procedure import Procedure, ProcedureVersion

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from .decision import Decision
    from .document import Document, DocumentRequest, Entry
    from .term import Pause


COUNTED = ("channel", "team", "procedure", "citizen", "filed_by")


class CaseQuerySet(FencedQuerySet["Case"]):
    def open(self) -> Self:
        return self.filter(status__in=OPEN)

    def overdue(self, now: datetime) -> Self:
        return self.open().filter(due_at__lt=now)

    def unassigned(self) -> Self:
        return self.filter(assignee=None)


CaseManager = FencedManager.from_queryset(CaseQuerySet)


class Case(Fenced):
    """One request of a citizen, from its reception to its decision."""

    class Priority(models.IntegerChoices):
        URGENT = 1, _("Urgent")
        HIGH = 2, _("High")
        NORMAL = 3, _("Normal")

    class Confidentiality(models.TextChoices):
        NORMAL = "normal", _("Normal")
        ANONYMOUS = "anonymous", _("Anonymous")
        RESERVED = "reserved", _("Reserved")

    fence = OfProcedures("case", citizen="citizen", case="id", filed_by="filed_by")
    uid = public_id()
    number = models.CharField(_("number"), max_length=30)
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+", db_index=False)
    citizen = models.ForeignKey("citizens.Citizen", models.PROTECT, null=True, blank=True, related_name="cases", db_index=False)
    agent = models.ForeignKey(  # who brought it for them, by a mandate
        "citizens.Citizen", models.PROTECT, null=True, blank=True, related_name="+", db_index=False, editable=False
    )
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="cases")
    version = models.ForeignKey(ProcedureVersion, models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(
        "institutions.Team", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team"), db_index=False
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("assigned to"), db_index=False
    )
    title = models.CharField(_("in a few words"), max_length=200)
    description = models.TextField(_("what is asked"), default="", blank=True)
    status = models.CharField(_("status"), max_length=16, choices=Status.choices, default=Status.RECEIVED)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority, default=Priority.NORMAL)
    confidentiality = models.CharField(max_length=10, choices=Confidentiality, default=Confidentiality.NORMAL)
    channel = models.CharField(_("channel"), max_length=12, default="counter")
    answers = models.JSONField(default=dict, blank=True)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    place = models.CharField(_("place"), max_length=240, default="", blank=True)
    area = models.CharField(_("area"), max_length=80, default="", blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    reply_name = models.CharField(_("name of who asks"), max_length=160, default="", blank=True)
    reply_email = models.EmailField(_("e-mail to answer to"), default="", blank=True)
    reply_phone = models.CharField(_("phone to answer to"), max_length=30, default="", blank=True)
    opened_at = models.DateTimeField(_("received"))
    promised_at = models.DateTimeField(null=True, blank=True)
    legal_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)  # the nearer of the two; empty while no term runs
    decided_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=20, default="", blank=True)
    outcome_text = models.TextField(default="", blank=True)
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="parts", db_index=False)
    tracking_digest = models.CharField(max_length=64, default="", blank=True, editable=False)
    filed_by = models.ForeignKey(
        "institutions.Client", models.PROTECT, null=True, blank=True, related_name="+", editable=False, db_index=False
    )
    external_id = models.CharField(max_length=80, default="", blank=True)
    source = models.CharField(max_length=40, default="", blank=True)
    edition = models.PositiveIntegerField(default=1)  # counts saves: two people at once are told
    objects = CaseManager()  # type: ignore[misc]

    class Meta:
        indexes = [
            models.Index(fields=["institution", "-id"], name="case_of_institution"),
            # This, case_opened and case_closed hold all that the dashboard counts and the policies ask for: no row is fetched.
            models.Index(
                fields=["institution", "opened_at", "id"],
                name="case_queue",
                condition=models.Q(closed_at__isnull=True),
                include=["due_at", "status", *COUNTED],
            ),
            models.Index(fields=["institution", "due_at", "id"], name="case_deadlines", condition=models.Q(closed_at__isnull=True)),
            models.Index(fields=["institution", "team", "status", "due_at"], name="case_of_team"),
            models.Index(fields=["institution", "assignee", "status"], name="case_of_assignee"),
            models.Index(fields=["institution", "opened_at"], name="case_opened", include=["closed_at", "status", "id", *COUNTED]),
            models.Index(
                fields=["institution", "closed_at"],
                name="case_closed",
                condition=models.Q(closed_at__isnull=False),
                include=["opened_at", "promised_at", "id", *COUNTED],
            ),
            models.Index(fields=["citizen", "-id"], name="case_of_citizen"),
            models.Index(fields=["filed_by", "-id"], name="case_of_client", condition=models.Q(filed_by__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="one_case_number"),  # not unique=True: that makes a second index, for prefixes
            models.UniqueConstraint(
                fields=["institution", "source", "external_id"], condition=~models.Q(external_id=""), name="one_external_case"
            ),
        ]

    if TYPE_CHECKING:
        documents: RelatedManager[Document]
        requests: RelatedManager[DocumentRequest]
        entries: RelatedManager[Entry]
        pauses: RelatedManager[Pause]
        decisions: RelatedManager[Decision]
        notes: RelatedManager[Note]

    def __str__(self) -> str:
        return f"case {self.number}"


class Note(Fenced):
    """Said between colleagues; the citizen does not see it."""

    fence = Owned("note", part_of="case")
    uid = public_id()
    institution = models.ForeignKey("institutions.Institution", models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.CASCADE, related_name="notes")
    text = models.TextField(_("note"))
    by = models.CharField(max_length=200)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"note {self.pk}"


auditlog.register(
    Case,
    exclude_fields=[
        *("id", "uid", "number", "institution", "filed_by", "source", "external_id"),  # never change
        "citizen",
        "agent",
        "answers",
        "description",
        "reply_name",
        "reply_email",
        "reply_phone",
        "tracking_digest",
        "edition",
        "extension",
    ],
)
