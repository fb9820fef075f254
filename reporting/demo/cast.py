"""The scenes written by hand: who they are, and their times told in working days before today."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from stdnum.cl import rut

from cases.clock import Calendar

from .course import Step
from .declared import Declared, declared
from .dice import dice
from .people import People, Person, called
from .rhythm import working_day
from .year import INFORMED, OPENED, CaseStory, Talk, Year

BODY, OTHER = "valle-sereno", "los-aromos"


def cast_people() -> list[Person]:
    return [cast_person(row) for row in declared("cast")["people"]]


def cast_person(row: Declared) -> Person:
    number = row.get("id_number", "")
    kind = row.get("id_kind", "cl.rut") if number else ""
    if kind == "cl.rut":
        number += rut.calc_check_digit(number)
    bodies = tuple(row.get("bodies", (BODY,)))
    return Person(**row | {"bodies": bodies, "language": "es", "id_kind": kind, "id_number": number, "keen": 0.0})


class Cast:
    """Scenes for the year of one municipality; every one of them lies before `now`."""

    def __init__(self, year: Year, cast: list[Person]) -> None:
        self.year, self.calendar = year, year.calendar
        self.known = {person.key: person for person in cast}
        self.rng = dice(year.seed, "cast")
        self.extras = [person for person in year.people if person.email and person.id_number and person.kind == "person" and person.keen]
        self.strangers = People(f"{year.seed}:passers-by", year.now.date())

    def stories(self) -> list[CaseStory]:
        return [self.story(row) for row in declared("cast")["cases"]]

    def story(self, row: Declared) -> CaseStory:
        who = row["who"]
        person = self.known.get(who) or (self.rng.choice(self.extras) if who == "any" else None)
        story = CaseStory(
            row["procedure"], self.at(row["at"]), row["way"], row.get("desk", ""), row["title"], row["description"], row["answers"],
            row.get("place", ""), person.barrio if person else "", person, nameless=who == "nameless", papers=row.get("papers", False),
            external=row.get("external", ""), tracking_key=row.get("key", ""), urgent=row.get("urgent", False),
        )  # fmt: skip
        if who == "stranger":
            self.leave_a_name(story)
        story.steps = [self.step(*part) for part in row["steps"]]
        return story

    def leave_a_name(self, story: CaseStory) -> None:
        stranger = self.strangers.make(1)[0]
        story.reply_name = called(stranger)
        story.reply_email = self.strangers.email("vecina", stranger.surname or "valle")

    def step(self, kind: str, at: str, by: str, text: str = "", data: dict[str, Any] | None = None) -> Step:
        return Step(f"case.{kind}", self.at(at), by, text, data or {})

    def talks(self, stories: list[CaseStory]) -> Iterator[Talk]:
        """Those in which a scene's case was opened, and those told apart."""
        purposes = {row["title"]: row.get("said", "") for row in declared("cast")["cases"]}
        for story in filter(lambda story: story.desk, stories):
            begins, ends = story.opened_at - timedelta(minutes=6), story.opened_at + timedelta(minutes=2)
            said = purposes[story.title]
            yield Talk(begins, ends, story.way, story.desk, "atencion", OPENED, said, story.person, story, opens=True, answered=True)
        titles = {story.title: story for story in stories}
        for row in declared("cast")["talks"]:
            begins = self.at(row["at"])
            yield Talk(
                begins, begins + timedelta(minutes=4), row["way"], row["clerk"], row["purpose"], INFORMED, row["said"],
                self.known[row["who"]], titles[row["about"]], answered=True,
            )  # fmt: skip

    def at(self, spec: str) -> datetime:
        return moment(self.calendar, self.year.now, spec)


def moment(calendar: Calendar, now: datetime, spec: str) -> datetime:
    """`-3 16:20`: the third working day before today, at that hour of the institution's clock."""
    back, clock = spec.split()
    return calendar.at(working_day(calendar, calendar.local(now).date(), -int(back)), time.fromisoformat(clock))
