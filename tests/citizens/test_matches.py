"""Is it the same person? Pairs are decided by who attends both, or by the platform; nobody else is told that there is a pair."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils.timezone import now

from citizens import definers, services
from citizens.forms_matches import WORDS
from citizens.models import Citizen, PortalLogin
from citizens.services import PersonData
from citizens.services.matches import GROUNDS, Comparison, comparison_of, decided, doubles_of, to_decide
from citizens.services.record import dealings
from czrm.kit.actor import Actor, Clerk, acting
from czrm.kit.owner import as_owner
from czrm.trail.models import AccessEntry, Event
from tests import factories
from tests.channels.scenes import at
from tests.citizens.conftest import BORN, MARTA, refused, register
from tests.world import World

pytestmark = pytest.mark.django_db
CARLA_AGAIN = PersonData(given="Carla", surname="Sotto", birth=BORN, id_kind="cl.rut", id_number="12345678-5", phone="9 8765 4321")


@pytest.fixture
def again(world: World) -> Citizen:
    """Registered at Norte with Carla's document, past Carla."""
    return register(CARLA_AGAIN, world.ana, apart=True)


@pytest.fixture
def steward(world: World) -> Clerk:
    return factories.clerk("Nora", factories.platform(), "steward")


def pairs(by: Actor) -> list[Comparison]:
    with acting(by):
        return to_decide(by=by)


def pair(by: Actor) -> Comparison:
    [found] = pairs(by)
    return found


def told(by: Actor, kind: str) -> list[tuple[int, object]]:
    with acting(by):
        return list(Event.objects.filter(kind=kind).order_by("citizen_id").values_list("citizen_id", "data__verdict"))


def seen_of(citizen: Citizen, by: Actor) -> list[tuple[str, str]]:
    """Of whom the page of this person says that it may be the same: whose name, and how sure."""
    with acting(by):
        found = doubles_of(dealings(citizen, by=by).doubles)
    return [(each.citizen.name, "same" if each.same else "open") for each in found]


class TestWhoIsShownAPair:
    def test_who_attends_both_sees_them_side_by_side_with_the_reasons(self, world, again):
        found = pair(world.sofia)
        assert {found.one.citizen, found.other.citizen} == {again, world.carla}
        assert {"document_same", "birth_same"} <= {reason.code for reason in found.match.reasons}
        assert pair(world.ana).pair == found.pair

    def test_an_institution_is_not_told_that_somebody_elsewhere_holds_the_document(self, world, steward):
        """What registering leaves open is not told by the list of pairs either, though there is one."""
        register(replace(MARTA, id_number="11111111-1"), world.ana, apart=True)
        assert pair(steward)
        assert pairs(world.sofia) == []
        assert pairs(world.bruno) == []

    def test_once_both_are_attended_the_pair_is_shown(self, world):
        register(replace(MARTA, id_number="11111111-1"), world.ana, apart=True)
        busy = replace(world.ana, purpose_id=world.purpose.pk)
        services.attend_citizen("cl.rut", "11111111-1", birth=None, surname="Rojas", basis="present", by=busy)
        assert {pair(world.sofia).one.citizen.given, pair(world.sofia).other.citizen.given} == {"Marta", "Darío"}

    def test_the_other_institution_that_attends_one_of_them_sees_nothing(self, world, again):
        assert pairs(world.bruno) == []
        with acting(world.bruno):
            assert comparison_of(pair(world.sofia).pair.uid, by=world.bruno) is None

    def test_the_platform_decides_what_no_institution_can_and_sees_only_what_identifies(self, world, steward, again):
        marta = register(replace(MARTA, id_number="11111111-1"), world.ana, apart=True)
        found = pair(steward)
        assert {found.one.citizen.pk, found.other.citizen.pk} == {marta.pk, world.dario.pk}
        assert [side.known.points for side in (found.one, found.other)] == [[], []]
        assert {*found.one.institutions, *found.other.institutions} == {world.norte.name, world.sur.name}
        with acting(steward):
            assert not Citizen.objects.exists()

    def test_a_pair_with_a_protected_person_is_shown_to_no_platform(self, db):
        with as_owner(), transaction.atomic():  # only the owner changes a person by hand
            world = World()
            steward = factories.clerk("Nora", factories.platform(), "steward")
            register(replace(MARTA, id_number="11111111-1"), world.ana, apart=True)
            assert len(pairs(steward)) == 1
            Citizen._base_manager.filter(pk=world.dario.pk).update(state="protected")
            assert pairs(steward) == []
            transaction.set_rollback(True)

    def test_who_is_sealed_from_the_actor_is_in_no_pair(self, world, again):
        with acting(world.sofia), connection.cursor() as cursor:
            cursor.execute("select set_config('czrm.sealed', %s, true)", [f"{{{again.pk}}}"])
            assert to_decide(by=world.sofia) == []

    def test_nobody_reads_the_table_itself(self, world, again):
        with acting(world.sofia), connection.cursor() as cursor:
            cursor.execute("select count(*) from citizens_matchcandidate")
            assert cursor.fetchone() == (0,)

    def test_where_somebody_waits_to_sign_in_the_pair_comes_first(self, db):
        with as_owner(), transaction.atomic():
            world = World()
            register(CARLA_AGAIN, world.ana, apart=True)
            marta = register(replace(MARTA, given="Marta Inés", birth=None), world.ana)
            less = register(replace(MARTA, given="Inés", birth=None, surname="Lagos"), world.ana, apart=True)
            first, second = pairs(world.sofia)
            assert {second.one.citizen, second.other.citizen} == {marta, less}
            PortalLogin._base_manager.create(
                institution=world.norte, provider="p", subject="s", id_kind="cl.rut", id_number="152345674", status="waiting"
            )
            assert [each.pair.uid for each in pairs(world.sofia)] == [second.pair.uid, first.pair.uid]
            assert [each.pair.waiting for each in pairs(world.sofia)] == [True, False]
            transaction.set_rollback(True)


class TestDeciding:
    @pytest.mark.parametrize("verdict", ["same", "different"])
    def test_the_verdict_is_kept_with_who_gave_it_and_why_and_both_histories_tell(self, world, again, verdict):
        which = pair(world.sofia).pair.uid
        services.decide_match(which, verdict=verdict, ground="shown", note=" Trajo las dos ", by=world.sofia)
        assert pairs(world.sofia) == []
        with acting(world.sofia):
            [kept] = decided(by=world.sofia)
        assert (kept.pair.status, kept.pair.decided_by, kept.pair.decided_why, kept.pair.note) == (
            verdict, world.sofia.name, "shown", "Trajo las dos",
        )  # fmt: skip
        assert told(world.sofia, "match.decided") == sorted([(world.carla.pk, verdict), (again.pk, verdict)])

    def test_nothing_else_is_changed(self, world, again):
        with acting(world.sofia):
            before = [*Citizen.objects.order_by("pk").values()]
        services.decide_match(pair(world.sofia).pair.uid, verdict="same", ground="agree", by=world.sofia)
        with acting(world.sofia):
            assert [*Citizen.objects.order_by("pk").values()] == before

    def test_a_different_pair_is_not_offered_again_though_the_document_is_claimed_anew(self, world, again):
        services.decide_match(pair(world.sofia).pair.uid, verdict="different", ground="mistyped", by=world.sofia)
        services.add_identifier(again, kind="cl.rut", number="12.345.678-5", how="original", by=world.ana)
        with acting(world.ana):
            definers.suspect_match(again.pk, [world.carla.pk], ["registered_apart"])
        assert pairs(world.sofia) == []
        assert seen_of(again, world.ana) == []

    def test_later_puts_it_last_for_a_week_and_leaves_it_open(self, world, again):
        which = pair(world.sofia).pair.uid
        services.decide_match(which, verdict="later", by=world.sofia)
        assert pair(world.sofia).put_off
        with time_machine.travel(now() + timedelta(days=8)):
            assert not pair(world.sofia).put_off
        services.decide_match(which, verdict="same", ground="agree", by=world.sofia)

    def test_what_was_decided_may_be_decided_again(self, world, again):
        which = pair(world.sofia).pair.uid
        services.decide_match(which, verdict="same", ground="agree", by=world.sofia)
        services.decide_match(which, verdict="open", by=world.sofia)
        kept = pair(world.sofia).pair
        assert (kept.status, kept.decided_by, kept.decided_why, kept.decided_at) == ("open", "", "", None)

    @pytest.mark.parametrize(
        ("verdict", "ground", "code"),
        [
            ("same", "", "reason_missing"), ("different", "agree", "reason_missing"), ("later", "shown", "reason_missing"),
            ("merged", "", "invalid_verdict"), ("open", "", "match_decided"),
        ],
    )  # fmt: skip
    def test_without_a_ground_or_out_of_turn_it_is_refused(self, world, again, verdict, ground, code):
        which = pair(world.sofia).pair.uid
        with refused(code):
            services.decide_match(which, verdict=verdict, ground=ground, by=world.sofia)
        assert pair(world.sofia).pair.status == "open"

    def test_twice_is_refused(self, world, again):
        which = pair(world.sofia).pair.uid
        services.decide_match(which, verdict="same", ground="agree", by=world.sofia)
        with refused("match_decided"):
            services.decide_match(which, verdict="different", ground="related", by=world.sofia)

    def test_an_officer_may_compare_and_not_decide(self, world, again):
        with pytest.raises(PermissionDenied):
            services.decide_match(pair(world.ana).pair.uid, verdict="same", ground="agree", by=world.ana)

    def test_across_the_fence_there_is_no_such_pair(self, world, again, steward):
        which = pair(world.sofia).pair.uid
        elsewhere = factories.clerk("Saúl", world.sur, "supervisor")
        for who in (elsewhere, steward):
            with refused("match_decided"):
                services.decide_match(which, verdict="same", ground="agree", by=who)
        with refused("match_decided"):
            services.decide_match(uuid4(), verdict="same", ground="agree", by=world.sofia)
        assert pair(world.sofia).pair.status == "open"

    def test_every_verdict_has_words_for_its_grounds(self):
        assert {*WORDS} == {(verdict, ground) for verdict, grounds in GROUNDS.items() for ground in grounds}


class TestTheirPages:
    def test_the_page_says_who_may_be_the_same_and_who_is(self, world, again):
        assert seen_of(world.carla, world.ana) == [(again.name, "open")]
        services.decide_match(pair(world.sofia).pair.uid, verdict="same", ground="agree", by=world.sofia)
        assert seen_of(again, world.ana) == [("Carla Soto", "same")]
        page = world.browser(world.ana).get(at("citizens:show", again.uid)).content.decode()
        assert at("citizens:show", world.carla.uid) in page

    def test_who_may_see_only_one_of_them_is_told_nothing(self, world, again):
        services.decide_match(pair(world.sofia).pair.uid, verdict="same", ground="agree", by=world.sofia)
        assert seen_of(world.carla, world.bruno) == []
        assert again.name not in world.browser(world.bruno).get(at("citizens:show", world.carla.uid)).content.decode()

    def test_who_is_sealed_from_the_viewer_is_not_named(self, world, again):
        services.decide_match(pair(world.sofia).pair.uid, verdict="same", ground="agree", by=world.sofia)
        with acting(world.ana), connection.cursor() as cursor:
            cursor.execute("select set_config('czrm.sealed', %s, true)", [f"{{{again.pk}}}"])
            assert dealings(world.carla, by=world.ana).doubles == ()

    def test_the_person_themself_is_not_told_of_another_record(self, world, again):
        assert seen_of(world.carla, world.visitor) == []


class TestRegisteringPastSomebody:
    def test_whoever_is_very_like_is_kept_as_a_pair(self, world):
        first = register(replace(MARTA, id_number=""), world.ana)
        ana = world.browser(world.ana)
        typed = {
            "kind": "person",
            "given": "Marta",
            "surname": "Quilodrán",
            "second_surname": "Soto",
            "birth": "17/05/1980",
            "basis": "present",
        }
        assert b"candidates" in ana.post(at("citizens:new"), typed).content
        assert pairs(world.sofia) == []
        ana.post(at("citizens:new"), typed | {"apart": "1"})
        found = pair(world.sofia)
        assert first in (found.one.citizen, found.other.citizen)

    def test_a_namesake_born_on_another_day_is_not(self, world):
        register(replace(MARTA, id_number=""), world.ana)
        typed = {"kind": "person", "given": "Marta", "surname": "Quilodrán", "birth": "02/01/1999", "basis": "present", "apart": "1"}
        world.browser(world.ana).post(at("citizens:new"), typed)
        assert pairs(world.sofia) == []

    def test_nobody_pairs_people_they_do_not_attend(self, world, again):
        with acting(world.ana):
            assert definers.suspect_match(world.carla.pk, [world.dario.pk, world.carla.pk], ["x"]) == 0


class TestPages:
    def test_the_list_names_both_and_both_are_written_down_as_looked_at(self, world, again):
        page = world.browser(world.sofia).get(at("citizens:matches"))
        assert again.name in page.content.decode()
        with acting(world.pablo):
            looks = AccessEntry.objects.filter(verb="match.see").values_list("citizen_id", flat=True)
            assert {*looks} == {again.pk, world.carla.pk}

    def test_the_comparison_shows_no_whole_document_and_is_written_down(self, world, again):
        address = at("citizens:match", pair(world.sofia).pair.uid)
        page = world.browser(world.sofia).get(address).content.decode()
        assert "345.678" not in page
        assert page.count('name="verdict"') == 3
        with acting(world.pablo):
            looks = AccessEntry.objects.filter(verb="match.see", categories__contains=["contact"])
            assert {*looks.values_list("citizen_id", flat=True)} == {again.pk, world.carla.pk}

    def test_an_officer_is_offered_no_decision(self, world, again):
        ana, which = world.browser(world.ana), pair(world.sofia).pair.uid
        assert 'name="verdict"' not in ana.get(at("citizens:match", which)).content.decode()
        assert ana.post(at("citizens:match_decide", which), {"verdict": "later"}).status_code == 403

    def test_across_the_fence_it_is_not_there(self, world, again):
        which = pair(world.sofia).pair.uid
        assert world.browser(world.bruno).get(at("citizens:match", which)).status_code == 404

    def test_deciding_leads_to_the_next_pair_and_then_to_the_list(self, world, again):
        sofia, which = world.browser(world.sofia), pair(world.sofia).pair.uid
        assert sofia.post(at("citizens:match_decide", which), {"verdict": "same"}).status_code == 422
        done = sofia.post(at("citizens:match_decide", which), {"verdict": "same", "ground": "agree"})
        assert done["Location"] == at("citizens:matches")
        assert sofia.post(at("citizens:match_decide", which), {"verdict": "different", "ground": "related"}).status_code == 422
        assert sofia.post(at("citizens:match_decide", which), {"verdict": "open"})["Location"] == at("citizens:match", which)
        second = register(replace(CARLA_AGAIN, given="Karla", birth=date(1972, 3, 13)), world.ana, apart=True)
        there = sofia.post(at("citizens:match_decide", which), {"verdict": "different", "ground": "related"})["Location"]
        assert there.startswith(at("citizens:matches"))
        assert second.name in sofia.get(there).content.decode()

    def test_the_first_page_tells_how_many_wait_and_no_name(self, world, again):
        glance = world.browser(world.sofia).get(at("citizens:matches_glance")).content.decode()
        assert at("citizens:matches") in glance
        assert again.name not in glance
        assert at("citizens:matches_glance") in world.browser(world.sofia).get(at("institutions:home")).content.decode()
        services.decide_match(pair(world.sofia).pair.uid, verdict="later", by=world.sofia)
        assert world.browser(world.sofia).get(at("citizens:matches_glance")).content.strip() == b""

    def test_where_nothing_waits_it_is_said(self, world):
        for address in (at("citizens:matches"), at("citizens:matches") + "?decided"):
            assert 'class="empty' in world.browser(world.sofia).get(address).content.decode()
