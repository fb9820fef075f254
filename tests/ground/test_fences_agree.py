"""The manager's filter and the database's policy, each alone, give the same rows, whoever asks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils.timezone import now
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import Calendar, Case, ClosedDay, Decision, Document, DocumentRequest, Entry, Extension, Note, Pause, Procedure, SavedView
from channels.models import Channel, Contact, ContactQuestion, ContactResult, MessageText, Notice
from citizens.models import (
    Attribute,
    Citizen,
    Clearance,
    Consent,
    ConsentText,
    ContactCode,
    ContactPoint,
    Fact,
    Mandate,
    Relationship,
    SourceRecord,
)
from czrm.institutions.models import Client, Institution, Membership, Office, Purpose, Team, User
from czrm.kit.actor import Actor, Behalf, Clerk, Guest, Machine, Visitor, acting
from czrm.kit.fence import Fence
from czrm.kit.owner import as_owner
from czrm.trail.access import looked
from czrm.trail.models import AccessDelay, Finding, Reply, WatchedPerson, WatchRule
from czrm.trail.say import say
from reporting.models import Export
from tests import factories

FENCED: list[Any] = [model for model in apps.get_models() if isinstance(getattr(model, "fence", None), Fence)]
SCOPES = [
    "case",
    "citizen",
    "contact",
    "event",
    "access",
    "change",
    "source",
    "note",
    "notice",
    "interaction",
    "family",
    "legal",
    "health",
    "income",
]
three = st.integers(0, 2)
facts = st.fixed_dictionaries({
    "links": st.sets(st.tuples(three, three), max_size=6),  # institution, citizen
    "cases": st.lists(st.tuples(three, st.booleans()), max_size=4),  # an index into links, and whether an outside client filed it
    "agreements": st.lists(st.tuples(three, three, three, st.sets(st.sampled_from(SCOPES), min_size=1), st.sampled_from([-1, 1])), max_size=4),
    "clerks": st.lists(st.tuples(three, st.none() | three), min_size=1, max_size=3),
    "visitors": st.sets(three, min_size=1),
    "protected": st.sets(three, max_size=2),
    "cleared": st.lists(st.tuples(three, three, st.sampled_from(["named", "glass", "over", "ended"])), max_size=3),  # institution, citizen
    "mandates": st.lists(st.tuples(three, three, st.sampled_from(["*", "cases.*", "one", "other"]), st.sampled_from([-1, 1])), max_size=3),
})  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=facts)
@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.xdist_group("long transactions")  # not beside a test that waits for the end of all transactions
def test_both_walls_agree(db: None, facts: dict[str, Any]) -> None:
    with as_owner(), transaction.atomic():  # no policy binds the owner, who may become the application and back
        be("czrm_app")
        for actor in build(facts):
            with acting(actor):
                by_database = {model: keys_by_policy(model) for model in FENCED}
                be("none")
                by_manager = {model: set(model.objects.values_list("pk", flat=True)) for model in FENCED}
                be("czrm_app")
            for model in FENCED:
                assert by_manager[model] == by_database[model], (model, actor)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_the_world_of_the_comparison_fills_every_fenced_table(db: None) -> None:
    """Two empty sets agree about nothing."""
    full = {
        "links": {(0, 0), (1, 1)},
        "cases": [(0, True), (1, False)],
        "agreements": [(0, 1, 0, {"case"}, 1)],
        "clerks": [(0, None)],
        "visitors": {0},
        "protected": {0},
        "cleared": [(0, 0, "named")],
        "mandates": [],
    }
    with as_owner(), transaction.atomic():
        be("czrm_app")
        build(full)
        be("none")
        empty = {model.__name__ for model in FENCED if not model._base_manager.exists()}
        transaction.set_rollback(True)
    assert empty == {"MatchCandidate", "Draft", "PortalLogin"}  # hidden from everybody: nothing to compare


def be(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"set local role {role}; set local row_security = {'off' if role == 'none' else 'on'}")


def keys_by_policy(model: Any) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"select id from {model._meta.db_table}")
        return {pk for (pk,) in cursor.fetchall()}


def build(facts: dict[str, Any]) -> list[Actor]:
    bodies = [factories.institution(str(n), f"B{n}") for n in range(3)]
    outside = factories.institution("out", "OUT", kind="outside")
    purposes = [Purpose.objects.create(code=f"p{n}", name=str(n)) for n in range(3)]
    with acting(factories.machine(bodies[0])):
        client = Client.objects.create(
            name="agency", institution=outside, host=bodies[0], client_type="confidential", authorization_grant_type="client-credentials"
        )
    user = User.objects.create(username="u", email="u@example.org")
    links = sorted(facts["links"])
    people = {person: factories.citizen(f"c{person}", "Paz", str(person), bodies[body]) for body, person in links}
    for body in bodies:
        with acting(factories.machine(body)):
            furnish(body)
    made = [link_case(bodies[links[n][0]], people[links[n][1]], client if outside_filed else None, user, purposes[0])
            for n, outside_filed in facts["cases"] if n < len(links)]  # fmt: skip
    for n, (body, person) in enumerate(links):
        know(bodies[body], people[person], people[links[n - 1][1]], user)
    for provider, consumer, purpose, scopes, days in facts["agreements"]:
        if provider != consumer:
            factories.agreement(bodies[provider], bodies[consumer], purposes[purpose], *sorted(scopes), days=days)
    for person in facts["protected"] & people.keys():
        protect(people[person], [(bodies[body], how) for body, whom, how in facts["cleared"] if whom == person], user)
    return [
        *(Machine("test", bodies[body].pk, None if purpose is None else purposes[purpose].pk) for body, purpose in facts["clerks"]),
        *(Clerk("test", bodies[body].pk, user.pk, None if purpose is None else purposes[purpose].pk) for body, purpose in facts["clerks"]),
        Machine("agency", outside.pk, client_id=client.pk, host_id=bodies[0].pk),
        *(
            Visitor("test", people[person].pk if person in people else -1, user.pk, bodies[0].pk, assurance=assurance)
            for person in facts["visitors"]
            for assurance in ("low", "high")
        ),
        Guest(bodies[0].pk),
        *(Guest(case.institution_id, case.pk) for case in made[:1]),
        *agents(facts["mandates"], bodies, links, people, made, user),
    ]


def agents(asked: Any, bodies: Any, links: Any, people: Any, made: list[Case], user: User) -> list[Actor]:
    """Who acts for another by a mandate for everything, for all cases, for one procedure, or for one that nobody asked for."""
    found: list[Actor] = []
    for one, other, what, days in asked:
        if one >= len(links) or other >= len(links) or links[one][1] == links[other][1]:
            continue
        body, who, agent = bodies[links[one][0]], people[links[one][1]], people[links[other][1]]
        slug = next((case.procedure.slug for case in made if case.citizen_id == who.pk and case.institution_id == body.pk), "none")
        acts = {"one": [f"cases.see:{slug}"], "other": ["cases.see:other"]}.get(what, [what])
        with acting(factories.machine(body)):
            held = Mandate.objects.create(
                institution=body, principal=who, agent=agent, acts=acts, ground="person", evidence="e", by="x",
                valid_from=now() - timedelta(days=2), valid_until=now() + timedelta(days=days),
            )  # fmt: skip
        found.append(Visitor("agent", who.pk, user.pk, body.pk, behalf=Behalf(held.pk, agent.pk, "x", frozenset(acts))))
    return found


def furnish(body: Institution) -> None:
    """What every institution has, each with its own drafts."""
    Office.objects.create(institution=body, name="Central")
    member = Membership.objects.create(user=factories.user(f"member-{body.pk}"), institution=body)
    member.teams.add(Team.objects.create(institution=body, name="Team"))
    calendar = Calendar.objects.create(institution=body, name="c", country="CL", time_zone="America/Santiago")
    ClosedDay.objects.create(calendar=calendar, day=now().date(), name="x")
    Channel.objects.create(institution=body, code="counter", name="Counter")
    ContactResult.objects.create(institution=body, name="Answered")
    MessageText.objects.create(institution=body, event="case.opened", channel="email", language="es", body="x")
    SavedView.objects.create(institution=body, name="v")
    Procedure.objects.create(institution=body, slug="draft", name="draft", kind="service")
    Procedure.objects.create(institution=body, slug="retired", name="retired", kind="service", status="retired")
    Export.objects.create(institution=body, user_id=1, what="cases", language="es")
    Reply.objects.create(institution=body, caller="user:1", key="k", fingerprint="f")
    AccessDelay.objects.create(institution=body, purpose_id=1, days=1, reason="r", legal_basis="l", until=now() + timedelta(days=1), by="x")
    Finding.objects.create(institution=body, rule="hours", day=now().date(), user_id=1)
    WatchRule.objects.create(institution=body, code="hours")
    WatchedPerson.objects.create(institution=body, citizen_id=1, reason="r", by="x")


def know(body: Institution, who: Any, other: Any, user: User) -> None:
    """What an institution states of a person, and of that person with another."""
    with acting(factories.machine(body)):
        point = ContactPoint.objects.create(institution=body, citizen=who, kind="phone", value="+56911111111")
        ContactCode.objects.create(institution=body, point=point, digest="d", expires_at=now())
        SourceRecord.objects.create(institution=body, citizen=who, origin="test")
        Attribute.objects.get_or_create(institution=body, code="a", defaults={"label": "a", "category": "health"})
        for category in ("identity", "health", "income"):
            Fact.objects.create(institution=body, citizen=who, category=category, attribute="a", value="v", by="x")
        text, _new = ConsentText.objects.get_or_create(institution=body, topic="t", defaults={"title": "t", "text": "t"})
        Consent.objects.create(institution=body, citizen=who, text=text, given=True, channel="counter", by="x")
        if other.pk != who.pk:
            Relationship.objects.create(institution=body, citizen=who, other=other, kind="parent", by="x")
            Mandate.objects.create(institution=body, principal=who, agent=other, acts=["*"], ground="law", evidence="e", by="x")
        for kind, category in (("address", "residence"), ("email", "contact")):
            ContactPoint.objects.create(institution=body, citizen=who, kind=kind, value="x")
            Fact.objects.create(institution=body, citizen=who, category=category, attribute="a", value="v", by="x")


def protect(who: Any, cleared: list[tuple[Institution, str]], user: User) -> None:
    """The user is named, or broke the glass, or did once; at these institutions."""
    be("none")
    Citizen._base_manager.filter(pk=who.pk).update(state="protected")
    for body, how in cleared:
        until = {"glass": now() + timedelta(hours=1), "over": now() - timedelta(seconds=1)}.get(how)
        Clearance._base_manager.create(
            institution=body, citizen=who, user=user, how="glass" if until else "named", reason="r", by="x", until=until,
            ended_at=now() if how == "ended" else None,
        )  # fmt: skip
    be("czrm_app")


def link_case(body: Institution, who: Any, client: Client | None, user: User, purpose: Purpose) -> Case:
    case = factories.case(body, who, factories.procedure(body), filed_by=client)
    at = case.opened_at
    with acting(factories.machine(body)) as by:
        Note.objects.create(institution=body, case=case, text="n", by="x")
        Pause.objects.create(case=case, cause="c", started_at=at)
        Extension.objects.create(case=case, amount=1, reason="r", by="x", granted_at=at)
        entry = Entry.objects.create(case=case, number=f"E-{case.pk}", by="x", at=at)
        for public in (True, False):
            Document.objects.create(case=case, entry=entry, name="d", media_type="text/plain", size=1, sha256="0", public=public, by="x")
            say("case.edited", case, by=by, public=public)
        DocumentRequest.objects.create(case=case, text="t", by="x", asked_at=at)
        for n, notified in enumerate((None, at, at + timedelta(days=1))):
            Decision.objects.create(
                case=case, number=f"R-{case.pk}-{n}", kind="granted", grounds="g", text="t", signer="s", signer_post="p", decided_at=at,
                notified_at=notified,
            )  # fmt: skip
        contact = Contact.objects.create(institution=body, user=user, citizen=who, purpose=purpose, started_at=at)
        ContactQuestion.objects.create(contact=contact, text="q")
        Notice.objects.create(
            institution=body, event_id=1, kind="case.opened", citizen=who, case=case, channel="email", recipient=f"{case.pk}", body="b"
        )
        looked(case, "case.see", by=by)
    return case
