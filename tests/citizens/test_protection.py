"""Scenes of a protected person: who is named, who breaks the glass, and what everybody else is told, which is nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse
from django.utils.translation import override

from channels.portal import accesses
from citizens import definers, services
from citizens.models import Citizen, CitizenLink, Clearance, ContactPoint, Fact, Identifier, SourceRecord
from citizens.services import PersonData, protection
from czrm.institutions.models import User
from czrm.kit.actor import Clerk, acting
from czrm.kit.refused import Refused
from czrm.trail.models import AccessEntry, Event
from tests import factories
from tests.channels.scenes import contact, notices
from tests.channels.test_notices import hand_on_all
from tests.world import World

WHY = "Protection order of the family court"
NOW = "She is at the counter and in danger"
PROOF = {"birth": None, "surname": "Soto"}
CARLA = ("cl.rut", "12.345.678-5")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with override("en"):
        yield


def user(of: Clerk) -> User:
    return User.objects.get(pk=of.user_id)


def protect(world: World, *officers: Clerk) -> None:
    services.protect_citizen(world.carla, officers=[user(one) for one in officers], reason=WHY, by=world.sofia)


def find_by_address(typed: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute("select id from czrm.find_by_address(%s, %s, 0.6, 9)", [typed, typed])
        return cursor.fetchall()


def sees(by: Any, who: Citizen) -> bool:
    with acting(by):
        return Citizen.objects.filter(pk=who.pk).exists()


def said(world: World, kind: str) -> list[Event]:
    with acting(factories.machine(world.norte)):
        return list(Event.objects.filter(kind=kind))


def test_only_who_protects_and_whom_they_name_sees_the_person_from_then_on(world: World) -> None:
    eva = factories.clerk("Eva", world.norte, "officer")
    assert sees(world.ana, world.carla)
    protect(world, eva)
    assert [sees(by, world.carla) for by in (world.sofia, eva, world.ana, world.bruno)] == [True, True, False, False]
    assert sees(world.visitor, world.carla)
    [event] = said(world, "citizen.protected")
    assert (event.citizen_id, event.data, event.public) == (world.carla.pk, {"named": 2}, False)
    with acting(world.sofia):
        kept = SourceRecord.objects.get(citizen=world.carla, origin="correction").payload
    assert kept == {"before": {"state": "active"}, "after": {"state": "protected"}, "reason": WHY, "by": "Sofía"}


def test_protection_is_begun_by_a_supervisor_with_a_reason_of_people_of_theirs_who_are_active(world: World) -> None:
    with pytest.raises(PermissionDenied):
        services.protect_citizen(world.carla, reason=WHY, by=world.ana)
    with pytest.raises(Refused, match="why"):
        services.protect_citizen(world.carla, reason="short", by=world.sofia)
    with pytest.raises(Refused, match="work for your institution"):
        protect(world, world.bruno)
    with pytest.raises(Citizen.DoesNotExist):
        services.protect_citizen(world.dario, reason=WHY, by=world.sofia)
    services.correct_citizen(world.carla, changes={"state": "deceased"}, reason="Certificate", by=world.ana)
    with pytest.raises(Refused, match="active"):
        protect(world)


def test_a_correction_neither_begins_nor_ends_protection(world: World) -> None:
    with pytest.raises(Refused, match="own deeds"):
        services.correct_citizen(world.carla, changes={"state": "protected"}, reason=WHY, by=world.ana)
    protect(world)
    with pytest.raises(Refused, match="own deeds"):
        services.correct_citizen(world.carla, changes={"state": "active"}, reason=WHY, by=world.sofia)
    with acting(world.sofia), pytest.raises(ProgrammingError, match="own deeds"), transaction.atomic():
        definers.correct(world.carla.pk, {"state": "active"}, None)


def test_whoever_is_not_named_changes_nothing_of_the_person(world: World) -> None:
    protect(world)
    for deed in (
        lambda: services.correct_citizen(world.carla, changes={"care": "x"}, reason="x", by=world.ana),
        lambda: services.reveal_documents(world.carla, reason="x", by=world.ana),
        lambda: services.state_fact(world.carla, attribute="occupation", value="x", origin="citizen", by=world.ana),
        lambda: services.state_relationship(world.carla, kind="sibling", other=world.carla, by=world.ana),
    ):
        with pytest.raises((Citizen.DoesNotExist, Refused)):
            deed()
    with acting(world.ana):
        assert definers.correct(world.carla.pk, {"care": "x"}, None) is None
        assert not definers.add_identifier(world.carla.pk, "passport", "X1", "", "")
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            ContactPoint._base_manager.create(institution=world.norte, citizen=world.carla, kind="phone", value="+56911111111")


def test_the_supervisor_names_another_officer_and_removes_them_again(world: World) -> None:
    protect(world)
    held = services.name_officer(world.carla, officer=user(world.ana), reason=WHY, by=world.sofia)
    assert services.name_officer(world.carla, officer=user(world.ana), reason=WHY, by=world.sofia) == held
    assert sees(world.ana, world.carla)
    services.unname_officer(held, by=world.sofia)
    assert not sees(world.ana, world.carla)
    assert [event.data for kind in ("citizen.officer_named", "citizen.officer_unnamed") for event in said(world, kind)] == [
        {"officer": world.ana.user_id}
    ] * 2


def test_somebody_stays_named_and_only_who_is_named_names(world: World) -> None:
    protect(world)
    with acting(world.sofia):
        last = Clearance.objects.get()
    with pytest.raises(Refused, match="stay named"):
        services.unname_officer(last, by=world.sofia)
    eva = factories.clerk("Eva", world.norte, "supervisor")
    for deed in (
        lambda: services.name_officer(world.carla, officer=user(eva), reason=WHY, by=eva),
        lambda: services.unprotect_citizen(world.carla, reason=WHY, by=eva),
    ):
        with pytest.raises(Citizen.DoesNotExist):
            deed()
    services.break_glass(*CARLA, **PROOF, reason=NOW, by=eva)  # opens the record for an hour, and not for good
    for deed in (
        lambda: services.name_officer(world.carla, officer=user(eva), reason=WHY, by=eva),
        lambda: services.unprotect_citizen(world.carla, reason=WHY, by=eva),
        lambda: services.unname_officer(last, by=eva),
    ):
        with pytest.raises(Refused, match="named for this person"):
            deed()


def test_protection_ends_where_nobody_else_protects(world: World) -> None:
    protect(world, world.ana)
    rosa = factories.clerk("Rosa", world.sur, "supervisor")
    services.break_glass(*CARLA, **PROOF, reason=NOW, by=rosa)
    services.name_officer(world.carla, officer=user(rosa), reason=WHY, by=rosa)  # nobody of Sur was
    with pytest.raises(Refused, match="Another institution"):
        services.unprotect_citizen(world.carla, reason=WHY, by=world.sofia)
    assert not sees(world.bruno, world.carla)


def test_when_protection_ends_all_see_the_person_again_and_no_clearance_lives_on(world: World) -> None:
    protect(world, world.ana)
    services.unprotect_citizen(world.carla, reason=WHY, by=world.sofia)
    assert [sees(by, world.carla) for by in (world.ana, world.bruno)] == [True, True]
    assert len(said(world, "citizen.unprotected")) == 1
    with acting(world.sofia):
        assert not Clearance.objects.filter(ended_at=None).exists()
        assert Citizen.objects.get(pk=world.carla.pk).state == "active"


def test_to_identify_a_protected_person_tells_whom_to_call_and_nothing_of_the_person(world: World) -> None:
    protect(world, world.ana)
    found = services.identify_citizen(*CARLA, **PROOF, by=replace(world.sofia, purpose_id=world.purpose.pk))
    assert (found.name, found.uid, found.sealed) == ("Carla Soto", world.carla.uid, None)
    eva = factories.clerk("Eva", world.norte, "officer")
    clerk = replace(eva, purpose_id=world.purpose.pk)
    found = services.identify_citizen(*CARLA, **PROOF, by=clerk)
    assert found == services.Identified("", "", False, None, services.identity.Sealed(("Ana", "Sofía"), named=True))
    with pytest.raises(Refused, match="Ana, Sofía"):
        services.attend_citizen(*CARLA, **PROOF, basis="present", by=clerk)
    assert world.browser(eva).get(reverse("citizens:show", args=[world.carla.uid])).status_code == 404
    with acting(world.pablo):
        assert AccessEntry.objects.filter(citizen_id=world.carla.pk, verb="citizen.identify", user_id=eva.user_id).count() == 1
    assert services.identify_citizen(*CARLA, birth=None, surname="Rojas", by=clerk) is None


def test_registering_over_a_protected_person_is_answered_as_if_they_were_not_there(world: World) -> None:
    protect(world)
    data = PersonData(given="Carla", surname="Soto", id_kind="cl.rut", id_number="12.345.678-5", birth=world.carla.birth)
    clerk = replace(world.ana, purpose_id=world.purpose.pk)
    assert services.likely_same(data, by=clerk) == []
    made = services.register_citizen(data, basis="present", by=clerk)
    assert made.pk != world.carla.pk
    with acting(clerk):
        [claim] = Identifier.objects.filter(citizen=made)
        assert claim.verified_at is None
        assert set(Citizen.objects.values_list("pk", flat=True)) == {made.pk}
    assert services.register_citizen(data, basis="present", by=clerk) == made


def test_a_broken_glass_opens_the_person_tells_the_supervisor_and_is_read_by_the_person(world: World) -> None:
    User.objects.filter(pk=world.sofia.user_id).update(email="sofia@example.org")
    protect(world)
    opened = services.break_glass(*CARLA, **PROOF, reason=NOW, by=world.ana)
    assert opened.uid == world.carla.uid
    assert sees(world.ana, world.carla)
    [event] = said(world, "citizen.glass_broken")
    assert (event.user_id, event.data["reason"], event.public) == (world.ana.user_id, NOW, False)
    hand_on_all()
    [notice] = [each for each in notices(world.norte) if each.kind == "citizen.glass_broken"]
    assert notice.recipient == "sofia@example.org"
    assert NOW in notice.body
    assert "Carla" not in notice.subject + notice.body
    assert str(notice.uid) in world.browser(world.sofia).get(reverse("channels:bell")).text
    with acting(world.visitor):
        looks = [look for day in accesses.page_of(world.visitor, None).days for look in day.looks]
    assert [look.reason for look in looks] == [NOW]


def test_a_glass_is_broken_with_a_reason_and_with_what_proves_whom_one_has_before_one(world: World) -> None:
    protect(world)
    for options, words in (
        ({"reason": "urgent", **PROOF}, "Say why"),
        ({"reason": NOW, "birth": None, "surname": ""}, "birth date"),
        ({"reason": NOW, "birth": None, "surname": "Rojas"}, "do not match"),
    ):
        with pytest.raises(Refused, match=words):
            services.break_glass(*CARLA, **options, by=world.ana)
    with pytest.raises(Refused, match="do not match"):  # who is not protected has no glass
        services.break_glass("cl.rut", "11.111.111-1", birth=None, surname="Rojas", reason=NOW, by=world.bruno)
    with pytest.raises(PermissionDenied):
        services.break_glass(*CARLA, **PROOF, reason=NOW, by=world.pablo)
    assert not sees(world.ana, world.carla)


def test_a_glass_is_closed_by_who_broke_it(world: World) -> None:
    protect(world)
    services.break_glass(*CARLA, **PROOF, reason=NOW, by=world.ana)
    assert sees(world.ana, world.carla)
    services.close_glass(world.carla, by=world.ana)
    assert not sees(world.ana, world.carla)
    assert len(said(world, "citizen.glass_closed")) == 1


def test_an_officer_of_another_body_breaks_the_glass_and_then_attends_the_person(world: World) -> None:
    este = factories.institution("Este", "ES")
    supervisor, ivo = factories.clerk("Zoe", este, "supervisor"), factories.clerk("Ivo", este, "officer")
    protect(world)
    ivo = replace(ivo, purpose_id=world.purpose.pk)
    found = services.identify_citizen(*CARLA, **PROOF, by=ivo)
    assert found.sealed == services.identity.Sealed(("Zoe",), False)
    opened = services.break_glass(*CARLA, **PROOF, reason=NOW, by=ivo)
    assert opened.uid is None
    services.attend_citizen(*CARLA, **PROOF, basis="present", by=ivo)
    assert sees(ivo, world.carla)
    with acting(supervisor):
        assert definers.protected_here() == (1, 1)
    page = world.browser(supervisor).get(reverse("citizens:protected")).text
    assert "Una persona protegida necesita funcionarios designados" in page
    assert "Carla" not in page


def test_where_the_person_lives_is_read_by_no_clerk_and_by_the_person_alone(world: World) -> None:
    with acting(factories.machine(world.norte)):
        for kind, value in (("address", "Los Tilos 240"), ("email", "carla@example.org")):
            ContactPoint.objects.create(institution=world.norte, citizen=world.carla, kind=kind, value=value)
        for category, value in (("residence", "Los Tilos 240"), ("work", "Baker")):
            Fact.objects.create(institution=world.norte, citizen=world.carla, category=category, attribute="a", value=value, by="x")

    def read(by: Any) -> list[str]:
        with acting(by), connection.cursor() as cursor:
            cursor.execute("select value from citizens_contactpoint union all select value from citizens_fact order by 1")
            found = [value for (value,) in cursor.fetchall()]
            assert found == sorted([*ContactPoint.objects.values_list("value", flat=True), *Fact.objects.values_list("value", flat=True)])
            return found

    with acting(world.ana):
        assert find_by_address("Los Tilos 240") == [(world.carla.pk,)]
    everything = ["Baker", "Los Tilos 240", "Los Tilos 240", "carla@example.org"]
    assert read(world.ana) == everything
    protect(world)
    assert read(world.sofia) == ["Baker", "carla@example.org"]
    assert read(world.ana) == []
    assert read(world.visitor) == everything
    for deed in (
        lambda: services.add_contact_point(world.carla, kind="address", value="Los Tilos 241", by=world.sofia),
        lambda: services.state_fact(world.carla, attribute="residence", value="Los Tilos 241", origin="citizen", by=world.sofia),
    ):
        with pytest.raises(Refused, match="not kept here"):
            deed()
    with acting(world.sofia):
        assert definers.find_by_contact("email", "carla@example.org", 9)
        assert list(find_by_address("Los Tilos 240")) == []
    assert read(replace(world.visitor, assurance="low")) == ["Baker", "carla@example.org"]


def test_the_supervisor_lists_whom_they_are_named_for_and_counts_the_others(world: World) -> None:
    protect(world, world.ana)
    eva = factories.clerk("Eva", world.norte, "supervisor")
    page = world.browser(world.sofia).get(reverse("citizens:protected")).text
    assert "Carla Soto" in page
    assert "Ana" in page
    others = world.browser(eva).get(reverse("citizens:protected")).text
    assert "Carla" not in others
    assert "1 persona protegida más" in others
    assert world.browser(world.ana).get(reverse("citizens:protected")).status_code == 403
    assert world.browser(world.sofia).get(reverse("citizens:show", args=[world.carla.uid])).text.count("Ana") > 0


def test_the_pages_protect_name_remove_and_end(world: World) -> None:
    sofia, why = world.browser(world.sofia), {"reason": WHY}
    there = reverse("citizens:protect", args=[world.carla.uid])
    assert sofia.get(there).status_code == 200
    assert sofia.post(there, {"reason": "x"}).status_code == 422
    assert sofia.post(there, why).status_code == 302
    assert not sees(world.ana, world.carla)
    naming = reverse("citizens:name_officer", args=[world.carla.uid])
    assert sofia.post(naming, {"officer": world.bruno.user_id, **why}).status_code == 422
    assert sofia.post(naming, {"officer": world.ana.user_id, **why}).status_code == 302
    assert sees(world.ana, world.carla)
    with acting(world.sofia):
        held = Clearance.objects.get(user=world.ana.user_id)
    assert sofia.post(reverse("citizens:unname_officer", args=[held.uid])).status_code == 302
    assert not sees(world.ana, world.carla)
    with acting(world.sofia):
        own = Clearance.objects.get(user=world.sofia.user_id)
    assert sofia.post(reverse("citizens:unname_officer", args=[own.uid])).status_code == 422
    assert sofia.post(reverse("citizens:unprotect", args=[world.carla.uid]), {"reason": ""}).status_code == 422
    assert sofia.post(reverse("citizens:unprotect", args=[world.carla.uid]), why).status_code == 302
    assert sees(world.ana, world.carla)


def test_the_page_of_the_glass_says_what_happens_before_it_breaks(world: World) -> None:
    protect(world)
    code = contact(world).code
    ana, proof = world.browser(world.ana), {"id_kind": "cl.rut", "id_number": "12.345.678-5", "surname": "Soto", "birth": ""}
    told = ana.post(f"/@{code}/desk/people/identification/", proof).text
    assert "Registro protegido" in told
    assert "Sofía" in told
    assert "Carla" not in told
    before = ana.post("/desk/people/identification/glass/", proof)
    assert before.status_code == 200
    assert "se le avisa al instante" in before.text
    assert not sees(world.ana, world.carla)
    assert ana.post("/desk/people/identification/glass/", {**proof, "reason": "x"}).status_code == 422
    broken = ana.post("/desk/people/identification/glass/", {**proof, "reason": NOW})
    assert broken["Location"].endswith(f"/desk/people/{world.carla.uid}/")
    page = ana.get(broken["Location"]).text
    assert "Usted rompió el vidrio" in page
    assert ana.post(reverse("citizens:close_glass", args=[world.carla.uid])).status_code == 302
    assert ana.get(f"/desk/people/{world.carla.uid}/").status_code == 404


def test_nobody_links_themselves_to_a_protected_person_in_the_database(world: World) -> None:
    protect(world)
    with acting(world.bruno), connection.cursor() as cursor:
        cursor.execute("select czrm.link_citizen('cl.rut', '123456785', null, %s, 'x')", ["soto"])
        assert cursor.fetchone() == (None,)
        cursor.execute("select id from czrm.find_by_document(array['cl.rut'], array['123456785'], '', 10)")
        assert cursor.fetchall() == []
        assert not CitizenLink.objects.filter(citizen=world.carla).exists()


def test_reasons_are_kept_short_enough_to_be_kept() -> None:
    assert len(protection.insist_on_reason("why " * 200)) == 300


def test_no_two_fields_of_the_list_of_protected_people_are_of_one_label(world: World) -> None:
    protect(world)
    page = world.browser(world.sofia).get("/desk/people/protected/").content.decode()
    ids = re.findall(r' id="([^"]+)"', page)
    assert sorted(set(ids)) == sorted(ids)
    assert {f"of_{world.carla.pk}_reason", f"end_of_{world.carla.pk}_reason"} < set(ids)


def test_where_to_answer_a_protected_person_is_not_on_the_page_of_their_case(world: World) -> None:
    from cases.services import open_case

    opened = open_case(
        procedure=world.procedure,
        citizen=world.carla,
        title="Poste",
        channel="counter",
        reply_email="carla.soto@example.org",
        by=world.sofia,
    )
    address = reverse("cases:show", args=[opened.case.number])
    assert "carla.soto@example.org" in world.browser(world.sofia).get(address).content.decode()
    protect(world)
    assert "carla.soto@example.org" not in world.browser(world.sofia).get(address).content.decode()


def test_the_log_says_that_somebody_protected_was_looked_at_and_not_who(world: World) -> None:
    world.browser(world.ana).get(reverse("citizens:show", args=[world.carla.uid]))
    protect(world)
    log = world.browser(factories.clerk("Pablo", world.norte, "dpo")).get(reverse("institutions:access_log")).text
    assert "Persona protegida" in log
    assert "Carla Soto" not in log
