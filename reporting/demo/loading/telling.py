"""One story, step by step, as the services would have written it at the time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from cases import clock, terms
from cases.models import Case, Entry, Pause
from czrm.kit.actor import Machine
from reporting.demo.course import Step
from reporting.demo.people import called
from reporting.demo.year import CaseStory

from .book import Book
from .pouring import Row

PORTAL = Machine("portal", 0).name
CAP = clock.Unit.WORKING_DAY.value


class Teller:
    """One story into one book."""

    def __init__(self, book: Book, story: CaseStory, case: Case, by: Callable[[str], dict[str, Any]],
                 requested: Iterator[int], noted: Iterator[int]) -> None:  # fmt: skip
        self.book, self.story, self.case, self.by, self.setting = book, story, case, by, book.setting
        self.requested, self.noted = requested, noted
        self.pauses: list[Pause] = []
        self.request: Row = {}
        self.decision: Row = {}
        self.opening: dict[str, Any] = {}

    def tell(self, contact: int | None) -> None:
        self.opened(contact)
        for step in self.story.steps:
            self.step(step)
        self.finish()

    def opened(self, contact: int | None) -> None:
        story = self.story
        entry = self.book.enter(self.case, Entry.Direction.IN, story.opened_at, self.by(story.desk)["by"], self.presenter)
        self.opening = {"number": self.case.number, "procedure": self.case.procedure.name, "channel": story.way, "documents": 0}
        self.say("case.opened", story.opened_at, story.desk, self.opening, public=True, contact_id=contact)
        self.book.later.append(lambda: self.opening.update(entry=entry["number"]))

    @property
    def presenter(self) -> str:
        return (called(self.story.person) if self.story.person else self.story.reply_name) or "Sin identificar"

    def say(self, kind: str, at: datetime, who: str, data: dict[str, Any], *, public: bool = False, **about: Any) -> None:
        where = {"case_id": self.case.pk, "citizen_id": self.case.citizen_id, **about}
        self.book.event(kind, at, f"cases.case:{self.case.pk}", self.by(who), data=data, public=public, **where)

    def step(self, step: Step) -> None:
        tell: dict[str, Callable[[Step], None]] = {
            "case.assigned": self.assigned, "case.note_added": self.noted_down, "case.citizen_asked": self.asked,
            "case.citizen_answered": self.answered, "case.resumed": self.resumed, "case.decided": self.decided,
            "case.notified": self.notified, "case.closed": self.closed,
        }  # fmt: skip
        told = tell.get(step.kind)
        if told:
            told(step)
        else:
            self.say(step.kind, step.at, step.by, {"number": self.case.number}, public=True)

    def assigned(self, step: Step) -> None:
        user = self.setting.staff[step.data["assignee"]]
        self.case.assignee = user
        team = self.case.procedure.team
        self.say(step.kind, step.at, step.by, {"team": team.name if team else "", "assignee": str(user), "assignee_id": user.pk})

    def noted_down(self, step: Step) -> None:
        key, signed = next(self.noted), self.by(step.by)
        note: Row = {"id": key, "institution_id": self.case.institution_id, "case_id": self.case.pk, "text": step.text}
        self.book.notes.append({**note, "by": signed["by"], "at": step.at})
        self.book.event(step.kind, step.at, f"cases.note:{key}", signed, data={}, case_id=self.case.pk, citizen_id=None)

    def asked(self, step: Step) -> None:
        days, article = step.data["days"], step.data.get("article", "")
        answer_by = clock.due(clock.Term(days, clock.Unit.WORKING_DAY), step.at, self.setting.calendar).at
        self.pauses.append(Pause(case=self.case, cause="citizen", article=article, started_at=step.at, cap={"amount": days, "unit": CAP}))
        self.request = {"id": next(self.requested), "case_id": self.case.pk, "text": step.text, "article": article,
                        "by": self.by(step.by)["by"], "asked_at": step.at, "answer_by": answer_by, "answer": ""}  # fmt: skip
        self.book.requests.append(self.request)
        assert answer_by is not None
        data = {"number": self.case.number, "request": self.request["id"], "answer_by": answer_by.isoformat()}
        self.say(step.kind, step.at, step.by, data, public=True)

    def answered(self, step: Step) -> None:
        self.request.update(answered_at=step.at, answer=step.text)
        self.pauses[-1].ended_at = step.at
        entry = self.book.enter(self.case, Entry.Direction.IN, step.at, PORTAL, self.presenter)
        data = {"number": self.case.number, "request": self.request["id"], "documents": 0, "assignee_id": self.case.assignee_id}
        self.say(step.kind, step.at, step.by, data, public=True)
        self.book.later.append(lambda: data.update(entry=entry["number"]))

    def resumed(self, step: Step) -> None:
        self.request.update(withdrawn_at=step.at)
        self.pauses[-1].ended_at = step.at
        self.say(step.kind, step.at, step.by, {"number": self.case.number}, public=True)

    def decided(self, step: Step) -> None:
        setting, kind = self.setting, step.data["kind"]
        self.decision = decision = {
            "case_id": self.case.pk, "kind": kind, "grounds": step.data["grounds"], "text": step.text,
            "signer": str(setting.staff[step.by]), "signer_post": setting.posts[step.by],
            "appeals": self.case.version.appeals, "decided_at": step.at, "notified_how": "",
        }  # fmt: skip
        self.book.decisions.append(decision)
        self.case.decided_at, self.case.outcome = step.at, kind
        data = {"number": self.case.number, "kind": kind}
        self.say(step.kind, step.at, step.by, data, public=True)
        self.book.later.append(lambda: data.update(decision=decision["number"]))

    def notified(self, step: Step) -> None:
        decision = self.decision
        decision.update(notified_at=step.at, notified_how="paper", received_by=self.presenter)
        self.book.enter(self.case, Entry.Direction.OUT, step.at, self.by(step.by)["by"], self.presenter)
        data = {"number": self.case.number, "how": "paper", "at": step.at.isoformat()}
        self.say(step.kind, step.at, step.by, data, public=True)
        self.book.later.append(lambda: data.update(decision=decision["number"]))

    def closed(self, step: Step) -> None:
        self.case.closed_at = step.at
        if not self.case.decided_at:
            self.case.decided_at, self.case.outcome, self.case.outcome_text = step.at, step.data["outcome"], step.text
        self.say(step.kind, step.at, step.by, {"number": self.case.number, "outcome": self.case.outcome}, public=True)

    def finish(self) -> None:
        """The dates are those that the clock gives, with its pauses; then the row is complete."""
        case = self.case
        for name, value in terms.reckon(case, self.setting.calendar, self.pauses, None).dates.items():
            setattr(case, name, value)
        case.edition = 1 + len(self.story.steps)
        self.opening["due"] = case.due_at.isoformat() if case.due_at else None
        self.book.pauses += [row_of(pause) for pause in self.pauses]
        self.book.cases.append(row_of(case) | {"id": case.pk})


def row_of(thing: Any) -> Row:
    """An unsaved model as a row; what the database gives is left to it."""
    fields = [field for field in thing._meta.concrete_fields if not field.primary_key and not field.has_db_default()]
    return {field.column: getattr(thing, field.attname) for field in fields}
