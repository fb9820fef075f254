"""The decision and its notification on paper."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext, override

from cases import lifecycle, papers, terms
from cases.clock.words import length_words
from cases.lifecycle import Move, Status
from cases.models import Case, Decision, Document, Entry
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

from .receipts import keep_pdf, letterhead
from .rows import enter, locked, next_serial, saved


@service("case.decide")
def decide_case(case: Case, *, kind: str, grounds: str, text: str, signer: str, signer_post: str, by: Actor) -> Decision:
    """Deciding a case nobody had started starts it. The paper says how to appeal; the term to do so waits for the notification."""
    case, moment = locked(case), now()
    check(kind, grounds, text, signer, signer_post)
    if case.status in (Status.RECEIVED, Status.REOPENED):
        case.status = lifecycle.move(case.status, Move.START)
    case.status = lifecycle.move(case.status, Move.DECIDE)
    decision = Decision(
        case=case, number=new_number(case, moment), kind=kind, grounds=grounds.strip(), text=text.strip(), signer=signer.strip(),
        signer_post=signer_post.strip(), appeals=case.version.appeals, decided_at=moment,
    )  # fmt: skip
    decision.document = printed(case, decision, by=by)
    decision.save()
    saved(case, status=case.status, decided_at=moment, outcome=kind)
    say("case.decided", case, by=by, public=True, number=case.number, decision=decision.number, outcome=kind)
    return decision


@service("case.notify")
def notify_decision(decision: Decision, *, at: datetime, received_by: str, by: Actor) -> Decision:
    """Handed over on paper at the desk: from this day the terms to appeal run. The exit has its line in the register."""
    decision = Decision.objects.select_related("case", "document").get(pk=decision.pk)
    case = locked(decision.case)
    decision.refresh_from_db()
    check_notice(decision, at, received_by)
    entry = enter(case, Entry.Direction.OUT, at=at, office=None, presented_by=received_by.strip(), by=by)
    decision.notified_at, decision.notified_how, decision.received_by = at, "paper", received_by.strip()
    decision.save(update_fields=["notified_at", "notified_how", "received_by"])
    if decision.document:
        Document.objects.filter(pk=decision.document.pk).update(entry=entry, public=True)
    saved(case)
    say("case.notified", case, by=by, public=True, number=case.number, decision=decision.number, how="paper", at=at.isoformat())
    return decision


def check(kind: str, grounds: str, text: str, signer: str, signer_post: str) -> None:
    if kind not in Decision.Kind.values:
        raise Refused("decide.kind", gettext("Choose what is decided."))
    if not all(part.strip() for part in (grounds, text, signer, signer_post)):
        raise Refused("decide.incomplete", gettext("A decision needs its grounds, its text, and who signs it with which post."))


def check_notice(decision: Decision, at: datetime, received_by: str) -> None:
    if decision.notified_at:
        raise Refused("notify.twice", gettext("This decision has already been notified."))
    if decision.withdrawn_at:
        raise Refused("notify.withdrawn", gettext("This decision was taken back: there is nothing to notify."))
    if at > now() or at < decision.decided_at.replace(second=0, microsecond=0):
        raise Refused(
            "notify.when", gettext("It can only have been handed over after the decision and before now. Correct the day and the hour.")
        )
    if not received_by.strip():
        raise Refused("notify.who", gettext("Write who received it."))


def new_number(case: Case, moment: datetime) -> str:
    year = terms.local(case.institution, moment).year
    return f"R-{case.institution.code}-{year}-{next_serial('decision_number'):06d}"


def printed(case: Case, decision: Decision, *, by: Actor) -> Document:
    """As PDF; not the citizen's to read before it is notified."""
    institution = case.institution
    with override(institution.language):
        data = papers.decision_pdf(paper(case, decision))
        name = f"{decision.number}.pdf"
    return keep_pdf(case, name, data, Document.Kind.DECISION, public=False, by=by)


def paper(case: Case, decision: Decision) -> papers.Decision:
    institution = case.institution
    office = case.team.office if case.team else None
    return papers.Decision(
        head=letterhead(institution, office), language=institution.language, kind=gettext("Decision"), number=decision.number,
        subject=case.title, case=case.number, procedure=case.procedure.name,
        addressee=case.citizen.name if case.citizen else case.reply_name or gettext("Not identified"),
        grounds=decision.grounds, text=decision.text, signer_name=decision.signer, signer_post=decision.signer_post,
        place=(office.municipality if office else "") or institution.short_name,
        dated=terms.local(institution, decision.decided_at).date(), appeals=tuple(appeal(row) for row in decision.appeals),
        handover=papers.Handover(),
    )  # fmt: skip


def appeal(row: dict[str, Any]) -> papers.Appeal:
    term = terms.term_of(row)
    length = length_words(term.length) if term else ""
    article = row.get("article") or ""
    return papers.Appeal(
        name=row.get("name", ""), before=row.get("before", ""), term=f"{length} ({article})" if article else length,
        runs_from=gettext("the day after this decision is notified"),
    )  # fmt: skip
