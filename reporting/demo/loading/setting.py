"""The municipalities before anybody asks them for something: offices, teams, calendar, channels, procedures, and who works there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from cases import terms
from cases.clock import Calendar as Clockwork
from cases.models import Calendar, ClosedDay, Procedure, ProcedureVersion
from channels.services import ChannelRow, ResultRow, set_channels, set_results
from czrm.institutions import demo, portals, roles
from czrm.institutions.models import Institution, Membership, Office, Purpose, Team, User
from czrm.institutions.theme import make_theme
from czrm.kit.actor import Clerk, Machine, acting
from reporting.demo.declared import Declared, declared, procedures

SHIFTS = [["08:30", "14:00"], ["15:00", "17:30"]]
RULES = ("form", "documents", "promised", "legal", "silence", "appeals", "guide")


@dataclass
class Setting:
    """One municipality as the loading needs it."""

    declared: Declared
    institution: Institution
    calendar: Clockwork
    purposes: dict[str, Purpose]
    results: list[str]
    offices: dict[str, Office] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    staff: dict[str, User] = field(default_factory=dict)
    posts: dict[str, str] = field(default_factory=dict)
    offered: dict[str, Procedure] = field(default_factory=dict)

    @property
    def machine(self) -> Machine:
        return Machine("demo data", self.institution.pk)

    def clerk(self, key: str) -> Clerk:
        """One of the staff at work here."""
        user = self.staff[key]
        return Clerk(str(user), self.institution.pk, user.pk, verbs=roles.verbs_held(user.pk)[self.institution.pk])


def make_platform() -> Institution:
    found = declared("bodies")
    facts, hashes = found["platform"], hashed(demo.PASSWORD)
    platform = Institution.objects.create(kind=Institution.Kind.PLATFORM, theme=make_theme(facts["color"]).css, **facts)
    roles.sync(platform)
    with acting(Machine("demo data", platform.pk)):
        for role, post in (("operator", "Operación de la plataforma"), ("steward", "Custodia del registro de personas")):
            Membership.objects.create(user=make_user(found[role], hashes), institution=platform, roles=[role], post=post)
    return platform


def make_purposes() -> dict[str, Purpose]:
    return {row["code"]: Purpose.objects.update_or_create(code=row["code"], defaults=row)[0] for row in declared("bodies")["purposes"]}


def make_body(platform: Institution, facts: Declared, purposes: dict[str, Purpose], today: date, now: datetime) -> Setting:
    names = ("slug", "code", "name", "short_name", "color", "phone", "email", "street_address", "opening_hours")
    with acting(Machine("demo data", platform.pk)):
        institution = Institution.objects.create(theme=make_theme(facts["color"]).css, **{name: facts[name] for name in names})
    roles.sync(institution)
    portals.forget()
    with acting(Machine("demo data", institution.pk)) as by:
        make_calendar(institution, facts["calendar"], today)
        setting = Setting(facts, institution, terms.calendar_of(institution), purposes, declared("bodies")["results"])
        make_places(setting)
        make_staff(setting)
        make_procedures(setting, now)
        ways = [ChannelRow(row["name"], row.get("active", True), row["code"]) for row in declared("bodies")["channels"]]
        set_channels(ways, by=by)
        set_results([ResultRow(name) for name in setting.results], by=by)
    return setting


def make_calendar(institution: Institution, facts: dict[str, Any], today: date) -> None:
    """The holidays of the country and the region, and one day of the municipality's own in each year that is needed."""
    calendar = Calendar.objects.create(
        institution=institution, name=facts["name"], country="CL", region=facts["region"], time_zone=institution.time_zone,
        shifts={str(day): SHIFTS for day in range(5)}, default=True,
    )  # fmt: skip
    month, day = map(int, facts["local_day"].split("-"))
    for year in range(today.year - 2, today.year + 3):
        ClosedDay.objects.create(calendar=calendar, day=date(year, month, day), name=facts["local_name"])


def make_places(setting: Setting) -> None:
    for row in setting.declared["offices"]:
        setting.offices[row["name"]] = Office.objects.create(
            institution=setting.institution, name=row["name"], street_address=row["street_address"], municipality=row["municipality"],
            phone=row["phone"], opening_hours=row["hours"],
        )  # fmt: skip
    for row in setting.declared["teams"]:
        email = f"{row['key']}.{setting.institution.code.lower()}@example.org"
        setting.teams[row["key"]] = Team.objects.create(
            institution=setting.institution, name=row["name"], office=setting.offices[row["office"]], email=email
        )


def make_staff(setting: Setting) -> None:
    """Those with an account share one password; their colleagues cannot log in."""
    for row in setting.declared["staff"]:
        user = make_user(row, hashed(demo.PASSWORD) if "account" in row else make_password(None))
        teams = [setting.teams[key] for key in row.get("teams", ())]
        membership = Membership.objects.create(
            user=user, institution=setting.institution, roles=row["roles"], post=row["post"], office=teams[0].office if teams else None
        )
        membership.teams.set(teams)
        setting.staff[row["key"]], setting.posts[row["key"]] = user, row["post"]


@lru_cache
def hashed(password: str) -> str:
    """Hashed once for all, since hashing is slow on purpose."""
    return make_password(password)


def make_user(row: Declared, password: str) -> User:
    """Somebody who works in two places is one user."""
    facts = {"username": row["email"], "first_name": row["given"], "last_name": row["surname"], "password": password}
    user, new = User.objects.get_or_create(email=row["email"], defaults=facts)
    if new:
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_procedures(setting: Setting, now: datetime) -> None:
    for row in procedures(setting.institution.slug):
        made = Procedure.objects.create(
            institution=setting.institution, slug=row["slug"], name=row["name"], kind=row["kind"], life_event=row["life_event"],
            summary=row["summary"], status=Procedure.Status.PUBLISHED, team=setting.teams[row["team"]],
            anonymous=row.get("anonymous", False),
        )  # fmt: skip
        rules = {name: row[name] for name in RULES if name in row}
        made.current = ProcedureVersion.objects.create(procedure=made, published_at=now, **rules)
        made.save(update_fields=["current"])
        setting.offered[row["slug"]] = made
