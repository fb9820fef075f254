"""The two walls, connected as the application's role."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from django.apps import apps
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.db.models import Count, Exists
from django.utils.timezone import now

from cases.models import Case, Decision, Document, Note, Pause
from cases.services import decide_case, notify_decision
from citizens.models import Citizen, CitizenLink, Identifier, MatchCandidate
from czrm.institutions.models import Agreement, Institution, Office
from czrm.kit.actor import Clerk, Guest, Machine, NobodyActing, acting, deputy
from czrm.kit.fence import Fence
from czrm.kit.policies import STAFF
from czrm.trail.models import AccessEntry, Change, Event
from czrm.trail.say import say
from tests import factories
from tests.world import World, machine


def rows(sql: str, *args: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, args)
        return cursor.fetchall()


def test_tests_run_as_the_application(db):
    assert rows("select current_user, rolsuper, rolbypassrls from pg_roles where rolname = current_user") == [("czrm_app", False, False)]
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        rows("truncate cases_case cascade")


def test_every_fenced_table_is_walled_and_no_other(db):
    fenced = {m._meta.db_table for m in apps.get_models() if isinstance(getattr(m, "fence", None), Fence)}
    walled = rows("select relname from pg_class where relrowsecurity and relforcerowsecurity")
    assert {name for (name,) in walled} == fenced


def test_every_fenced_table_has_a_policy_for_each_command(db):
    fenced = {m._meta.db_table for m in apps.get_models() if isinstance(getattr(m, "fence", None), Fence)}
    for_all = "schemaname = 'public' and roles = '{public}'"
    policies = rows(f"select tablename, array_agg(cmd order by cmd) from pg_policies where {for_all} group by 1")
    assert dict(policies) == {table: ["DELETE", "INSERT", "SELECT", "UPDATE"] for table in fenced}


def test_beside_these_only_the_three_roles_above_the_walls_have_a_policy(db):
    fenced = {m._meta.db_table for m in apps.get_models() if isinstance(getattr(m, "fence", None), Fence)}
    others = rows("select tablename, policyname, roles::text[] from pg_policies where schemaname = 'public' and roles <> '{public}'")
    assert {(table, name, *sorted(roles)) for table, name, roles in others} == {(table, "staff", *sorted(STAFF)) for table in fenced}
    assert rows("select bool_or(pg_has_role(current_user, r::name, 'member')) from unnest(%s::text[]) r", list(STAFF)) == [(False,)]


@pytest.mark.parametrize("look", [
    lambda: list(Case.objects.all()), lambda: Case.objects.count(), lambda: Case.objects.exists(), lambda: Case.objects.first(),
    lambda: Case.objects.update(status="x"), lambda: Case.objects.filter(pk=1).delete(), lambda: list(Case.objects.values("id")),
    lambda: list(Case.objects.iterator()), lambda: Case.objects.aggregate(n=Count("id")), lambda: list(Case.objects.open()[:3]),
    lambda: list(Institution.objects.filter(pk__in=Case.objects.values("institution"))), lambda: list(Case.objects.raw("select 1 as id")),
    lambda: Case.objects.in_bulk([1]), lambda: Case.objects.latest("pk"), lambda: list(Case.objects.union(Case.objects.all())),
    lambda: list(Institution.objects.annotate(x=Exists(Case.objects.all()))), lambda: Case.objects.create(title="x"),
])  # fmt: skip
def test_nobody_reads_or_writes_anything(world: World, look):
    with pytest.raises((NobodyActing, DatabaseError)):
        look()


def test_the_database_alone_shows_nobody_nothing_and_each_their_own(world: World):
    mine, theirs = world.case_of_norte.pk, world.case_of_sur.pk
    everything = "select id from cases_case order by id"
    assert rows(everything) == []
    with acting(world.ana):
        assert rows(everything) == [(mine,)]
    with acting(world.visitor):
        assert rows(everything) == [(mine,), (theirs,)]
    assert rows(everything) == []


def test_each_sees_their_own_by_the_manager(world: World):
    assert world.case_of_norte
    assert world.case_of_sur
    with acting(world.ana):
        assert list(Case.objects.all()) == [world.case_of_norte]
        assert list(Citizen.objects.all()) == [world.carla]
        assert list(world.carla.cases.all()) == [world.case_of_norte]
        assert Citizen.objects.prefetch_related("cases").get().cases.all()[0] == world.case_of_norte
    with acting(world.bruno):
        assert set(Citizen.objects.all()) == {world.carla, world.dario}
    with acting(world.visitor):
        assert Case.objects.count() == 2
        assert list(Identifier.objects.values_list("number", flat=True)) == ["123456785"]


def test_a_guest_sees_the_one_case_whose_key_was_shown_and_what_is_published(world: World):
    shown = Guest(world.norte.pk, world.case_of_norte.pk)
    with acting(world.ana):
        Note.objects.create(institution=world.norte, case=world.case_of_norte, text="between us", by="Ana")
        Office.objects.create(institution=world.norte, name="Central")
    with acting(world.guest):
        assert not Case.objects.exists()
        assert Office.objects.get().name == "Central"
        assert rows("select name from institutions_office") == [("Central",)]
    with acting(shown):
        assert Case.objects.get() == world.case_of_norte
        assert not Citizen.objects.exists()
        assert not Note.objects.exists()
        assert rows("select * from citizens_citizen") == rows("select * from cases_note") == []


def test_nobody_outside_reads_a_decision_before_its_notification_nor_its_paper(world: World, settings, tmp_path):
    settings.MEDIA_ROOT, case = tmp_path, world.case_of_norte
    decision = decide_case(case, kind="granted", grounds="g", text="t", signer="Sofía", signer_post="Jefa", by=world.sofia)
    shown = Guest(world.norte.pk, case.pk)
    for actor in (world.visitor, shown):
        with acting(actor):
            assert Case.objects.filter(pk=case.pk).exists()
            assert not Decision.objects.exists()
            assert not Document.objects.filter(kind="decision").exists()
            assert rows("select from cases_decision") == rows("select from cases_document where kind = 'decision'") == []
    with acting(world.ana):
        assert rows("select notified_at from cases_decision") == [(None,)]
    notify_decision(decision, at=now(), received_by="Carla Soto", by=world.sofia)
    for actor in (world.visitor, shown):
        with acting(actor):
            assert rows("select id from cases_decision") == [(decision.pk,)]
            assert Document.objects.filter(kind="decision").count() == Decision.objects.count() == 1
    with acting(Guest(world.norte.pk)):
        assert rows("select from cases_decision") == []


def test_the_public_sees_only_public_events(world: World):
    for public in (True, False):
        with acting(machine(world.norte)) as by:
            say("case.edited", world.case_of_norte, by=by, public=public)
    for actor in (world.visitor, Guest(world.norte.pk, world.case_of_norte.pk)):
        with acting(actor):
            assert [event.public for event in Event.objects.all()] == [True]
            assert rows("select public from trail_event") == [(True,)]


def test_an_agreement_opens_its_scope_for_its_purpose_to_read_not_to_write(world: World):
    assert world.case_of_norte
    assert world.case_of_sur
    world.agreement("case")
    ana = replace(world.ana, purpose_id=world.purpose.pk)
    with acting(world.ana):
        assert Case.objects.count() == 1
    with acting(ana):
        assert Case.objects.count() == 2
        assert Citizen.objects.count() == 1
        assert Case.objects.filter(pk=world.case_of_sur.pk).update(title="mine") == 0  # silently: the policy hides the row
        with pytest.raises(Case.DoesNotExist):
            Case.objects.select_for_update().get(pk=world.case_of_sur.pk)
        foreign = Case.objects.get(pk=world.case_of_sur.pk)
        with pytest.raises(DatabaseError), transaction.atomic():
            foreign.save(update_fields=["title"])


@pytest.mark.parametrize(("days", "status"), [(-1, "in_force"), (1, "draft"), (1, "suspended"), (1, "revoked")])
def test_an_agreement_that_is_not_in_force_opens_nothing(world: World, days: int, status: str):
    assert world.case_of_norte
    assert world.case_of_sur
    world.agreement("case", days=days, status=status)
    with acting(replace(world.ana, purpose_id=world.purpose.pk)):
        assert Case.objects.count() == 1
        assert len(rows("select from cases_case")) == 1


def test_nobody_puts_an_agreement_in_force_alone(world: World):
    draft = world.agreement("case", status="draft")
    with acting(Clerk("Ana", world.norte.pk, 1)):
        assert rows("select czrm.approve_agreement(%s)", draft.pk) == [("draft",)]
    with acting(Clerk("Ana again", world.sur.pk, 1)):  # one person on both sides is still one person
        assert rows("select czrm.approve_agreement(%s)", draft.pk) == [("draft",)]
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            Agreement.objects.filter(pk=draft.pk).update(status="in_force")
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            Agreement.objects.create(
                provider=world.sur, consumer=world.norte, purpose=world.purpose, scopes=["case"], status="in_force",
                valid_from=draft.valid_from, valid_to=draft.valid_to,
            )  # fmt: skip
    stranger = factories.institution("Este", "ES")
    with acting(Clerk("stranger", stranger.pk, 3)):
        assert rows("select czrm.approve_agreement(%s)", draft.pk) == [("draft",)]
        assert rows("select czrm.end_agreement(%s, 'revoked')", draft.pk) == [("draft",)]


def test_an_outside_client_sees_what_it_filed_and_nothing_else(world: World):
    from czrm.institutions.models import Client

    outside = factories.institution("Fuera", "FU", kind="outside")
    with acting(machine(world.norte)):
        client = Client.objects.create(
            name="agency", institution=outside, host=world.norte, client_type="confidential", authorization_grant_type="client-credentials"
        )
        Case.objects.filter(pk=world.case_of_norte.pk).update(filed_by=client)
    factories.case(world.norte, world.carla, world.procedure)
    agency = Machine("agency", outside.pk, client_id=client.pk, host_id=world.norte.pk)
    with acting(agency):
        assert Case.objects.get() == world.case_of_norte
        assert rows("select id from cases_case") == [(world.case_of_norte.pk,)]
        assert not Citizen.objects.exists()


def test_the_database_refuses_a_row_for_another_institution(world: World):
    with acting(world.ana):
        for plant in (
            lambda: Case._base_manager.create(
                institution=world.sur, citizen=world.carla, procedure=world.procedure_of_sur, version=world.procedure_of_sur.current, title="planted",
                number="x", opened_at=world.case_of_norte.opened_at,
            ),
            lambda: Citizen.objects.create(name="born outside the definer"),
            lambda: CitizenLink.objects.create(citizen=world.carla, institution=world.norte),
            lambda: Identifier.objects.create(citizen=world.carla, kind="passport", number="1"),
            lambda: Pause._base_manager.create(case_id=world.case_of_sur.pk, cause="x", started_at=world.case_of_norte.opened_at),
            lambda: MatchCandidate.objects.create(citizen=world.carla, other=world.dario),
        ):  # fmt: skip
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                plant()


def test_the_shared_row_changes_only_through_its_definer(world: World):
    with acting(world.ana):
        assert Citizen.objects.filter(pk=world.carla.pk).update(name="X") == 0
        assert rows("select czrm.correct_citizen(%s, '{\"name\": \"Carla Soto Paz\"}', null)->>'name'", world.carla.pk) == [("Carla Soto",)]
        assert rows('select czrm.correct_citizen(%s, \'{"name": "taken"}\', null)', world.dario.pk) == [(None,)]
        assert Citizen.objects.get().name == "Carla Soto Paz"
    with acting(world.bruno):
        assert Citizen.objects.get(pk=world.dario.pk).name == "Darío Rojas"


def test_nested_actors_and_a_failure_restore_the_context(world: World):
    mine, theirs = world.case_of_norte, world.case_of_sur
    with acting(world.ana):
        with acting(world.bruno):
            assert Case.objects.get() == theirs
        assert Case.objects.get() == mine
        with pytest.raises(ZeroDivisionError), acting(world.bruno):
            1 / 0  # noqa: B018
        assert rows("select institution_id from cases_case") == [(world.norte.pk,)]
    assert rows("select coalesce(current_setting('czrm.institution', true), '')") == [("",)]


def test_a_deputy_is_of_the_portals_institution_and_staff_have_none(world: World):
    assert deputy(world.guest, "portal").institution_id == world.norte.pk
    with pytest.raises(TypeError):
        deputy(world.ana, "portal")


def test_the_log_cannot_be_rewritten(world: World):
    assert world.case_of_norte
    with acting(world.ana):
        for deed in ("update trail_change set actor_email = ''", "delete from trail_accessentry", "update trail_event set kind = ''",
                     "delete from trail_event", "update cases_entry set number = ''"):  # fmt: skip
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                rows(deed)


def test_what_changed_is_written_down_without_what_is_confidential(world: World):
    with acting(world.sofia):
        case = Case.objects.get(pk=world.case_of_norte.pk)
        case.title, case.description = "Corrected", "private"
        case.save()
        change = Change.objects.get(action=Change.Action.UPDATE)
    assert change.changes == {"title": ["of Norte", "Corrected"]}
    assert change.actor_email == "Sofía"
    with acting(world.bruno):
        assert not Change.objects.filter(pk=change.pk).exists()


def test_the_citizen_sees_who_looked_once_a_lawful_delay_is_over(world: World):
    with acting(world.ana) as by:
        from czrm.trail.access import looked

        looked(world.case_of_norte, "case.see", by=by)
    with acting(world.visitor):
        assert AccessEntry.objects.get().by == "Ana"


def test_registering_answers_alike_whether_somebody_else_has_the_document(world: World):
    """Darío exists in Sur: with the wrong birth date and name, Norte gets a new person, and no hint."""
    new = factories.citizen("Otro", "Nombre", "11111111-1", world.norte, birth=date(1990, 1, 1))
    assert new != world.dario
    with acting(world.ana):
        assert set(Citizen.objects.all()) == {world.carla, new}
        assert not MatchCandidate.objects.exists()
    known = factories.citizen("Darío", "Rojas", "11111111-1", world.norte)
    assert known == world.dario
