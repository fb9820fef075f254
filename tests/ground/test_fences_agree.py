"""The manager's filter and the database's policy, each alone, give the same rows, whoever asks."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils.timezone import now
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import Calendar, Case, ClosedDay, Decision, Document, DocumentRequest, Entry, Extension, Note, Pause, Procedure, SavedView
from channels.models import Channel, Contact, ContactQuestion, ContactResult, MessageText, Notice
from citizens.models import ContactPoint, SourceRecord
from czrm.institutions.models import Client, Institution, Office, Purpose, Team, User
from czrm.kit.actor import Actor, Clerk, Guest, Machine, Visitor, acting
from czrm.kit.fence import Fence
from czrm.kit.owner import as_owner
from czrm.trail.access import looked
from czrm.trail.models import Reply
from czrm.trail.say import say
from reporting.models import Export
from tests import factories

FENCED: list[Any] = [model for model in apps.get_models() if isinstance(getattr(model, "fence", None), Fence)]
SCOPES = ["case", "citizen", "contact", "event", "access", "change", "source", "note", "notice", "interaction"]
three = st.integers(0, 2)
facts = st.fixed_dictionaries({
    "links": st.sets(st.tuples(three, three), max_size=6),  # institution, citizen
    "cases": st.lists(st.tuples(three, st.booleans()), max_size=4),  # an index into links, and whether an outside client filed it
    "agreements": st.lists(st.tuples(three, three, three, st.sets(st.sampled_from(SCOPES), min_size=1), st.sampled_from([-1, 1])), max_size=4),
    "clerks": st.lists(st.tuples(three, st.none() | three), min_size=1, max_size=3),
    "visitors": st.sets(three, min_size=1),
})  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(facts=facts)
@pytest.mark.django_db
@pytest.mark.slow
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
    }
    with as_owner(), transaction.atomic():
        be("czrm_app")
        build(full)
        be("none")
        empty = {model.__name__ for model in FENCED if not model._base_manager.exists()}
        transaction.set_rollback(True)
    assert empty == {"MatchCandidate", "Draft"}  # hidden from everybody: nothing to compare


def be(role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"set local role {role}; set local row_security = {'off' if role == 'none' else 'on'}")


def keys_by_policy(model: Any) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"select id from {model._meta.db_table}")
        return {pk for (pk,) in cursor.fetchall()}


def build(facts: dict[str, Any]) -> list[Actor]:
    bodies = [Institution.objects.create(name=str(n), short_name=str(n), slug=f"b{n}", code=f"B{n}") for n in range(3)]
    outside = Institution.objects.create(name="out", short_name="out", slug="out", code="OUT", kind="outside")
    purposes = [Purpose.objects.create(code=f"p{n}", name=str(n)) for n in range(3)]
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
    for provider, consumer, purpose, scopes, days in facts["agreements"]:
        if provider != consumer:
            factories.agreement(bodies[provider], bodies[consumer], purposes[purpose], *sorted(scopes), days=days)
    return [
        *(Machine("test", bodies[body].pk, None if purpose is None else purposes[purpose].pk) for body, purpose in facts["clerks"]),
        *(Clerk("test", bodies[body].pk, user.pk, None if purpose is None else purposes[purpose].pk) for body, purpose in facts["clerks"]),
        Machine("agency", outside.pk, client_id=client.pk, host_id=bodies[0].pk),
        *(Visitor("test", people[person].pk if person in people else -1, user.pk, bodies[0].pk) for person in facts["visitors"]),
        Guest(bodies[0].pk),
        *(Guest(case.institution_id, case.pk) for case in made[:1]),
    ]


def furnish(body: Institution) -> None:
    """What every institution has, each with its own drafts."""
    Office.objects.create(institution=body, name="Central")
    Team.objects.create(institution=body, name="Team")
    calendar = Calendar.objects.create(institution=body, name="c", country="CL", time_zone="America/Santiago")
    ClosedDay.objects.create(calendar=calendar, day=now().date(), name="x")
    Channel.objects.create(institution=body, code="counter", name="Counter")
    ContactResult.objects.create(institution=body, name="Answered")
    MessageText.objects.create(institution=body, event="case.opened", channel="email", language="es", body="x")
    SavedView.objects.create(institution=body, name="v")
    Procedure.objects.create(institution=body, slug="draft", name="draft", kind="service")
    Export.objects.create(institution=body, user_id=1, what="cases", language="es")
    Reply.objects.create(institution=body, caller="user:1", key="k", fingerprint="f")


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
        Decision.objects.create(
            case=case, number=f"R-{case.pk}", kind="granted", grounds="g", text="t", signer="s", signer_post="p", decided_at=at
        )
        contact = Contact.objects.create(institution=body, user=user, citizen=who, purpose=purpose, started_at=at)
        ContactQuestion.objects.create(contact=contact, text="q")
        ContactPoint.objects.create(institution=body, citizen=who, kind="phone", value="+56911111111")
        SourceRecord.objects.create(institution=body, citizen=who, origin="test")
        Notice.objects.create(
            institution=body, event_id=1, kind="case.opened", citizen=who, case=case, channel="email", recipient=f"{case.pk}", body="b"
        )
        looked(case, "case.see", by=by)
    return case
