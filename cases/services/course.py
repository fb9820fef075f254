"""The course of a case: who works on it, what colleagues say, its end and its new beginning."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext

from cases import lifecycle, terms
from cases.lifecycle import Move, Status
from cases.models import Case, Decision, DocumentRequest, Note, Pause
from czrm.institutions.models import Membership, Team, User
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

from .rows import locked, redated, same_edition, saved

EDITABLE = {"title", "description", "place", "priority", "area", "reply_name", "reply_email", "reply_phone", "tags"}


@service("case.assign")
def assign_case(case: Case, *, team: Team | None, assignee: User | None, edition: int | None = None, by: Actor) -> Case:
    """Both as given: None takes the team or the person away."""
    case = locked(case)
    same_edition(case, edition)
    if team is not None:
        team = Team.objects.get(pk=team.pk, institution=case.institution_id)
    if assignee is not None and not Membership.objects.filter(user=assignee, institution=case.institution_id, active=True).exists():
        raise Refused("assign.not_a_member", gettext("%(who)s does not work here any more. Choose somebody else.") % {"who": assignee})
    saved(case, team=team, assignee=assignee)
    say("case.assigned", case, by=by, team=team.name if team else "", assignee=str(assignee) if assignee else "",
        assignee_id=assignee.pk if assignee else None)  # fmt: skip
    return case


@service("case.start")
def start_case(case: Case, *, by: Actor) -> Case:
    """Whoever starts it takes it, where nobody has it yet."""
    case = locked(case)
    fields: dict[str, Any] = {"status": lifecycle.move(case.status, Move.START)}
    if case.assignee_id is None and (user_id := getattr(by, "user_id", None)):
        fields["assignee_id"] = user_id
    saved(case, **fields)
    say("case.started", case, by=by, public=True, number=case.number)
    return case


@service("case.note")
def add_note(case: Case, *, text: str, by: Actor) -> Note:
    case = Case.objects.get(pk=case.pk)
    if not text.strip():
        raise Refused("note.empty", gettext("Write the note first."))
    note = Note.objects.create(institution_id=case.institution_id, case=case, text=text.strip(), by=by.name)
    say("case.note_added", note, by=by)
    return note


@service("case.edit")
def edit_case(case: Case, *, changes: dict[str, Any], edition: int | None = None, by: Actor) -> Case:
    case = locked(case)
    same_edition(case, edition)
    changed = {name: value for name, value in changes.items() if name in EDITABLE and getattr(case, name) != value}
    if not changed:
        return case
    saved(case, **changed)
    say("case.edited", case, by=by, fields=sorted(changed))
    return case


@service("case.close")
def close_case(case: Case, *, text: str = "", by: Actor) -> Case:
    """After a notified decision; or with an answer in plain words, where no formal decision is needed."""
    case = locked(case)
    if case.status == Status.DECIDED:
        if not Decision.objects.filter(case=case, withdrawn_at=None, notified_at__isnull=False).exists():
            raise Refused("close.not_notified", gettext("The decision has not been notified yet. Notify it first, then close the case."))
        saved(case, status=lifecycle.move(case.status, Move.CLOSE), closed_at=now())
    else:
        after = lifecycle.move(case.status, Move.ANSWER)
        if not text.strip():
            raise Refused("close.no_answer", gettext("Write what was answered: the person will read it."))
        moment = now()
        saved(case, status=after, closed_at=moment, decided_at=moment, outcome=Decision.Kind.ANSWERED, outcome_text=text.strip())
    say("case.closed", case, by=by, public=True, number=case.number, outcome=case.outcome)
    return case


@service("case.reopen")
def reopen_case(case: Case, *, reason: str, by: Actor) -> Case:
    """The terms begin again; that it had been closed in between stays on record as a pause."""
    case = locked(case)
    after, moment = lifecycle.move(case.status, Move.REOPEN), now()
    if not reason.strip():
        raise Refused("reopen.reason", gettext("Say why the case is opened again."))
    DocumentRequest.objects.filter(case=case, answered_at=None, withdrawn_at=None).update(withdrawn_at=moment)
    Pause.objects.filter(case=case, ended_at=None).update(ended_at=moment)
    Pause.objects.create(case=case, cause=terms.REOPENED, started_at=case.closed_at or moment, ended_at=moment)
    saved(case, status=after, closed_at=None, decided_at=None, outcome="", outcome_text="")
    saved(case, **redated(case))
    say("case.reopened", case, by=by, public=True, number=case.number, reason=reason.strip())
    return case
