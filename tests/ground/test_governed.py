"""Who works where, other bodies' systems and the institutions themselves: everybody reads them, each institution writes its own."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from czrm.institutions.models import Client, Institution, Membership, Seat, Team
from czrm.kit.actor import Actor, Guest, Machine, acting
from tests import factories
from tests.world import World, machine

# What changes a row of Norte's.
CHANGES = (
    "update institutions_institution set name = 'Mine' where id = %(norte)s",
    "delete from institutions_institution where id = %(norte)s",
    "update institutions_membership set roles = '{administrator}' where id = %(ana)s",
    "update institutions_membership set active = false where institution_id = %(norte)s",
    "delete from institutions_membership where id = %(ana)s",
    "delete from institutions_membership_teams where membership_id = %(ana)s",
    "update institutions_membership_teams set membership_id = %(bruno)s where team_id = %(team)s",
    "update institutions_client set verbs = '{case.see}' where id = %(client)s",
    "update institutions_client set client_secret = 'known' where id = %(client)s",
    "delete from institutions_client where id = %(client)s",
)
MEMBER = "insert into institutions_membership (user_id, institution_id, roles, post, active, since)"
SEAT = "insert into institutions_membership_teams (membership_id, team_id)"
CLIENT = """insert into institutions_client (client_id, redirect_uris, post_logout_redirect_uris, client_type, authorization_grant_type,
    client_secret, hash_client_secret, name, skip_authorization, created, updated, algorithm, allowed_origins, registration_source, verbs,
    active, institution_id, host_id)
  values ('planted', '', '', 'confidential', 'client-credentials', '', true, 'planted', false, now(), now(), '', '', 'manual',
    '{case.list}', true, """
BODY = """insert into institutions_institution (kind, name, short_name, slug, code, country, time_zone, language, address_form, color, theme,
    logo_mark, phone, email, street_address, opening_hours, active)
  select %(kind)s, 'Planted', 'Planted', 'planted', 'PLANT', country, time_zone, language, address_form, color, theme, '', '', '', '', '', true
    from institutions_institution limit 1"""
# What puts a row among Norte's, or takes its name.
PLANTS = {
    "a member of Norte": f"{MEMBER} values (%(user)s, %(norte)s, '{{administrator}}', '', true, now())",
    "a seat for Ana": f"{SEAT} values (%(ana)s, %(team)s)",
    "a seat of Norte's for Bruno": f"{SEAT} values (%(bruno)s, %(team)s)",
    "Bruno's membership moved": "update institutions_membership set institution_id = %(norte)s where id = %(bruno)s",
    "a system of Norte's": f"{CLIENT} %(norte)s, null)",
    "a system hosted by Norte": f"{CLIENT} %(sur)s, %(norte)s)",
    "a system that acts as Norte": f"{CLIENT} %(norte)s, %(sur)s)",
    "a public body": BODY.replace("%(kind)s", "'body'"),
    "a second platform": BODY.replace("%(kind)s", "'platform'"),
}


@pytest.fixture
def known(world: World) -> dict[str, Any]:
    """One of everything that is Norte's, by the names of the statements above."""
    with acting(machine(world.norte)):
        ana = Membership.objects.get(user_id=world.ana.user_id)
        ana.teams.add(world.team)
        client = Client.objects.create(
            name="agency", institution=world.norte, client_type="confidential", authorization_grant_type="client-credentials"
        )
    bruno = Membership.objects.get(user_id=world.bruno.user_id)
    return {
        "norte": world.norte.pk, "sur": world.sur.pk, "ana": ana.pk, "bruno": bruno.pk, "team": world.team.pk, "client": client.pk,
        "user": world.bruno.user_id,
    }  # fmt: skip


def strangers(world: World) -> list[Actor]:
    portal = Guest(world.norte.pk, world.case_of_norte.pk)
    return [world.bruno, machine(world.sur), Machine("agency", world.sur.pk, client_id=1, host_id=world.norte.pk), world.visitor, portal]


def changed(sql: str, known: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, known)
        return cursor.rowcount


@pytest.mark.parametrize("sql", CHANGES)
def test_nobody_else_changes_what_is_norte_s(world: World, known: dict[str, Any], sql: str):
    assert changed(sql, known) == 0  # nobody at all
    for actor in strangers(world):
        with acting(actor):
            assert changed(sql, known) == 0, actor


@pytest.mark.parametrize("sql", CHANGES)
def test_norte_itself_changes_it(world: World, known: dict[str, Any], sql: str):
    """Statements that change nothing anyway would prove nothing."""
    with acting(world.alma), transaction.atomic():
        alma = Membership.objects.get(user_id=world.alma.user_id).pk
        assert changed(sql, known | {"bruno": alma}) >= 1
        transaction.set_rollback(True)  # before the foreign keys have their say


@pytest.mark.parametrize("sql", PLANTS.values(), ids=list(PLANTS))
def test_nobody_else_plants_anything_with_norte(world: World, known: dict[str, Any], sql: str):
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        refused(sql, known)
    for actor in strangers(world):
        with acting(actor), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            refused(sql, known)


def refused(sql: str, known: dict[str, Any]) -> None:
    """An update of what one cannot change is refused in silence: as if it had been said aloud."""
    if changed(sql, known) == 0:
        raise ProgrammingError("row-level security")


def test_everybody_reads_them_before_anybody_acts(world: World, known: dict[str, Any]):
    for model in (Institution, Membership, Client, Seat):
        everything = model._base_manager.count()
        assert everything >= 1
        for actor in strangers(world):
            with acting(actor):
                assert model._base_manager.count() == everything


def test_not_even_its_own_people_make_an_institution_the_platform(world: World, known: dict[str, Any]):
    with acting(world.alma), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        changed("update institutions_institution set kind = 'platform' where id = %(norte)s", known)
    with acting(world.alma), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        changed("update institutions_client set institution_id = %(sur)s where id = %(client)s", known)


def test_the_platform_makes_public_bodies_and_places_them(world: World):
    with acting(machine(factories.platform())):
        este = Institution.objects.create(name="Este", short_name="Este", slug="este", code="ES")
        assert Institution.objects.filter(pk=este.pk).update(host="este.example.org") == 1
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Institution.objects.create(kind="platform", name="Otra", short_name="Otra", slug="otra", code="OT")
        assert Membership.objects.filter(user_id=world.ana.user_id).update(roles=["administrator"]) == 0


@pytest.mark.django_db
def test_the_first_institution_of_all_is_the_platform_and_only_the_first():
    facts = {"name": "x", "short_name": "x"}
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Institution.objects.create(kind="body", slug="norte", code="NO", **facts)
    Institution.objects.create(kind="platform", slug="first", code="PL", **facts)
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Institution.objects.create(kind="platform", slug="second", code="PP", **facts)


def test_an_outside_body_is_named_by_whoever_deals_with_it(world: World):
    with acting(machine(world.sur)):
        fuera = Institution.objects.create(kind="outside", name="Fuera", short_name="Fuera", slug="fuera", code="X1")
        assert Client.objects.create(
            name="s", institution=fuera, host=world.sur, client_type="confidential", authorization_grant_type="client-credentials"
        ).pk
    with acting(machine(fuera)):  # the system itself does not decide what it may do
        assert Client.objects.filter(institution=fuera).update(verbs=["case.list"]) == 0
    for actor in (world.visitor, world.guest):
        with acting(actor), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Institution.objects.create(kind="outside", name="x", short_name="x", slug="x", code="X2")


def test_a_team_has_seats_for_its_own_institution_s_people_only(world: World, known: dict[str, Any]):
    with acting(machine(world.sur)):
        theirs = Team.objects.create(institution=world.sur, name="Aseo")
        bruno = Membership.objects.get(pk=known["bruno"])
        bruno.teams.set([theirs])
        assert list(bruno.teams.all()) == [theirs]
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            bruno.teams.add(known["team"])
