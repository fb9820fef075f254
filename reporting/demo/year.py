"""A year of one municipality: its cases with what became of each, and its contacts. Pure: no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from cases.clock import Calendar

from .course import Course, Hands, Step, status_of
from .declared import Declared, declared, filled, procedures
from .dice import dice
from .people import People, Person, called
from .rhythm import UNATTENDED, YEAR, Rhythm, after

PURPOSES = {"certificate": "certificado", "benefit": "beneficio", "rights": "datos-personales"}
SLOWER, QUICKER = 1.16, 0.86  # the pace at the beginning of the year, and now
NAMELESS = 0.45  # of those unknown, where the procedure allows it
ONLY_ASK, FOLLOW, CALL = 0.34, 0.17, 0.06  # contacts for each case
OPENED, INFORMED, CUT_OFF = 1, 2, 5  # places in the list of results
SPOKEN, WRITTEN = frozenset({"counter", "phone"}), frozenset({"portal", "email"})
SPAN = timedelta(days=YEAR)


@dataclass
class CaseStory:
    """One case: what was asked, by whom, through whose hands, and the steps so far."""

    procedure: str
    opened_at: datetime
    way: str
    desk: str
    title: str
    description: str
    answers: dict[str, Any]
    place: str = ""
    area: str = ""
    person: Person | None = None
    reply_name: str = ""
    reply_email: str = ""
    reply_phone: str = ""
    nameless: bool = False
    steps: list[Step] = field(default_factory=list)
    external: str = ""
    papers: bool = False  # to be found with its documents
    urgent: bool = False
    tracking_key: str = ""

    @property
    def status(self) -> str:
        return status_of(self.steps)


@dataclass
class Talk:
    """One contact; `story` is the case it was about, `opens` if it began there."""

    started: datetime
    ended: datetime
    way: str
    clerk: str
    purpose: str
    result: int  # place in the list of results
    notes: str
    person: Person | None = None
    story: CaseStory | None = None
    opens: bool = False
    out: bool = False
    answered: bool | None = None


class Year:
    def __init__(self, body: Declared, everybody: Sequence[Person], calendar: Calendar, seed: object, now: datetime) -> None:
        self.body, self.calendar, self.now, self.seed = body, calendar, calendar.local(now), seed
        self.rng = dice(seed, "year", body["slug"])
        self.people = [person for person in everybody if body["slug"] in person.bodies]
        self.keen = list(accumulate(person.keen for person in self.people))
        self.strangers = People(f"{seed}:strangers:{body['slug']}", self.now.date())
        officers = [one for one in body["staff"] if "officer" in one["roles"]]
        self.teams = {team["key"]: [one["key"] for one in officers if team["key"] in one["teams"]] for team in body["teams"]}
        self.desks = [one["key"] for one in body["staff"] if one.get("desk")]
        self.chiefs = [one["key"] for one in body["staff"] if "supervisor" in one["roles"]]
        self.offered = procedures(body["slug"])

    def cases(self, count: int) -> list[CaseStory]:
        """About so many, in the order in which they came."""
        works = declared("work")
        whole = sum(works[row["slug"]]["weight"] for row in self.offered)
        found: list[CaseStory] = []
        for row in self.offered:
            work = works[row["slug"]]
            rng = dice(self.seed, self.body["slug"], row["slug"])
            rhythm = Rhythm(self.calendar, work["months"], work["ways"], self.now, rng)
            course = Course(self.calendar, work, row.get("promised") or {}, rng)
            for moment, way in rhythm.arrivals(round(count * work["weight"] / whole)):
                found.append(self.case(row, work, course, moment, way, rng))
        return sorted(found, key=lambda story: story.opened_at)

    def case(self, row: Declared, work: Declared, course: Course, moment: datetime, way: str, rng: Random) -> CaseStory:
        person = None if rng.random() < work["unknown"] else self.somebody(rng, row["kind"])
        words = self.where(person if row["kind"] != "service" or rng.random() < 0.6 else None, rng)
        subject = filled(rng.choice(work["subjects"]), words)
        story = CaseStory(
            row["slug"], moment, way, "" if way in UNATTENDED else rng.choice(self.desks), subject["title"], subject["description"],
            dict(subject["answers"]), f"{words['street']} {words['n']}" if row["kind"] == "service" else "", words["barrio"], person,
        )  # fmt: skip
        if person is None:
            self.unknown(story, row, rng)
        steps = course.steps(moment, self.hands(row, work, story.desk), self.haste(moment))
        story.steps = [filled_step(step, words) for step in steps if step.at < self.now]
        return story

    def where(self, person: Person | None, rng: Random) -> dict[str, str]:
        """At home, or somewhere in the municipality."""
        post = str(rng.randrange(110, 9800))
        if person is None:
            somewhere = {"street": rng.choice(self.body["streets"]), "n": str(rng.randrange(10, 2400))}
            return {**somewhere, "barrio": rng.choice(self.body["barrios"]), "post": post}
        street, _gap, number = person.address.rpartition(" ")
        return {"street": street, "n": number, "barrio": person.barrio, "post": post}

    def somebody(self, rng: Random, kind: str = "") -> Person:
        while True:
            person = rng.choices(self.people, cum_weights=self.keen)[0]
            if person.kind == "person" or kind not in PURPOSES:
                return person

    def unknown(self, story: CaseStory, row: Declared, rng: Random) -> None:
        """Who is not registered leaves a name and a way to answer, or nothing at all."""
        if row.get("anonymous") and rng.random() < NAMELESS:
            story.nameless = True
            return
        stranger = self.strangers.make(1)[0]
        story.reply_name = called(stranger)
        if story.way in WRITTEN:
            story.reply_email = stranger.email or self.strangers.email("vecino", stranger.surname or "valle")
        else:
            story.reply_phone = stranger.phone or self.strangers.phone()

    def hands(self, row: Declared, work: Declared, desk: str) -> Hands:
        team = self.teams[row["team"]] or self.desks
        signer = work.get("signer", "")
        return Hands(desk, team, self.chiefs[0], signer if any(one["key"] == signer for one in self.body["staff"]) else self.chiefs[0])

    def haste(self, moment: datetime) -> float:
        gone = (self.now - moment) / SPAN
        return QUICKER + (SLOWER - QUICKER) * gone

    def talks(self, stories: Sequence[CaseStory]) -> list[Talk]:
        """The contacts in which these cases were opened or asked about, and those that were only questions; in their order."""
        rng, said = dice(self.seed, "talks", self.body["slug"]), declared("talks")
        kinds = {row["slug"]: PURPOSES.get(row["kind"], "atencion") for row in self.offered}
        found: list[Talk] = []
        for story in stories:
            found += self.about(story, kinds[story.procedure], rng, said)
        rhythm = Rhythm(self.calendar, [1] * 12, {"counter": 55, "phone": 45}, self.now, rng)
        for moment, way in rhythm.arrivals(round(len(stories) * ONLY_ASK)):
            person = self.somebody(rng) if rng.random() < 0.55 else None
            ended = CUT_OFF if way == "phone" and rng.random() < 0.04 else INFORMED
            talk = self.talk(moment, way, rng.choice(self.desks), "informacion", ended, rng)
            talk.person, talk.notes, talk.answered = person, rng.choice(said["asked"]), rng.random() < 0.8
            found.append(talk)
        return sorted((talk for talk in found if talk.ended < self.now), key=lambda talk: talk.started)

    def about(self, story: CaseStory, purpose: str, rng: Random, said: Declared) -> list[Talk]:
        found: list[Talk] = []
        if story.way in SPOKEN:
            begins = story.opened_at - timedelta(seconds=rng.randrange(150, 600))
            talk = self.talk(begins, story.way, story.desk, purpose, OPENED, rng)
            talk.ended = story.opened_at + timedelta(seconds=rng.randrange(40, 260))
            talk.notes, talk.opens = rng.choice(said["opened"]) if rng.random() < 0.5 else "", True
            found.append(talk)
        until = story.steps[-1].at if story.steps else self.now
        if story.person and until - story.opened_at > timedelta(hours=30):
            middle = after(self.calendar, story.opened_at + (until - story.opened_at) * rng.uniform(0.3, 0.9), 0.2)
            if middle < until and rng.random() < FOLLOW:
                found.append(self.talk(middle, "phone", rng.choice(self.desks), "informacion", INFORMED, rng, said["followed"]))
            elif middle < until and rng.random() < CALL:
                found.append(self.talk(middle, "phone", rng.choice(self.desks), purpose, INFORMED, rng, said["called"]))
                found[-1].out = True
        for talk in found:
            talk.story, talk.person, talk.answered = story, story.person, rng.random() < 0.85 if rng.random() < 0.7 else None
        return found

    def talk(self, begins: datetime, way: str, clerk: str, purpose: str, result: int, rng: Random, words: Sequence[str] = ("",)) -> Talk:
        lasts = timedelta(seconds=rng.randrange(60, 420) if way == "phone" else rng.randrange(120, 900))
        return Talk(begins, begins + lasts, way, clerk, purpose, result, rng.choice(words))


def filled_step(step: Step, words: dict[str, str]) -> Step:
    return Step(step.kind, step.at, step.by, filled(step.text, words), step.data)
