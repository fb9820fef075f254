"""What a mandate opens in the database: its cases and their parts, before its institution, while it is in force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.utils.timezone import now
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import Case, DocumentRequest
from citizens import acting as door
from citizens import mandates, services
from citizens.models import Citizen, Consent, ConsentText, Fact, Identifier, Mandate
from czrm.institutions.models import Institution
from czrm.kit.actor import Behalf, Visitor, acting
from czrm.kit.fence import Fence
from czrm.trail.models import AccessEntry, Event
from czrm.trail.say import say
from tests import factories
from tests.factories import machine
from tests.world import World

Scene = Callable[..., Visitor]


@pytest.fixture
def elena(world: World) -> Citizen:
    return factories.citizen("Elena", "Soto", "15234567-4", world.norte, world.sur)


@pytest.fixture
def scene(world: World, elena: Citizen) -> Scene:
    """Elena acts for Carla at the portal of Norte by a mandate of these acts."""

    def begin(*acts: str, of: Institution | None = None, **fields: Any) -> Visitor:
        of = of or world.norte
        with acting(machine(of)):
            held = Mandate.objects.create(
                institution=of, principal=world.carla, agent=elena, acts=list(acts), ground="person", evidence="e", by="x",
                **{"valid_from": now() - timedelta(days=1)} | fields,
            )  # fmt: skip
        user = factories.user("Elena", citizen_id=elena.pk)
        return Visitor("Elena", world.carla.pk, user.pk, of.pk, behalf=Behalf(held.pk, elena.pk, "Carla", frozenset(acts)))

    return begin


def by_sql(model: Any) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"select id from {model._meta.db_table}")
        return {pk for (pk,) in cursor.fetchall()}


def seen(actor: Visitor, model: Any) -> set[int]:
    """By the manager; the database must show the same by itself."""
    with acting(actor):
        rows = set(model.objects.values_list("pk", flat=True))
        assert by_sql(model) == rows
        return rows


def furnish(world: World) -> tuple[Case, Case, Case]:
    """Carla has two cases in Norte, of two procedures, and one in Sur; each has a request and an event that she may see."""
    other = factories.case(world.norte, world.carla, factories.procedure(world.norte, "Poda"))
    found = world.case_of_norte, other, world.case_of_sur
    for case in found:
        with acting(machine(case.institution)) as by:  # type: ignore[arg-type]
            DocumentRequest.objects.create(case=case, text="t", by="x", asked_at=now())
            for public in (True, False):
                say("case.edited", case, by=by, public=public)
            fact = {"institution": case.institution, "citizen": world.carla, "category": "health", "attribute": "a"}
            Fact.objects.get_or_create(**fact, defaults={"value": "v", "by": "x"})
    return found


def test_a_mandate_for_one_procedure_opens_its_cases_and_their_parts_only(world: World, scene: Scene) -> None:
    one, _other, _sur = furnish(world)
    agent = scene(f"cases.see:{one.procedure.slug}")
    assert seen(agent, Case) == {one.pk}
    with acting(agent):
        assert [request.case_id for request in DocumentRequest.objects.all()] == [one.pk]
        assert {(event.case_id, event.public) for event in Event.objects.all()} == {(one.pk, True)}
    assert len(seen(agent, DocumentRequest)) == len(seen(agent, Event)) == 1
    for model in (Citizen, Identifier, Fact, Mandate, Consent, AccessEntry):
        assert seen(agent, model) == set()


def test_a_mandate_for_all_cases_opens_those_of_its_institution(world: World, scene: Scene) -> None:
    one, other, _sur = furnish(world)
    assert seen(scene("cases.*"), Case) == {one.pk, other.pk}


def test_a_whole_mandate_opens_what_the_institution_that_keeps_it_knows_and_nothing_of_others(world: World, scene: Scene) -> None:
    one, other, _sur = furnish(world)
    agent = scene("*")
    assert seen(agent, Case) == {one.pk, other.pk}
    assert seen(agent, Citizen) == {world.carla.pk}
    with acting(agent):
        assert [fact.institution_id for fact in Fact.objects.all()] == [world.norte.pk]
    assert len(seen(agent, Fact)) == 1
    herself = replace(agent, behalf=None)
    assert len(seen(herself, Case)) == 3
    assert len(seen(herself, Fact)) == 2


@pytest.mark.parametrize(
    "ended",
    [
        {"valid_until": now() - timedelta(hours=1)},
        {"valid_from": now() + timedelta(days=1)},
        {"revoked_at": now() - timedelta(hours=1)},
        {"channels": ["counter"]},
    ],
    ids=["over", "not yet", "revoked", "another channel"],
)
def test_a_mandate_that_does_not_count_opens_nothing(world: World, scene: Scene, ended: dict[str, Any]) -> None:
    furnish(world)
    agent = scene("cases.*", **ended)
    assert seen(agent, Case) == seen(agent, DocumentRequest) == seen(agent, Event) == set()
    assert agent.behalf is not None
    assert door.held(agent.behalf.mandate_id, agent.behalf.agent_id, world.norte.pk) is None


def test_a_revocation_closes_at_the_next_request(world: World, scene: Scene) -> None:
    one, other, _sur = furnish(world)
    agent = scene("cases.*")
    assert seen(agent, Case) == {one.pk, other.pk}
    with acting(machine(world.norte)) as by:
        services.revoke_mandate(Mandate.objects.get(), ender="person", why="", by=by)
    assert seen(agent, Case) == set()


def test_with_the_death_of_the_principal_it_opens_nothing(world: World, scene: Scene) -> None:
    furnish(world)
    agent = scene("cases.*")
    services.correct_citizen(world.carla, changes={"state": "deceased"}, reason="Certificado", by=world.ana)
    assert seen(agent, Case) == set()


def test_the_database_believes_nobody_who_is_not_the_agent_or_stands_elsewhere(world: World, scene: Scene) -> None:
    furnish(world)
    agent = scene("cases.*")
    assert agent.behalf is not None
    assert seen(replace(agent, behalf=replace(agent.behalf, agent_id=world.dario.pk)), Case) == set()
    assert seen(replace(agent, behalf=replace(agent.behalf, mandate_id=agent.behalf.mandate_id + 1)), Case) == set()
    assert seen(replace(agent, portal_id=world.sur.pk), Case) == set()
    assert door.held(agent.behalf.mandate_id, world.dario.pk, world.norte.pk) is None
    assert door.held(agent.behalf.mandate_id, agent.behalf.agent_id, world.sur.pk) is None


def test_who_acts_for_nobody_has_no_mandated_cases(world: World, scene: Scene) -> None:
    furnish(world)
    scene("cases.*")
    for actor in (world.ana, world.visitor, world.guest):
        with acting(actor), connection.cursor() as cursor:
            cursor.execute("select czrm.mandated_cases()")
            assert cursor.fetchone() == ([],)


def test_no_agent_writes_a_row_by_their_mandate(world: World, scene: Scene) -> None:
    one, _other, _sur = furnish(world)
    for agent in (scene("cases.*"),):
        with acting(agent):
            assert Case.objects.filter(pk=one.pk).update(title="x") == 0


def test_every_model_that_a_key_opens_a_mandate_opens_too() -> None:
    fences = [model.fence for model in apps.get_models() if isinstance(getattr(model, "fence", None), Fence)]
    for fence in fences:
        assert ("czrm.case" in fence.see) == ("czrm.mandated_cases()" in fence.see), fence.name


codes = st.sampled_from(
    ["cases.*", "cases.see", "cases.open", "documents.*", "cases.see:a", "cases.see:b", "cases.open:a", "consents.give"]
)
hours = st.none() | st.sampled_from([-2, -1, 1, 2])


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    acts=st.lists(codes, min_size=1, max_size=3, unique=True), begins=st.sampled_from([-3, 1]), ends=hours, revoked=st.booleans(),
    channels=st.sampled_from([[], ["portal"], ["counter"]]),
)  # fmt: skip
def test_the_database_and_the_rule_decide_alike(
    world: World, elena: Citizen, acts: list[str], begins: int, ends: int | None, revoked: bool, channels: list[str]
) -> None:
    moment = now()
    by_slug = {}
    for slug in ("a", "b"):
        procedure = world.__dict__.setdefault(slug, None) or factories.procedure(world.norte, slug=slug)
        world.__dict__[slug] = procedure
        by_slug[slug] = factories.case(world.norte, world.carla, procedure)
    with acting(machine(world.norte)):
        held = Mandate.objects.create(
            institution=world.norte, principal=world.carla, agent=elena, acts=acts, channels=channels, ground="person", evidence="e", by="x",
            valid_from=moment + timedelta(hours=begins), valid_until=moment + timedelta(hours=ends) if ends else None,
            revoked_at=moment - timedelta(minutes=1) if revoked else None,
        )  # fmt: skip
        allowed = {slug for slug in by_slug if mandates.decide([held], f"cases.see:{slug}", channel="portal", at=moment).allowed}
    agent = Visitor("e", world.carla.pk, world.visitor.user_id, world.norte.pk, behalf=Behalf(held.pk, elena.pk, "c", frozenset(acts)))
    with acting(agent):
        rows = Case.objects.filter(pk__in=[case.pk for case in by_slug.values()])
        assert {slug for slug, case in by_slug.items() if case in rows} == allowed


def test_words_of_consent_are_public(world: World, scene: Scene) -> None:
    with acting(machine(world.norte)):
        ConsentText.objects.create(institution=world.norte, topic="t", title="t", text="t")
    assert len(seen(scene("cases.*"), ConsentText)) == 1
