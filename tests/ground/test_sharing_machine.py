"""Agreements, links and officers driven at random; after each step what every door shows is compared with a model of twenty lines."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from czrm.institutions.models import Agreement
from czrm.institutions.services import agreements as services
from czrm.kit import near
from czrm.kit.refused import Refused
from tests import factories
from tests.ground.sharing import DOORS, Owned, Rows, Viewer, as_owner_become_application, hold, mark, viewer

SCOPES = ("citizen", "case", "event", "interaction", "contact", "income", "health")
BODIES, PEOPLE, PURPOSES = range(2), range(2), range(2)
some = {
    "body": st.sampled_from(BODIES),
    "person": st.sampled_from(PEOPLE),
    "purpose": st.sampled_from(PURPOSES),
    "side": st.sampled_from((0, 1)),
}
which = st.integers(0, 5)


class Model:
    """What should be seen, in plain Python: no database, no fence."""

    def __init__(self) -> None:
        self.links: set[tuple[int, int]] = set()  # body, person
        self.agreements: list[dict[str, Any]] = []

    def givers(self, body: int, purpose: int | None, scope: str) -> set[int]:
        return {body} | {
            one["parties"][0] for one in self.agreements
            if one["parties"][1] == body and one["purpose"] == purpose and scope in one["scopes"]
            and len(one["approved"]) == 2 and not one["suspended"] and not one["over"]
        }  # fmt: skip

    def marks(self, body: int, purpose: int | None, person: int, *scopes: str, known: bool = True) -> set[tuple[str, int]]:
        if known and not any((giver, person) in self.links for giver in self.givers(body, purpose, "citizen")):
            return set()
        return {(scope, giver) for scope in scopes for giver in self.givers(body, purpose, scope) if (giver, person) in self.links}

    def shows(self, body: int, purpose: int | None, person: int) -> dict[str, set[tuple[str, int]]]:
        asked = (body, purpose, person)
        cases = self.marks(*asked, "case", known=False)
        facts = self.marks(*asked, "income", "health", "contact", known=False)
        return {
            "page": self.marks(*asked, "case", "event", "interaction", "contact", "income", "health"),
            "cases": cases | {one for one in self.marks(*asked, "event", known=False) if ("case", one[1]) in cases},
            "documents": cases, "API list": cases, "manager": facts, "database": facts,
        }  # fmt: skip


class Town:
    """The real thing: two institutions, two purposes, two people, and an officer for each institution and purpose, or for none."""

    def __init__(self, owned: Owned) -> None:
        self.owned = owned
        self.bodies = [factories.institution(name, code) for name, code in (("Norte", "NO"), ("Sur", "SU"))]
        self.purposes = [factories.purpose(code) for code in ("benefits", "health")]
        self.people = [factories.citizen(f"Ana{n}", f"Paz{n}", f"1111111{n}", self.bodies[n]) for n in PEOPLE]
        self.officers = {(b, p): viewer(body, self.purposes[p] if p is not None else None, f"Officer{b}{p}")
                         for b, body in enumerate(self.bodies) for p in (*PURPOSES, None)}  # fmt: skip
        self.keepers = [factories.clerk(f"Keeper{b}", body, "dpo") for b, body in enumerate(self.bodies)]
        self.rows: dict[tuple[int, int], Rows] = {}
        for n in PEOPLE:
            self.link(n, n)

    def link(self, body: int, person: int) -> None:
        """Known by another one too, with a row of each category."""
        who = self.people[person]
        factories.citizen(who.given, who.surname, f"1111111{person}", self.bodies[body])
        officer = self.officers[body, 0].clerk
        self.rows[body, person] = hold(self.bodies[body], who, self.purposes[0], officer.user_id)

    def shown(self, body: int, purpose: int | None, person: int, door: str) -> set[tuple[str, int]]:
        by: Viewer = self.officers[body, purpose]
        rows = [row for (_body, who), row in self.rows.items() if who == person]
        said = DOORS[door](by, self.people[person], rows)
        return {(scope, b) for scope, b in product(SCOPES, BODIES) if mark(scope, self.bodies[b], self.people[person]) in said}


CHEAP, DEAR = ("API list", "manager", "database"), ("page", "cases", "documents")
eyes = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(DEAR))  # at whom one looks after a step, and by which of the dear doors


class Sharing(RuleBasedStateMachine):
    town: Town

    @initialize(scopes=st.sets(st.sampled_from(SCOPES), min_size=3), giver=some["body"], purpose=some["purpose"], eyes=eyes)
    def begin(self, scopes: set[str], giver: int, purpose: int, eyes: tuple[int, str]) -> None:
        """With one in force, and one drawn up the other way round."""
        self.savepoint, self.model, self.held = transaction.savepoint(), Model(), list[Agreement]()
        self.rows = dict(self.town.rows)
        self.model.links = set(self.rows)
        near.forget_all()
        self.draw_up(1 - giver, purpose, scopes, signed=False)
        self.draw_up(giver, purpose, scopes, signed=True)
        self.look, self.door = (1 - giver, purpose, eyes[0]), eyes[1]

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            transaction.savepoint_rollback(self.savepoint)
            self.town.rows = self.rows

    @rule(body=some["body"], person=some["person"])
    def link(self, body: int, person: int) -> None:
        if (body, person) not in self.model.links:
            self.town.link(body, person)
            self.model.links.add((body, person))
        self.look = (*self.look[:2], person)

    @precondition(lambda self: len(self.held) < 5)
    @rule(giver=some["body"], purpose=some["purpose"], scopes=st.sets(st.sampled_from(SCOPES), min_size=1), signed=st.booleans(), eyes=eyes)
    def draft(self, giver: int, purpose: int, scopes: set[str], signed: bool, eyes: tuple[int, str]) -> None:
        self.draw_up(giver, purpose, scopes, signed=signed)
        self.look, self.door = (1 - giver, purpose, eyes[0]), eyes[1]

    @rule(n=which, side=some["side"], eyes=eyes)
    def approve(self, n: int, side: int, eyes: tuple[int, str]) -> None:
        one = self.pick(n, eyes, lambda one: side not in one["approved"])
        if self.deed(services.approve_agreement, one, side, seen=1):
            one["approved"].add(side)

    @rule(n=which, side=some["side"], eyes=eyes)
    def suspend(self, n: int, side: int, eyes: tuple[int, str]) -> None:
        one = self.pick(n, eyes, lambda one: len(one["approved"]) == 2)
        if self.deed(services.suspend_agreement, one, side, reason="x"):
            one["suspended"].add(side)

    @rule(n=which, side=some["side"], eyes=eyes)
    def resume(self, n: int, side: int, eyes: tuple[int, str]) -> None:
        one = self.pick(n, eyes, lambda one: one["suspended"])
        if self.deed(services.resume_agreement, one, side):
            one["suspended"].discard(side)

    @rule(n=which, side=some["side"], eyes=eyes)
    def revoke(self, n: int, side: int, eyes: tuple[int, str]) -> None:
        one = self.pick(n, eyes, lambda one: len(one["approved"]) == 2)
        if self.deed(services.revoke_agreement, one, side, reason="x"):
            one["over"] = one["revoked"] = True

    @rule(n=which, eyes=eyes)
    def lapse(self, n: int, eyes: tuple[int, str]) -> None:
        one = self.pick(n, eyes, lambda one: not one["over"])
        self.town.owned.lapse(one["row"].pk)
        one["over"] = True

    @rule(body=some["body"], purpose=st.sampled_from((*PURPOSES, None)), eyes=eyes)
    def turn_to(self, body: int, purpose: int | None, eyes: tuple[int, str]) -> None:
        self.look, self.door = (body, purpose, eyes[0]), eyes[1]

    @invariant()
    def every_door_shows_what_the_model_says(self) -> None:
        if not hasattr(self, "look"):
            return
        expected = self.model.shows(*self.look)
        for door in (*CHEAP, self.door):
            assert self.town.shown(*self.look, door) == expected[door], (door, self.look)

    def draw_up(self, giver: int, purpose: int, scopes: set[str], *, signed: bool) -> None:
        parties, why = (self.town.bodies[giver], self.town.bodies[1 - giver]), self.town.purposes[purpose]
        self.held.append(factories.agreement(*parties, why, *scopes, status="in_force" if signed else "draft"))
        if signed:  # not by a service
            near.forget_all()
        self.model.agreements.append({
            "row": self.held[-1], "parties": (giver, 1 - giver), "purpose": purpose, "scopes": scopes,
            "approved": {0, 1} if signed else set(), "suspended": set(), "over": False, "revoked": False,
        })  # fmt: skip

    def pick(self, n: int, eyes: tuple[int, str], fits: Any) -> dict[str, Any]:
        """Mostly one to which the step can be done; who reads by it looks afterwards."""
        fitting = [one for one in self.model.agreements if fits(one)]
        every = fitting if fitting and n < 5 else self.model.agreements
        one: dict[str, Any] = every[n % len(every)]
        self.look, self.door = (one["parties"][1], one["purpose"], eyes[0]), eyes[1]
        return one

    def deed(self, service: Any, one: dict[str, Any], side: int, **said: Any) -> bool:
        """Done by the keeper of that side, or refused exactly where the model says so."""
        signed, live = len(one["approved"]) == 2, not one["over"]
        allowed = {
            "approve_agreement": not signed and live and side not in one["approved"],
            "suspend_agreement": signed and live and side not in one["suspended"],
            "resume_agreement": signed and live and side in one["suspended"],
            "revoke_agreement": live if signed else not one["revoked"],
        }[service.__name__]  # fmt: skip
        try:
            service(one["row"], by=self.town.keepers[one["parties"][side]], **said)
        except Refused:
            assert not allowed, (service.__name__, one, side)
            return False
        assert allowed, (service.__name__, one, side)
        return True


@pytest.mark.slow
@pytest.mark.xdist_group("long transactions")  # not beside a test that waits for the end of all transactions
@pytest.mark.django_db
def test_every_door_shows_what_a_model_of_twenty_lines_says(db: None, settings_of_media: None) -> None:
    with as_owner_become_application() as owned:
        town = Town(owned)
        run_state_machine_as_test(
            type("Sharing", (Sharing,), {"town": town}),
            settings=settings(  # a failure is told as it was found: making it shorter would take minutes
                max_examples=12, stateful_step_count=16, deadline=None, database=None, phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )  # fmt: skip


@pytest.fixture
def settings_of_media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
