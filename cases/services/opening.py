"""A request comes in: the case, its line in the register, its dates and the receipt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.timezone import now
from django.utils.translation import gettext

from cases import numbers, terms
from cases.answers import accepted
from cases.models import Case, Document, Entry, Procedure
from citizens import mandates, states
from citizens.models import Citizen
from citizens.services.mandates import insist
from czrm.institutions.models import Office
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.changes import born
from czrm.trail.say import say

from . import offers, receipts
from .keeping import Upload, inspect_all, keep_all
from .rows import Opened, enter, locked, redated, saved


@service("case.open")
def open_case(
    *, procedure: Procedure, citizen: Citizen | None, title: str, description: str = "", answers: dict[str, Any] | None = None,
    channel: str, files: Sequence[Upload] = (), office: Office | None = None, place: str = "", reply_name: str = "", reply_email: str = "",
    reply_phone: str = "", confidentiality: str = "normal", opened_at: datetime | None = None, filed_by_id: int | None = None,
    paper: bool = True, stated_document: str = "", agent: Citizen | None = None, by: Actor,
) -> Opened:  # fmt: skip
    """`opened_at` only where it came in before (by post, on paper); the clock starts then. Other systems need no `paper` receipt.

    `agent` is who brings it for the citizen: only with a mandate that covers it.
    """
    drawn = offers.draw(procedure.pk, receiver(by))
    procedure, calendar = drawn.offer
    citizen = citizen and Citizen.objects.get(pk=citizen.pk)
    opened_at = opened_at or now()
    check(procedure, citizen, confidentiality, opened_at)
    agent = allowed(agent, citizen, mandates.OPEN, procedure, channel, by=by) if agent else None
    assert procedure.current is not None
    found = inspect_all(files)
    key = numbers.new_tracking_key()
    case = Case(
        pk=drawn.case_id, uid=drawn.case_uid,
        institution=procedure.institution, citizen=citizen, agent=agent, procedure=procedure, version=procedure.current,
        team_id=procedure.team_id, title=title or procedure.name, description=description,
        answers=accepted(procedure.current.form, answers, stated_document),
        channel=channel, place=place, confidentiality=confidentiality, reply_name=reply_name, reply_email=reply_email,
        reply_phone=reply_phone, filed_by_id=filed_by_id, opened_at=opened_at, number=new_number(procedure, opened_at, drawn.case_serial),
        tracking_digest=numbers.tracking_digest(key, settings.SECRET_KEY),
    )  # fmt: skip
    for name, value in terms.reckon(case, calendar, [], None).dates.items():
        setattr(case, name, value)
    born(case)
    who = presented_by(case, agent)
    entry = enter(case, Entry.Direction.IN, at=opened_at, office=office, presented_by=who, serial=drawn.entry_serial, by=by)
    documents = keep_all(case, entry, found, by=by)
    receipt = receipts.make(case, entry, documents, key, by=by) if paper else None
    say("case.opened", case, by=by, public=True, number=case.number, procedure=procedure.name, channel=channel, entry=entry.number,
        documents=len(documents), due=case.due_at.isoformat() if case.due_at else None,
        **({"agent": str(agent.uid)} if agent else {}))  # fmt: skip
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
    states.insist(citizen.state if citizen else "", states.CASE)
    if opened_at > now():
        raise Refused("case.future", gettext("A case cannot have come in later than now. Correct the day and the hour."))


def allowed(agent: Citizen, citizen: Citizen | None, deed: str, procedure: Procedure, channel: str, *, by: Actor) -> Citizen | None:
    """Whoever brings it for another, with a mandate for it; None where they are the person themself."""
    if citizen is None:
        raise Refused("agent.for_nobody", gettext("Say for whom it is brought: an agent acts for a person or an organisation."))
    agent = Citizen.objects.get(pk=agent.pk)
    insist(agent, citizen, f"{deed}:{procedure.slug}", channel=channel, by=by)
    return None if agent.pk == citizen.pk else agent


def new_number(procedure: Procedure, opened_at: datetime, serial: int) -> str:
    institution = procedure.institution
    return numbers.make_case_number(institution.code, terms.local(institution, opened_at).year, serial)


def presented_by(case: Case, agent: Citizen | None = None) -> str:
    if agent is not None:
        return gettext("%(agent)s, for %(person)s") % {"agent": agent.name, "person": presented_by(case)}
    if case.citizen:
        return case.citizen.name
    return case.reply_name or gettext("Not identified")
