"""A year of stories becomes rows: what services would have written, step by step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings

from cases.models import Case, DocumentRequest, Note
from cases.numbers import make_case_number, tracking_digest
from reporting.demo.year import CaseStory

from .book import Book
from .pouring import next_ids
from .registering import Citizens
from .setting import Setting
from .telling import PORTAL, Teller


class Chronicle:
    """Writes the cases of one municipality into its book."""

    def __init__(self, setting: Setting, citizens: Citizens, now: datetime) -> None:
        self.setting, self.citizens, self.now = setting, citizens, now
        self.book = Book(setting, now)
        self.cases: dict[int, Case] = {}  # by the identity of their story
        self.contacts: dict[int, int] = {}  # the contact a story began in

    def tell(self, stories: list[CaseStory], numbers: list[int]) -> None:
        """`numbers` are the serials of these cases, which are in the order of their time."""
        requested = iter(next_ids(DocumentRequest, sum(step.kind == "case.citizen_asked" for story in stories for step in story.steps)))
        noted = iter(next_ids(Note, sum(step.kind == "case.note_added" for story in stories for step in story.steps)))
        for story, key, serial in zip(stories, next_ids(Case, len(stories)), numbers, strict=True):
            case = self.case(story, key, serial)
            self.cases[id(story)] = case
            Teller(self.book, story, case, self.by, requested, noted).tell(self.contacts.get(id(story)))

    def case(self, story: CaseStory, key: int, serial: int) -> Case:
        setting = self.setting
        procedure = setting.offered[story.procedure]
        digest = tracking_digest(story.tracking_key, settings.SECRET_KEY) if story.tracking_key else ""
        assert procedure.current is not None
        return Case(
            id=key, institution=setting.institution, procedure=procedure, version=procedure.current, team_id=procedure.team_id,
            citizen_id=self.citizens[story.person.key] if story.person else None, title=story.title, description=story.description,
            number=make_case_number(setting.institution.code, setting.calendar.local(story.opened_at).year, serial), channel=story.way,
            answers=story.answers, place=story.place, area=story.area, reply_name=story.reply_name, reply_email=story.reply_email,
            reply_phone=story.reply_phone, confidentiality="anonymous" if story.nameless else "normal", opened_at=story.opened_at,
            priority=Case.Priority.URGENT if story.urgent else Case.Priority.NORMAL, status=story.status, source="demo",
            external_id=story.external, tracking_digest=digest,
        )  # fmt: skip

    def by(self, who: str) -> dict[str, Any]:
        """How an event is signed."""
        if who in ("", "citizen"):
            return {"by": PORTAL, "user_id": None}
        user = self.setting.staff[who]
        return {"by": str(user), "user_id": user.pk}
