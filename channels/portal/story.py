"""How a case goes, as its citizen reads it: the title is the answer, then whether they must do anything, then each step with its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import dateformat
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from cases import clock
from cases.clock.words import clock_words, day_words
from cases.lifecycle import FINAL, PAUSED, Status
from cases.models import Case
from cases.terms import Schedule

PAST: dict[str, Promise] = {
    "case.opened": gettext_lazy("We received it"),
    "case.started": gettext_lazy("We began to work on it"),
    "case.citizen_asked": gettext_lazy("We asked you for something"),
    "case.citizen_answered": gettext_lazy("You answered"),
    "case.paused": gettext_lazy("We asked another body for a report"),
    "case.resumed": gettext_lazy("We went on with your request"),
    "case.extended": gettext_lazy("We needed more time"),
    "case.decided": gettext_lazy("We decided"),
    "case.notified": gettext_lazy("We handed you the decision"),
    "case.closed": gettext_lazy("We finished"),
    "case.reopened": gettext_lazy("We opened it again"),
}
# The event whose step is the present one in each status, and its words.
PRESENT: dict[str, tuple[tuple[str, ...], Promise, Promise]] = {
    Status.RECEIVED: ((), gettext_lazy("It waits for its turn"), gettext_lazy("A person of our team will look at it.")),
    Status.REOPENED: (("case.reopened",), gettext_lazy("It waits for its turn"), gettext_lazy("We will look at it again.")),
    Status.IN_PROGRESS: (
        ("case.started", "case.resumed", "case.citizen_answered"), gettext_lazy("We are working on it"),
        gettext_lazy("A person of our team is looking into what you asked."),
    ),
    Status.WAITING_CITIZEN: (
        ("case.citizen_asked",), gettext_lazy("We wait for you"), gettext_lazy("Until you answer, our time does not run."),
    ),
    Status.WAITING_THIRD: (
        ("case.paused",), gettext_lazy("We wait for another body"), gettext_lazy("Until it answers, our time does not run."),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """`state` as the component takes it: done, current, todo, missed."""

    state: str
    title: str
    when: str = ""
    time: str = ""
    text: str = ""
    number: int = 0


@dataclass(frozen=True)
class Told:
    """What the page says first; `late` where a promise was missed, `act` where the citizen must do something."""

    title: str
    lead: str
    promise: str = ""
    late: bool = False
    act: bool = False


def told(case: Case, plan: Schedule, requests: list[Any], now: datetime, *, notified: bool, reachable: bool, readable: bool) -> Told:
    status, due = case.status, due_of(plan)
    if status in ENDED:
        title, lead = ENDED[status]
        ended = day_of(case.closed_at or case.decided_at)
        return Told(str(title) % {"day": ended}, _("Below you can read the answer.") if readable else str(lead))
    if status == Status.DECIDED:
        return decided(case, notified=notified)
    if status == Status.WAITING_CITIZEN and requests:
        return asked(requests)
    nothing = nothing_to_do(reachable=reachable)
    if due is None:
        return Told(str(PRESENT[status][1]), nothing)
    if due.at is None or status in PAUSED:
        return Told(_("We wait for another body before we can answer you"), nothing, _("Our time to answer does not run meanwhile."))
    if now > due.at:
        return late(due, plan, now)
    return Told(_("We will answer you by %(day)s at the latest") % {"day": due_words(due)}, nothing, promise_words(plan, due))


def asked(requests: list[Any]) -> Told:
    last = min((row.answer_by for row in requests if row.answer_by), default=None)
    title = _("We need something from you by %(day)s") % {"day": day_of(last)} if last else _("We need something from you")
    return Told(title, _("Please answer below. Our time to answer you does not run until then."), act=True)


def decided(case: Case, *, notified: bool) -> Told:
    if notified:
        return Told(_("We decided, and handed you the decision"), _("The decision itself says what you can do if you do not agree."))
    words = _("Come for it with your identity document: only you can receive it. From that day on you can appeal against it.")
    return Told(_("We decided on %(day)s: the decision is ready for you") % {"day": day_of(case.decided_at)}, words, act=True)


def late(due: clock.Due, plan: Schedule, now: datetime) -> Told:
    """A missed promise says so, and gives the next date there is."""
    title = _("We are late: we should have answered you by %(day)s") % {"day": due_words(due)}
    legal = plan.legal
    if legal and legal.at and legal.at > now:
        promise = _("By law we must answer you by %(day)s at the latest.") % {"day": due_words(legal)}
    else:
        promise = ""
    return Told(title, _("We are sorry. Your request is still open, and you do not have to ask for it again."), promise, late=True)


ENDED: dict[str, tuple[Promise, Promise]] = {
    Status.CLOSED: (
        gettext_lazy("Your request was finished on %(day)s"),
        gettext_lazy("If you have not received the answer yet, ask for it at one of our offices with your identity document."),
    ),
    Status.TRANSFERRED: (
        gettext_lazy("We sent your request to the body that can answer it, on %(day)s"), gettext_lazy("From now on that body answers you."),
    ),
    Status.WITHDRAWN: (
        gettext_lazy("You withdrew your request on %(day)s"), gettext_lazy("If you need it again, you can begin a new one."),
    ),
    Status.LAPSED: (
        gettext_lazy("Your request came to an end on %(day)s without a decision"),
        gettext_lazy("What we had asked you for did not come in time. You can begin a new request."),
    ),
}  # fmt: skip


def nothing_to_do(*, reachable: bool) -> str:
    if reachable:
        return _("You do not have to do anything now. We will write to you when there is news.")
    return _("You do not have to do anything now. Come back to this page to see how it goes.")


def due_of(plan: Schedule) -> clock.Due | None:
    """What we promised; where nothing was promised, what the law sets."""
    return plan.promised or plan.legal


def promise_words(plan: Schedule, due: clock.Due) -> str:
    if plan.promised is None:
        return _("The law gives us until that day.")
    if plan.legal and plan.legal.at and plan.legal.at > (due.at or plan.legal.at):
        return _("That is our promise. The law gives us until %(day)s.") % {"day": due_words(plan.legal)}
    return _("That is our promise. If we do not keep it, we will tell you here.")


def due_words(due: clock.Due) -> str:
    """A term in hours ends at an hour, any other at the end of its day."""
    assert due.at is not None
    return moment(due.at) if due.term.unit.in_hours else day(due.at.date())


def day_of(at: datetime | None) -> str:
    return day(localtime(at).date()) if at else ""


def day(on: date) -> str:
    """The year is said only where it is another one."""
    return day_words(on) if on.year != localtime().year else dateformat.format(on, pgettext("date format", "l, F j"))


def moment(at: datetime) -> str:
    return _("%(day)s at %(time)s") % {"day": day(at.date()), "time": clock_words(at)}


def steps(case: Case, events: list[Any], team: str, plan: Schedule, now: datetime) -> list[Step]:
    """Past, present and future; the event that began the present is not told twice."""
    kinds = [event for event in events if event.kind in PAST]
    present = PRESENT.get(case.status)
    since = kinds.pop() if present and kinds and kinds[-1].kind in present[0] else None
    found = [past(event, case) for event in kinds]
    if present:
        text = _("%(team)s takes care of it.") % {"team": team} if team and case.status == Status.IN_PROGRESS else str(present[2])
        when = _("Since %(moment)s") % {"moment": moment(localtime(since.at))} if since else ""
        found.append(Step("current", str(present[1]), capfirst(when), since.at.isoformat() if since else "", text))
    if case.status not in FINAL and case.status != Status.DECIDED:
        found.append(future(plan, now, len(found) + 1))
    elif case.status == Status.DECIDED and not any(event.kind == "case.notified" for event in events):
        found.append(Step("current", _("We hand you the decision"), "", "", _("At our offices, with your identity document.")))
    return found


def past(event: Any, case: Case) -> Step:
    """What came by post or on paper counts from when it came, not from when it was written down."""
    opened = event.kind == "case.opened"
    at = localtime(case.opened_at if opened else event.at)
    return Step("done", str(PAST[event.kind]), capfirst(moment(at)), at.isoformat(), opened_words(event.data) if opened else "")


def opened_words(data: dict[str, Any]) -> str:
    n = int(data.get("documents") or 0)
    entry = _("It has the register number %(number)s.") % {"number": data["entry"]} if data.get("entry") else ""
    with_files = ngettext("It came with %(n)d document.", "It came with %(n)d documents.", n) % {"n": n} if n else ""
    return " ".join(filter(None, (entry, with_files)))


def future(plan: Schedule, now: datetime, number: int) -> Step:
    due = due_of(plan)
    if due is None or due.at is None:
        return Step("todo", _("We answer you"), number=number)
    state, words = ("missed", _("It should have been by %(day)s")) if now > due.at else ("todo", _("By %(day)s at the latest"))
    return Step(state, _("We answer you"), words % {"day": due_words(due)}, due.at.date().isoformat(), number=number)
