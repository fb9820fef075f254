"""From the generators into the database: all of it or nothing, the past in bulk and the present by its services."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cases.lifecycle import OPEN
from czrm.institutions.models import Institution
from czrm.kit.actor import Machine, acting
from czrm.trail.models import Event
from reporting.demo.cast import BODY, OTHER, Cast, cast_people
from reporting.demo.declared import bodies
from reporting.demo.people import invented
from reporting.demo.year import CaseStory, Talk, Year

from . import agreements, mandates, meetings, newcomers, papers, present, reaching, record, sealing, watching
from .history import Chronicle
from .pouring import Row, serials
from .registering import Citizens, learn, register
from .setting import Setting, make_body, make_platform, make_purposes


@dataclass(frozen=True)
class Loaded:
    """What one municipality got."""

    name: str
    citizens: int
    cases: int
    open: int
    contacts: int
    with_papers: int


@dataclass
class Planned:
    """One municipality with its year, not yet written."""

    setting: Setting
    citizens: Citizens
    registered: list[Row]
    stories: list[CaseStory]
    talks: list[Talk]


@transaction.atomic
def load(*, seed: object, cases: int, persons: int, now: datetime) -> list[Loaded]:
    """Two municipalities with about so many `cases` each, and `persons` who ask for something in one or in both."""
    platform, purposes = make_platform(), make_purposes()
    settings = {facts["slug"]: make_body(platform, facts, purposes, now.date(), now) for facts in bodies()}
    plans = planned(list(settings.values()), seed, cases, persons, now)
    loaded = write(plans, now)
    record.state(list(settings.values()), plans[0].citizens, now)
    reaching.reach(list(settings.values()), plans[0].citizens, now)
    newcomers.come(list(settings.values()), plans[0].citizens)
    mandates.grant(settings[BODY], plans[0].citizens, now)
    for institution in (platform, *(setting.institution for setting in settings.values())):
        settle(institution, now)
    watching.watched(settings[BODY], plans[0].citizens, "rosa", "Es concejala")
    for setting in settings.values():
        watching.curious(setting, now)
    present.today(settings[BODY], settings[OTHER], plans[0].citizens)
    agreements.agree(settings, sorted(set.intersection(*(set(plan.citizens.values()) for plan in plans))), now)
    sealing.protect(list(settings.values()), plans[0].citizens)
    return loaded


def planned(settings: list[Setting], seed: object, cases: int, persons: int, now: datetime) -> list[Planned]:
    """Everybody is registered, and each municipality has its year; the scenes belong to one of them."""
    known, strangers, words = cast_people(), invented(seed, persons, now.date()), Counter[str]()
    plans = []
    for setting in settings:
        citizens, registered = register(setting, [*known, *strangers], words, now)
        year = Year(setting.declared, strangers, setting.calendar, seed, now)
        stories = year.cases(cases)
        talks = year.talks(stories)
        if setting.institution.slug == BODY:
            cast = Cast(year, known)
            scenes = cast.stories()
            stories, talks = [*stories, *scenes], [*talks, *cast.talks(scenes)]
        stories.sort(key=lambda story: story.opened_at)
        talks.sort(key=lambda talk: talk.started)
        plans.append(Planned(setting, citizens, registered, stories, talks))
    learn(words)
    return plans


def write(plans: list[Planned], now: datetime) -> list[Loaded]:
    """Serials are of one sequence for all: they follow time across the municipalities."""
    moments = sorted((story.opened_at, place, turn) for place, plan in enumerate(plans) for turn, story in enumerate(plan.stories))
    numbers: list[list[int]] = [[] for _plan in plans]
    for (_at, place, _turn), serial in zip(moments, serials("case_number", len(moments)), strict=True):
        numbers[place].append(serial)
    return [write_one(plan, given, now) for plan, given in zip(plans, numbers, strict=True)]


def write_one(plan: Planned, numbers: list[int], now: datetime) -> Loaded:
    with acting(plan.setting.machine):
        chronicle = Chronicle(plan.setting, plan.citizens, now)
        meetings.begin(chronicle, plan.talks)
        chronicle.tell(plan.stories, numbers)
        meetings.tell(chronicle, plan.talks)
        chronicle.book.events += [{"public": False, **row} for row in plan.registered]
        chronicle.book.later.append(lambda: meetings.notify(chronicle, plan.stories))
        chronicle.book.write()
        with_papers = papers.keep_all(chronicle, plan.stories)
    still = sum(case.status in OPEN for case in chronicle.cases.values())
    return Loaded(str(plan.setting.institution), len(plan.citizens), len(plan.stories), still, len(plan.talks), with_papers)


def settle(institution: Institution, now: datetime) -> None:
    """Nothing of what was set up is news to anybody: what the present brings comes after."""
    with acting(Machine("demo data", institution.pk)):
        Event.objects.filter(dispatched_at=None).update(dispatched_at=now)
