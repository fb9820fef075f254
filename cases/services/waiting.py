"""What makes the clock stand still and go on: asking the citizen, asking others, and more time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext

from cases import clock, lifecycle, terms
from cases.lifecycle import Move, Status
from cases.models import Case, DocumentRequest, Entry, Extension, Pause
from citizens import mandates
from citizens.models import Citizen
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

from .keeping import Upload, inspect_all, keep_all
from .opening import allowed, presented_by
from .rows import enter, locked, redated, saved


@service("case.ask")
def ask_citizen(case: Case, *, text: str, days: int, article: str, by: Actor) -> DocumentRequest:
    """`days` working days to answer; the terms stand still meanwhile, and no longer than that (Ley 39/2015 art. 22.1.a, Spain)."""
    case, moment = locked(case), now()
    if not text.strip():
        raise Refused("ask.empty", gettext("Write what is needed: the person will read it."))
    if case.status != Status.WAITING_CITIZEN:
        case.status = lifecycle.move(case.status, Move.ASK_CITIZEN)
        pause(case, "citizen", article, moment, {"amount": days, "unit": clock.Unit.WORKING_DAY.value})
    request = DocumentRequest.objects.create(
        case=case, text=text.strip(), article=article, by=by.name, asked_at=moment, answer_by=answer_by(case, days, moment)
    )
    saved(case, status=case.status, **redated(case))
    assert request.answer_by is not None
    say(
        "case.citizen_asked",
        case,
        by=by,
        public=True,
        number=case.number,
        request=str(request.uid),
        answer_by=request.answer_by.isoformat(),
    )
    return request


@service("case.receive")
def receive_answer(
    request: DocumentRequest, *, text: str, files: Sequence[Upload], agent: Citizen | None = None, channel: str = "counter", by: Actor
) -> DocumentRequest:
    """The answer gets its line in the register; when nothing else is waited for, the clock goes on. `agent` as in `open_case`."""
    request = DocumentRequest.objects.select_related("case").get(pk=request.pk)
    case, moment = locked(request.case), now()
    request.refresh_from_db()
    if request.answered_at or request.withdrawn_at:
        raise Refused("answer.twice", gettext("This request has already been answered or is no longer needed."))
    agent = allowed(agent, case.citizen, mandates.ANSWER, case.procedure, channel, by=by) if agent else None
    found = inspect_all(files)
    if not found and not text.strip():
        raise Refused("answer.empty", gettext("Write an answer or attach a file."))
    entry = enter(case, Entry.Direction.IN, at=moment, office=None, presented_by=presented_by(case, agent), by=by)
    documents = keep_all(case, entry, found, by=by)
    request.answered_at, request.answer = moment, text.strip()
    request.save(update_fields=["answered_at", "answer"])
    if case.status == Status.WAITING_CITIZEN and not waiting(case).exists():
        end_pause(case, moment)
        saved(case, status=lifecycle.move(case.status, Move.CITIZEN_ANSWERS))
        saved(case, **redated(case))
    say("case.citizen_answered", case, by=by, public=True, number=case.number, request=str(request.uid), entry=entry.number,
        documents=len(documents), assignee_id=case.assignee_id, **({"agent": str(agent.uid)} if agent else {}))  # fmt: skip
    return request


@service("case.pause")
def pause_case(case: Case, *, cause: str, article: str, by: Actor) -> Case:
    """Another body must say something first."""
    case = locked(case)
    case.status = lifecycle.move(case.status, Move.ASK_THIRD)
    pause(case, cause.strip() or "third", article, now(), {})
    saved(case, status=case.status, **redated(case))
    say("case.paused", case, by=by, public=True, number=case.number, article=article)
    return case


@service("case.resume")
def resume_case(case: Case, *, by: Actor) -> Case:
    """Go on, with or without what was waited for."""
    case, moment = locked(case), now()
    case.status = lifecycle.move(case.status, Move.GO_ON)
    waiting(case).update(withdrawn_at=moment)
    end_pause(case, moment)
    saved(case, status=case.status, **redated(case))
    say("case.resumed", case, by=by, public=True, number=case.number)
    return case


@service("case.extend")
def extend_case(case: Case, *, amount: int, reason: str, by: Actor) -> Case:
    """`amount` in the unit of the legal term; the clock refuses what the law does."""
    case = locked(case)
    if case.status in lifecycle.CLOCK_ENDED:
        raise Refused("extend.ended", gettext("This case is decided: there is no term to extend."))
    if terms.schedule(case).nearest is None:
        raise Refused("extend.no_term", gettext("This procedure has no term, so there is nothing to extend."))
    if Extension.objects.filter(case=case).exists():
        raise Refused(
            "extension_twice", gettext("This term has already been extended. It can be extended only once: decide before it ends.")
        )
    Extension.objects.create(case=case, amount=amount, reason=reason, by=by.name, granted_at=now())
    saved(case, **redated(case))
    say("case.extended", case, by=by, public=True, number=case.number, due=case.due_at.isoformat() if case.due_at else None)
    return case


def waiting(case: Case) -> Any:
    return DocumentRequest.objects.filter(case=case, answered_at=None, withdrawn_at=None)


def pause(case: Case, cause: str, article: str, moment: datetime, cap: dict[str, Any]) -> None:
    restarts = cause == "citizen" and bool(case.version.legal.get("restarts"))
    Pause.objects.create(case=case, cause=cause, article=article, started_at=moment, cap=cap, restarts=restarts)


def end_pause(case: Case, moment: datetime) -> None:
    Pause.objects.filter(case=case, ended_at=None).update(ended_at=moment)


def answer_by(case: Case, days: int, moment: datetime) -> datetime | None:
    return clock.due(clock.Term(days, clock.Unit.WORKING_DAY), moment, terms.calendar_of(case.institution)).at
