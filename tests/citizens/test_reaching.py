"""The ways to reach somebody: what they are for, how they are proved, and who may change them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.utils.timezone import now
from hypothesis import given
from hypothesis import strategies as st

from channels import codes as carried
from channels.models import Notice
from citizens import codes, reach, services
from citizens.models import Citizen, ContactCode, ContactPoint
from citizens.services import contact_codes
from citizens.services.contact_points import current, history
from czrm.kit.actor import acting
from czrm.kit.refused import Refused
from czrm.trail import outbox
from czrm.trail.models import Event
from tests import factories
from tests.factories import machine
from tests.world import World

MOBILE, LANDLINE = "+56990124417", "+56228000000"


@pytest.fixture
def texts(settings) -> None:
    settings.SMS_URL = "https+json://:token@sms.example.org/send"


@pytest.fixture
def email(world: World) -> ContactPoint:
    return services.add_contact_point(world.carla, kind="email", value="carla@example.org", by=world.ana)


def now_of(world: World, point: ContactPoint) -> ContactPoint:
    with acting(world.ana):
        return ContactPoint.objects.get(pk=point.pk)


def live_code(world: World, point: ContactPoint) -> str:
    with acting(machine(world.norte)):
        row = ContactCode.objects.filter(point=point).latest("pk")
        return codes.code_of(row.point_id, row.use, row.expires_at)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def kinds(world: World) -> list[str]:
    with acting(world.ana):
        return list(Event.objects.filter(citizen_id=world.carla.pk).order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize(
    ("kind", "value", "texts", "ways"),
    [
        ("email", "a@example.org", False, ("code",)), ("phone", MOBILE, True, ("code", "document")), ("phone", MOBILE, False, ("document",)),
        ("phone", LANDLINE, True, ("document",)), ("address", "Los Tilos 240", True, ("document",)),
    ],
)  # fmt: skip
def test_each_kind_is_proved_in_its_ways(kind, value, texts, ways):
    assert reach.ways_to_prove(kind, value, texts=texts) == ways


@pytest.mark.parametrize(
    ("number", "takes"),
    [(MOBILE, True), (LANDLINE, False), ("+34912345678", False), ("+34612345678", True), ("+34806123456", False), ("x", False)],
)
def test_short_messages_go_to_mobiles_and_never_to_paid_lines(number, takes):
    assert reach.takes_texts(number) is takes


@given(st.integers(1, 2**40), st.text(max_size=12))
def test_only_the_six_digits_of_that_point_match(point, typed):
    code = codes.code_of(point, "verify", now())
    assert codes.matches(point, f" {code[:3]} {code[3:]} ", codes.digest_of(point, code))
    digits = "".join(char for char in typed if char.isascii() and char.isdigit())
    assert codes.matches(point, typed, codes.digest_of(point, code)) == (digits == code)
    assert not codes.matches(point + 1, code, codes.digest_of(point, code))


def test_a_code_that_is_read_aloud_verifies_and_the_event_says_how(world: World, email: ContactPoint):
    services.send_contact_code(email, by=world.ana)
    assert services.check_contact_code(email, live_code(world, email), by=world.ana) == contact_codes.Checked(right=True)
    point = now_of(world, email)
    assert (point.verified_how, point.verified_by) == ("code", world.ana.name)
    assert point.verified_at is not None
    assert kinds(world)[-2:] == ["citizen.contact_point_added", "citizen.contact_point_verified"]


def test_a_wrong_code_is_counted_and_after_five_the_right_one_serves_no_more(world: World, email: ContactPoint):
    services.send_contact_code(email, by=world.ana)
    right = live_code(world, email)
    left = [services.check_contact_code(email, wrong(right), by=world.ana).left for _time in range(5)]
    assert left == [4, 3, 2, 1, 0]
    assert not services.check_contact_code(email, right, by=world.ana).right
    assert now_of(world, email).verified_at is None


def test_a_code_serves_for_ten_minutes_and_once(world: World, email: ContactPoint):
    services.send_contact_code(email, by=world.ana)
    code = live_code(world, email)
    with time_machine.travel(now() + timedelta(minutes=11)):
        assert not services.check_contact_code(email, code, by=world.ana).right
    assert services.check_contact_code(email, code, by=world.ana).right
    assert not services.check_contact_code(email, code, by=world.ana).right


def test_another_code_waits_a_minute_and_makes_the_one_before_worth_nothing(world: World, email: ContactPoint):
    services.send_contact_code(email, by=world.ana)
    first = live_code(world, email)
    with pytest.raises(Refused, match=r".") as refused:
        services.send_contact_code(email, by=world.ana)
    assert refused.value.code == "code_too_soon"
    with time_machine.travel(now() + timedelta(seconds=61)):
        services.send_contact_code(email, by=world.ana)
        assert live_code(world, email) != first
        assert not services.check_contact_code(email, first, by=world.ana).right


def test_codes_to_one_person_and_by_one_officer_have_a_limit(world: World, email: ContactPoint, monkeypatch):
    start = now()
    for minutes in range(contact_codes.MOST_A_CITIZEN):
        with time_machine.travel(start + timedelta(minutes=2 * minutes)):
            services.send_contact_code(email, by=world.ana)
    with time_machine.travel(start + timedelta(minutes=20)), pytest.raises(Refused) as refused:
        services.send_contact_code(email, by=world.sofia)
    assert refused.value.code == "codes_of_person"
    other = factories.citizen("Luis", "Vera", "", world.norte)
    theirs = services.add_contact_point(other, kind="email", value="luis@example.org", by=world.ana)
    monkeypatch.setattr(contact_codes, "MOST_AN_OFFICER", contact_codes.MOST_A_CITIZEN)
    with time_machine.travel(start + timedelta(minutes=20)):
        with pytest.raises(Refused) as refused:
            services.send_contact_code(theirs, by=world.ana)
        assert refused.value.code == "codes_of_officer"
        services.send_contact_code(theirs, by=world.sofia)


def test_the_code_goes_by_the_outbox_to_the_point_and_stands_nowhere(world: World, email: ContactPoint):
    services.send_contact_code(email, by=world.ana)
    while outbox.dispatch():
        pass
    code = live_code(world, email)
    with acting(world.ana):
        letter = Notice.objects.get(kind="contact.code")
        everything = f"{list(Notice.objects.values())}{list(ContactCode.objects.values())}{list(Event.objects.values())}"
    assert (letter.channel, letter.recipient) == ("email", "carla@example.org")
    assert code not in everything
    with acting(machine(world.norte)):
        assert code in carried.filled(letter)


def test_to_a_mobile_the_code_goes_as_a_short_message_where_they_go_out(world: World, texts):
    phone = services.add_contact_point(world.carla, kind="phone", value=MOBILE, by=world.ana)
    services.send_contact_code(phone, by=world.ana)
    while outbox.dispatch():
        pass
    with acting(world.ana):
        letter = Notice.objects.get(kind="contact.code")
    assert (letter.channel, letter.recipient) == ("sms", MOBILE)
    assert "Carla" not in letter.body


def test_without_a_way_out_no_code_is_sent_to_a_phone(world: World):
    phone = services.add_contact_point(world.carla, kind="phone", value=MOBILE, by=world.ana)
    with pytest.raises(Refused) as refused:
        services.send_contact_code(phone, by=world.ana)
    assert refused.value.code == "no_code_there"
    assert services.verify_contact_point(phone, how="document", by=world.ana).verified_how == "document"


def test_an_e_mail_is_not_proved_by_a_paper(world: World, email: ContactPoint):
    with pytest.raises(Refused) as refused:
        services.verify_contact_point(email, how="document", by=world.ana)
    assert refused.value.code == "invalid_proof"


def test_what_it_is_for_is_changed_and_only_one_of_a_kind_comes_first(world: World, email: ContactPoint):
    second = services.add_contact_point(world.carla, kind="email", value="c2@example.org", by=world.ana)
    change = {"purpose": "work", "shared": True, "until": now() + timedelta(days=30), "by": world.ana}
    services.edit_contact_point(email, preferred=True, **change)
    services.edit_contact_point(second, preferred=True, **change)
    assert [now_of(world, one).preferred for one in (email, second)] == [False, True]
    with acting(world.ana):
        said = Event.objects.filter(kind="citizen.contact_point_edited").latest("pk").data
    assert said["changed"] == ["purpose", "shared", "preferred", "valid_until"]
    with pytest.raises(Refused):
        services.edit_contact_point(email, **change | {"purpose": "spam", "preferred": False})
    with pytest.raises(Refused):
        services.edit_contact_point(email, **change | {"until": now() - timedelta(days=1), "preferred": False})


def test_what_is_over_is_not_changed_verified_or_written_to(world: World, email: ContactPoint):
    services.send_contact_code(email, by=world.ana)
    code = live_code(world, email)
    services.retire_contact_point(email, why="wrong", by=world.ana)
    with pytest.raises(Refused) as refused:
        services.check_contact_code(email, code, by=world.ana)
    assert refused.value.code == "contact_point_over"
    with acting(world.ana):
        assert current(world.carla, by=world.ana, anew=True) == []
        points, told = history(world.carla)
    assert [point.pk for point in points] == [email.pk]
    assert [event.data.get("why") for event in told[email.pk]] == ["wrong", None]
    again = services.add_contact_point(world.carla, kind="email", value="carla@example.org", by=world.ana)
    assert again.pk != email.pk


@pytest.mark.parametrize("state", ["deceased", "blocked"])
def test_of_who_is_gone_or_blocked_nothing_is_verified(world: World, email: ContactPoint, state):
    services.correct_citizen(world.carla, changes={"state": state}, reason="test", by=world.ana)
    for deed in (
        lambda: services.send_contact_code(email, by=world.ana),
        lambda: services.edit_contact_point(email, purpose="", shared=True, preferred=False, until=None, by=world.ana),
    ):
        with pytest.raises(Refused):
            deed()


def test_another_institution_s_is_read_by_an_agreement_and_never_touched(world: World):
    theirs = services.add_contact_point(world.carla, kind="email", value="sur@example.org", by=world.bruno)
    world.agreement("contact", "citizen")
    ana = replace(world.ana, purpose_id=world.purpose.pk)
    with acting(ana):
        assert theirs in current(world.carla, by=ana)
    for deed in (
        lambda: services.send_contact_code(theirs, by=ana),
        lambda: services.check_contact_code(theirs, "123456", by=ana),
        lambda: services.edit_contact_point(theirs, purpose="", shared=True, preferred=False, until=None, by=ana),
        lambda: services.retire_contact_point(theirs, by=ana),
    ):
        with pytest.raises(ObjectDoesNotExist):
            deed()


def test_who_may_not_is_refused(world: World, email: ContactPoint):
    for deed in (
        lambda: services.send_contact_code(email, by=world.pablo),
        lambda: services.check_contact_code(email, "1", by=world.pablo),
        lambda: services.verify_contact_point(email, how="code", by=world.pablo),
    ):
        with pytest.raises(PermissionDenied):
            deed()


def test_others_of_this_institution_with_the_same_are_counted_and_those_of_others_not(world: World, email: ContactPoint):
    luis = factories.citizen("Luis", "Vera", "", world.norte)
    services.add_contact_point(luis, kind="email", value="carla@example.org", by=world.ana)
    services.add_contact_point(world.dario, kind="email", value="carla@example.org", by=world.bruno)
    with acting(world.ana):
        [point] = current(world.carla, by=world.ana)
    assert point.others == 1


def test_an_e_mail_is_the_same_in_other_capitals(world: World, email: ContactPoint):
    people = [factories.citizen(name, "Vera", f"PA{name}00", world.norte, kind="passport") for name in ("Luis", "Rosa", "Eva")]
    for person, value in zip(people, ("Carla@Example.org", "CARLA@example.org", "carla.soto@example.org"), strict=True):
        services.add_contact_point(person, kind="email", value=value, by=world.ana)
    services.add_contact_point(world.dario, kind="email", value="Carla@example.org", by=world.bruno)
    with acting(world.ana):
        assert [point.others for point in current(world.carla, by=world.ana)] == [2]
        assert [point.others for point in current(people[0], by=world.ana)] == [2]
        assert [point.others for point in current(people[2], by=world.ana)] == [0]


HTMX = {"HX-Request": "true"}


def at(point: ContactPoint, what: str = "") -> str:
    return f"/desk/people/contact-points/{point.uid}/{what}"


def test_at_the_desk_a_point_is_added_changed_verified_by_code_and_retired(world: World):
    ana, home = world.browser(world.ana), f"/desk/people/{world.carla.uid}/contact-points/"
    assert 'name="value"' in ana.get(f"{home}new/", headers=HTMX).text
    added = ana.post(f"{home}new/", {"kind": "email", "value": "Nueva@Example.org", "purpose": "work"}, headers=HTMX)
    assert (added.status_code, added["HX-Retarget"]) == (200, "#reach")
    assert "Nueva@example.org" in added.text
    assert ana.post(f"{home}new/", {"kind": "phone", "value": "abc"}, headers=HTMX).status_code == 422
    with acting(world.ana):
        point = ContactPoint.objects.get(value="Nueva@example.org")
    assert ana.post(at(point), {"purpose": "home", "shared": "on", "until": "31/12/2099"}, headers=HTMX).status_code == 200
    asked = ana.post(at(point, "verification/"), {"how": "code"}, headers=HTMX)
    code = live_code(world, point)
    assert code not in asked.text
    assert "contact-points" in ana.get(at(point, "verification/"), headers=HTMX).text
    bad = ana.post(at(point, "code/"), {"code": wrong(code)}, headers=HTMX)
    assert (bad.status_code, "4" in re.sub(r"\D", "", bad.text)) == (200, True)
    assert now_of(world, point).verified_at is None
    assert ana.post(at(point, "code/"), {"code": code}, headers=HTMX)["HX-Retarget"] == "#reach"
    verified = now_of(world, point)
    assert (verified.verified_how, verified.shared, verified.purpose) == ("code", True, "home")
    assert ana.post(at(point, "retirement/"), {"why": "asked"}, headers=HTMX).status_code == 200
    page = ana.get(f"{home}history/").text
    assert "Nueva@example.org" in page
    assert "Nueva@example.org" not in ana.get(home, headers=HTMX).text


def test_no_short_messages_no_offer_and_the_dialog_says_why(world: World):
    phone = services.add_contact_point(world.carla, kind="phone", value=MOBILE, by=world.ana)
    page = world.browser(world.ana).get(at(phone, "verification/"), headers=HTMX).text
    assert 'value="code"' not in page
    assert "mensajes de texto" in page or "short messages" in page


@pytest.mark.parametrize("what", ["", "retirement/", "verification/"])
def test_another_institution_s_point_has_no_dialog(world: World, what):
    theirs = services.add_contact_point(world.carla, kind="email", value="sur@example.org", by=world.bruno)
    assert world.browser(world.ana).get(at(theirs, what), headers=HTMX).status_code == 404


def test_the_panel_masks_what_is_of_a_protected_person(world: World, email: ContactPoint):
    with acting(world.ana):
        person = Citizen.objects.get(pk=world.carla.pk)
    assert "carla@example.org" in world.browser(world.ana).get(f"/desk/people/{person.uid}/contact-points/").text
