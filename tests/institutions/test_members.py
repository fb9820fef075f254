"""Who works here: invited, changed, deactivated; and the link by which they come."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client as Browser
from django.urls import reverse
from django.utils.timezone import now

from czrm.institutions import invitations
from czrm.institutions.models import Membership, Office, User
from czrm.institutions.services.members import (
    Invitee,
    accept_invitation,
    deactivate_member,
    edit_member,
    invite_member,
    reactivate_member,
    remind_member,
)
from czrm.kit.actor import Clerk, Machine, acting
from czrm.kit.refused import Refused
from czrm.trail.models import Event
from tests import factories
from tests.world import World

PASSWORD = "cuatro palabras bien largas"


def membership(of: Clerk) -> Membership:
    return Membership.objects.get(user=of.user_id, institution=of.institution_id)


def invitee(email: str = "Nuria@Example.org", *roles: str) -> Invitee:
    return Invitee(email, "Nuria", "Vidal", list(roles or ["officer"]), post="Informadora")


def path(member: Membership) -> str:
    return "/" + invitations.link(member).split("/", 3)[3]


def accept(browser: Browser, member: Membership, password: str = PASSWORD) -> int:
    answer = browser.post(path(member), {"given": "Nuria", "surname": "Vidal", "password": password, "again": password})
    return answer.status_code


def kinds(world: World) -> list[str]:
    with acting(world.alma):
        return list(Event.objects.order_by("id").values_list("kind", flat=True))


def test_an_invited_person_chooses_a_password_and_works(world: World) -> None:
    member = invite_member(invitee(), by=world.alma)
    assert (member.active, member.user.email, member.user.has_usable_password()) == (False, "nuria@example.org", False)
    browser = Browser()
    assert "Municipalidad de Norte" in browser.get(path(member)).content.decode()
    assert accept(browser, member) == 302
    member.refresh_from_db()
    member.user.refresh_from_db()
    assert (member.active, member.invited_at, member.user.check_password(PASSWORD)) == (True, None, True)
    assert kinds(world) == ["member.invited", "member.joined"]


def test_the_link_counts_once(world: World) -> None:
    member = invite_member(invitee(), by=world.alma)
    link = path(member)
    assert accept(Browser(), member) == 302
    assert Browser().get(link).status_code == 410
    assert (
        Browser()
        .post(link, {"given": "X", "surname": "Y", "password": "otra clave muy larga", "again": "otra clave muy larga"})
        .status_code
        == 410
    )
    assert User.objects.get(email="nuria@example.org").check_password(PASSWORD)


def test_two_who_open_the_link_at_once_do_not_both_get_in(world: World) -> None:
    member = invite_member(invitee(), by=world.alma)
    second = Membership.objects.get(pk=member.pk)
    door = Machine("invitation", world.norte.pk)
    accept_invitation(member, given="N", surname="V", password=PASSWORD, by=door)
    with pytest.raises(Refused) as refused:
        accept_invitation(second, given="Z", surname="Z", password="la de otra persona", by=door)
    assert refused.value.code == "invitation_over"


def test_the_link_lives_seven_days_and_a_newer_one_ends_it(world: World) -> None:
    member = invite_member(invitee(), by=world.alma)
    old = path(member)
    with time_machine.travel(now() + timedelta(days=8), tick=True):
        assert Browser().get(old).status_code == 410
    with time_machine.travel(now() + timedelta(days=6), tick=True):
        assert Browser().get(old).status_code == 200
        renewed = remind_member(member, by=world.alma)
        assert Browser().get(old).status_code == 410
        assert Browser().get(path(renewed)).status_code == 200


@pytest.mark.parametrize("token", ["x", "WyJhIl0:1u:z", "%00"])
def test_a_made_up_link_opens_nothing(world: World, token: str) -> None:
    assert Browser().get(f"/desk/invitation/{token}/").status_code == 410


def test_a_withdrawn_invitation_opens_nothing(world: World) -> None:
    member = invite_member(invitee(), by=world.alma)
    link = path(member)
    deactivate_member(member, by=world.alma)
    assert Browser().get(link).status_code == 410
    with pytest.raises(Refused):
        remind_member(member, by=world.alma)


def test_a_weak_or_different_password_stays_on_the_form(world: World) -> None:
    member = invite_member(invitee(), by=world.alma)
    assert accept(Browser(), member, "corta") == 422
    answer = Browser().post(path(member), {"given": "N", "surname": "V", "password": PASSWORD, "again": "otra muy distinta"})
    assert answer.status_code == 422
    member.refresh_from_db()
    assert not member.active


def test_who_already_has_an_account_joins_at_once(world: World) -> None:
    user = User.objects.get(pk=world.bruno.user_id)
    user.set_password(PASSWORD)
    user.save()
    member = invite_member(invitee("BRUNO@example.org"), by=world.alma)
    assert (member.active, member.user) == (True, user)
    with acting(world.alma):
        invitations.send(Event.objects.get(kind="member.invited"))
    assert mail.outbox[0].to == ["bruno@example.org"]
    assert "invitation" not in mail.outbox[0].body


def test_the_letter_holds_the_link_and_the_event_does_not(world: World) -> None:
    member = invite_member(invitee(), by=world.alma)
    with acting(world.alma):
        event = Event.objects.get(kind="member.invited")
        invitations.send(event)
    assert event.data == {"roles": ["officer"], "joined": False}
    assert invitations.link(member) in mail.outbox[0].body


def test_an_invitation_that_was_withdrawn_meanwhile_sends_no_letter(world: World) -> None:
    member = invite_member(invitee(), by=world.alma)
    deactivate_member(member, by=world.alma)
    with acting(world.alma):
        invitations.send(Event.objects.get(kind="member.invited"))
    assert not mail.outbox


def test_nobody_is_invited_twice_nor_as_what_does_not_exist(world: World) -> None:
    invite_member(invitee(), by=world.alma)
    with pytest.raises(Refused) as refused:
        invite_member(invitee(), by=world.alma)
    assert refused.value.code == "already_member"
    for roles in (["operator"], ["king"], []):
        with pytest.raises(Refused):
            invite_member(Invitee("x@example.org", "X", "Y", roles), by=world.alma)
    assert not User.objects.filter(email="x@example.org").exists()


def test_roles_post_and_teams_change(world: World) -> None:
    member = edit_member(membership(world.ana), changes={"roles": ["supervisor"], "post": "Jefa", "teams": [world.team]}, by=world.alma)
    with acting(world.alma):
        assert (member.roles, member.post, list(member.teams.all())) == (["supervisor"], "Jefa", [world.team])
        assert Event.objects.get(kind="member.edited").data == {"fields": ["roles", "post", "teams"], "roles": ["supervisor"]}


def test_a_team_of_another_institution_is_left_out(world: World) -> None:
    with acting(Machine("test", world.sur.pk)):
        office = Office.objects.create(institution=world.sur, name="Sur")
    with pytest.raises(Refused):
        edit_member(membership(world.ana), changes={"office": office}, by=world.alma)


def test_the_last_administrator_cannot_be_removed_in_any_way(world: World) -> None:
    alma = membership(world.alma)
    machine = Machine("test", world.norte.pk)
    for deed in (
        lambda: edit_member(alma, changes={"roles": ["officer"]}, by=world.alma),
        lambda: deactivate_member(alma, by=machine),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.code == "last_administrator"
    edit_member(membership(world.sofia), changes={"roles": ["supervisor", "administrator"]}, by=world.alma)
    assert edit_member(alma, changes={"roles": ["officer"]}, by=world.alma).roles == ["officer"]


def test_an_administrator_who_is_only_invited_does_not_count(world: World) -> None:
    invite_member(invitee("otra@example.org", "administrator"), by=world.alma)
    with pytest.raises(Refused) as refused:
        edit_member(membership(world.alma), changes={"roles": ["officer"]}, by=world.alma)
    assert refused.value.code == "last_administrator"


def test_nobody_deactivates_themselves(world: World) -> None:
    factories.clerk("Aldo", world.norte, "administrator")
    with pytest.raises(Refused) as refused:
        deactivate_member(membership(world.alma), by=world.alma)
    assert refused.value.code == "yourself"


def test_who_comes_back_works_again_and_who_never_came_is_invited_again(world: World) -> None:
    ana = User.objects.get(pk=world.ana.user_id)
    ana.set_password(PASSWORD)
    ana.save()
    deactivate_member(membership(world.ana), by=world.alma)
    assert reactivate_member(membership(world.ana), by=world.alma).active
    with pytest.raises(Refused):
        reactivate_member(membership(world.ana), by=world.alma)
    never = invite_member(invitee(), by=world.alma)
    deactivate_member(never, by=world.alma)
    assert reactivate_member(never, by=world.alma).invited_at is not None


def test_only_whoever_may_and_only_ones_own_people(world: World) -> None:
    ana, bruno = membership(world.ana), membership(world.bruno)
    for by in (world.ana, world.sofia, world.pablo):
        with pytest.raises(PermissionDenied):
            invite_member(invitee(), by=by)
        with pytest.raises(PermissionDenied):
            deactivate_member(ana, by=by)
    for deed in (edit_member, deactivate_member, reactivate_member, remind_member):
        with pytest.raises(Membership.DoesNotExist):
            deed(bruno, by=world.alma, **({"changes": {"post": "X"}} if deed is edit_member else {}))


def test_access_ends_at_the_next_request_of_a_live_session(world: World) -> None:
    ana, alma = world.browser(world.ana), world.browser(world.alma)
    home = reverse("institutions:home")
    assert ana.get(home).status_code == 200
    member = membership(world.ana)
    assert alma.post(reverse("institutions:member_deactivate", args=[member.uid])).status_code == 302
    answer = ana.get(home)
    assert (answer.status_code, answer.url) == (302, reverse("institutions:choose"))
    assert ana.get(answer.url).templates[0].name == "institutions/nowhere.html"
    assert alma.post(reverse("institutions:member_reactivate", args=[member.uid])).status_code == 302


def test_a_role_taken_away_counts_at_the_next_request(world: World) -> None:
    sofia = world.browser(world.sofia)
    edit_member(membership(world.sofia), changes={"roles": ["administrator"]}, by=world.alma)
    assert sofia.get(reverse("institutions:members")).status_code == 200
    edit_member(membership(world.sofia), changes={"roles": ["supervisor"]}, by=world.alma)
    assert sofia.get(reverse("institutions:members")).status_code == 403


def test_the_invitation_page_shows_the_link_once_where_no_mail_goes_out(world: World) -> None:
    browser = world.browser(world.alma)
    data = {"email": "nuria@example.org", "given": "Nuria", "surname": "Vidal", "roles": ["officer"]}
    assert browser.post(reverse("institutions:invite"), data).status_code == 302
    assert "/desk/invitation/" in browser.get(reverse("institutions:members")).content.decode()
    assert "/desk/invitation/" not in browser.get(reverse("institutions:members")).content.decode()
    again = browser.post(reverse("institutions:invite"), data)
    assert again.status_code == 422
    assert "Vidal" in again.content.decode()


def test_who_accepts_at_somebody_elses_desk_ends_that_session(world: World) -> None:
    member = invite_member(invitee(), by=world.alma)
    browser = world.browser(world.alma)
    assert accept(browser, member) == 302
    assert isinstance(browser.get("/accounts/login/").wsgi_request.user, AnonymousUser)
