"""A request comes in: the case, its line in the register, its dates and the receipt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.timezone import now
from django.utils.translation import gettext

from cases import numbers, terms
from cases.models import Case, Document, Entry, Procedure
from citizens.models import Citizen
from czrm.institutions.models import Office
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

from . import receipts
from .keeping import Upload, inspect_all, keep_all
from .rows import Opened, enter, locked, next_serial, redated, saved


@service("case.open")
def open_case(
    *, procedure: Procedure, citizen: Citizen | None, title: str, description: str = "", answers: dict[str, Any] | None = None,
    channel: str, files: Sequence[Upload] = (), office: Office | None = None, place: str = "", reply_name: str = "", reply_email: str = "",
    reply_phone: str = "", confidentiality: str = "normal", opened_at: datetime | None = None, filed_by_id: int | None = None,
    paper: bool = True, by: Actor,
) -> Opened:  # fmt: skip
    """`opened_at` only where it came in before (by post, on paper); the clock starts then. Other systems need no `paper` receipt."""
    procedure = Procedure.objects.select_related("current", "institution").get(pk=procedure.pk, institution=receiver(by))
    citizen = citizen and Citizen.objects.get(pk=citizen.pk)
    opened_at = opened_at or now()
    check(procedure, citizen, confidentiality, opened_at)
    assert procedure.current is not None
    found = inspect_all(files)
    key = numbers.new_tracking_key()
    case = Case(
        institution=procedure.institution, citizen=citizen, procedure=procedure, version=procedure.current, team_id=procedure.team_id,
        title=title or procedure.name, description=description, answers=answers or {}, channel=channel, place=place,
        reply_name=reply_name, reply_email=reply_email, reply_phone=reply_phone, confidentiality=confidentiality,
        filed_by_id=filed_by_id, opened_at=opened_at, number=new_number(procedure, opened_at),
        tracking_digest=numbers.tracking_digest(key, settings.SECRET_KEY),
    )  # fmt: skip
    for name, value in terms.reckon(case, terms.calendar_of(procedure.institution), [], None).dates.items():
        setattr(case, name, value)
    case.save()
    entry = enter(case, Entry.Direction.IN, at=opened_at, office=office, presented_by=presented_by(case), by=by)
    documents = keep_all(case, entry, found, by=by)
    receipt = receipts.make(case, entry, documents, key, by=by) if paper else None
    say("case.opened", case, by=by, public=True, number=case.number, procedure=procedure.name, channel=channel, entry=entry.number,
        documents=len(documents), due=case.due_at.isoformat() if case.due_at else None)  # fmt: skip
    return Opened(case, entry, key, receipt)


@service("case.receipt")
def renew_receipt(case: Case, *, by: Actor) -> Opened:
    """A new receipt with a new key; the old key follows nothing any more."""
    case = locked(case)
    return renewed(case, by=by)


@service("case.refile")
def refile_case(case: Case, *, citizen: Citizen, reason: str, by: Actor) -> Opened:
    """It was filed under the wrong person: both trails say so, and what the wrong one holds opens nothing any more."""
    case, citizen = locked(case), Citizen.objects.get(pk=citizen.pk)
    if citizen.pk == case.citizen_id:
        raise Refused("refile.same", gettext("The case is already this person's."))
    if not reason.strip():
        raise Refused("refile.reason", gettext("Say why the case changes hands: both people's history will show it."))
    say("case.refiled", case, by=by, number=case.number, way="out", reason=reason)
    saved(
        case, citizen=citizen, confidentiality=Case.Confidentiality.NORMAL if case.confidentiality == "anonymous" else case.confidentiality
    )
    Document.objects.filter(case=case, kind=Document.Kind.RECEIPT).update(public=False)
    say("case.refiled", case, by=by, number=case.number, way="in", reason=reason)
    return renewed(case, by=by)


def renewed(case: Case, *, by: Actor) -> Opened:
    key = numbers.new_tracking_key()
    saved(case, tracking_digest=numbers.tracking_digest(key, settings.SECRET_KEY), **redated(case))
    entry = case.entries.select_related("office").filter(direction=Entry.Direction.IN).order_by("pk")[:1].get()
    Document.objects.filter(case=case, kind=Document.Kind.RECEIPT).update(public=False)
    receipt = receipts.make(case, entry, list(entry.documents.filter(kind=Document.Kind.ATTACHMENT).order_by("pk")), key, by=by)
    say("case.document_added", case, by=by, document=str(receipt.uid), what="receipt")
    return Opened(case, entry, key, receipt)


def receiver(by: Actor) -> int:
    """The institution that receives: staff's own, or the one whose portal the deputy acts at."""
    return int(getattr(by, "institution_id", 0) or 0)


def check(procedure: Procedure, citizen: Citizen | None, confidentiality: str, opened_at: datetime) -> None:
    if procedure.status != Procedure.Status.PUBLISHED or procedure.current is None:
        raise Refused("procedure.not_published", gettext("This procedure is not published, so no case can be opened under it."))
    if confidentiality == Case.Confidentiality.ANONYMOUS and not procedure.anonymous:
        raise Refused(
            "case.not_anonymous", gettext("This procedure needs to know who asks. Identify the person, or choose another procedure.")
        )
    if confidentiality == Case.Confidentiality.ANONYMOUS and citizen is not None:
        raise Refused(
            "case.anonymous_person", gettext("An anonymous case cannot be in somebody's name. Take the person away, or the anonymity.")
        )
    if opened_at > now():
        raise Refused("case.future", gettext("A case cannot have come in later than now. Correct the day and the hour."))


def new_number(procedure: Procedure, opened_at: datetime) -> str:
    institution = procedure.institution
    return numbers.make_case_number(institution.code, terms.local(institution, opened_at).year, next_serial("case_number"))


def presented_by(case: Case) -> str:
    if case.citizen:
        return case.citizen.name
    return case.reply_name or gettext("Not identified")
