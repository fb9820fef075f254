"""Which role opens which page: a table, walked for everybody."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client as Browser
from django.urls import reverse
from django.utils.translation import gettext, override

from czrm.institutions.models import Membership, Team, User
from czrm.institutions.services.profile import edit_profile
from czrm.kit.actor import Clerk, Machine, acting
from czrm.trail.models import Event
from tests import factories
from tests.world import World

EVERYBODY = {"officer", "supervisor", "administrator", "dpo", "auditor", "operator"}
ADMINISTRATOR, OPERATOR, REVIEWERS, KEEPERS = {"administrator"}, {"operator"}, {"dpo", "auditor"}, {"administrator", "operator"}
PAGES = {
    "home": EVERYBODY, "profile": EVERYBODY, "access_own": EVERYBODY, "access_log": REVIEWERS, "access_export": REVIEWERS,
    "administration": ADMINISTRATOR, "institution": ADMINISTRATOR, "color_sample": ADMINISTRATOR, "offices": ADMINISTRATOR,
    "office_new": ADMINISTRATOR, "team_new": ADMINISTRATOR, "clients": ADMINISTRATOR, "client_new": ADMINISTRATOR,
    "members": KEEPERS, "invite": KEEPERS, "platform": OPERATOR, "institution_new": OPERATOR,
    "purposes": OPERATOR, "purpose_new": OPERATOR,
    "agreements": {"supervisor", "administrator", "dpo", "auditor"}, "agreement_new": {"administrator", "dpo"},
    "transfers": {"administrator", "dpo", "auditor"}, "transfers_export": {"administrator", "dpo", "auditor"},
}  # fmt: skip
OPEN = {"theme", "logo", "choose", "second_factor", "invitation", "language"}


def member(world: World, role: str) -> Clerk:
    of = factories.platform() if role == "operator" else world.norte
    return factories.clerk("Todos", of, role)


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_each_role_opens_its_pages_and_no_others(world: World, role: str) -> None:
    browser = world.browser(member(world, role))
    got = {name: browser.get(reverse(f"institutions:{name}")).status_code for name in PAGES}
    assert got == {name: 200 if role in roles else 403 for name, roles in PAGES.items()}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_nobody_gets_in_from_outside(world: World, name: str) -> None:
    address = reverse(f"institutions:{name}")
    assert Browser().get(address).url.startswith("/accounts/login/")
    assert world.browser(world.visitor).get(address).url == reverse("institutions:choose")


def objects_of_sur(world: World) -> dict[str, object]:
    with acting(Machine("test", world.sur.pk)):
        team = Team.objects.create(institution=world.sur, name="Sur")
    bruno = Membership.objects.get(user=world.bruno.user_id)
    return {
        "team": team.uid,
        "member": bruno.uid,
        "member_deactivate": bruno.uid,
        "member_reactivate": bruno.uid,
        "member_remind": bruno.uid,
    }


def test_the_administrator_of_norte_finds_nothing_of_sur(world: World) -> None:
    browser = world.browser(world.alma)
    for name, uid in objects_of_sur(world).items():
        address = reverse(f"institutions:{name}", args=[uid])
        ask: Callable[..., object] = browser.get if name in ("team", "member") else browser.post
        assert ask(address).status_code == 404, name  # type: ignore[attr-defined]
    assert "Bruno" not in browser.get(reverse("institutions:members")).content.decode()


def test_what_changes_something_is_never_done_by_looking(world: World) -> None:
    ana = Membership.objects.get(user=world.ana.user_id)
    browser = world.browser(world.alma)
    for name in ("member_deactivate", "member_reactivate", "member_remind"):
        assert browser.get(reverse(f"institutions:{name}", args=[ana.uid])).status_code == 405


def test_every_address_of_this_floor_is_in_a_table(world: World) -> None:
    from czrm.institutions.urls import urlpatterns

    with_keys = {
        "office", "team", "member", "member_deactivate", "member_reactivate", "member_remind", "client_revoke", "institution_place",
        "institution_deactivate", "institution_reactivate", "logo_change", "agreement", "agreement_edit", "agreement_approve",
        "agreement_suspend", "agreement_resume", "agreement_revoke", "purpose",
    }  # fmt: skip
    assert {pattern.name for pattern in urlpatterns} == set(PAGES) | OPEN | with_keys


def test_the_first_page_tells_each_role_what_to_do(world: World) -> None:
    telling = {
        "officer": reverse("channels:start"), "supervisor": "?tab=unassigned", "administrator": reverse("institutions:invite"),
        "dpo": "refused=on", "auditor": "unexplained=on",
    }  # fmt: skip
    for role, words in telling.items():
        page = world.browser(factories.clerk(role.title(), world.norte, role)).get(reverse("institutions:home")).content.decode()
        assert words in page, role


def test_the_checklist_crosses_out_what_is_done(world: World) -> None:
    from czrm.institutions import checklist

    with acting(world.alma):
        before = {step.url for step in checklist.steps(world.norte) if step.done}
        assert reverse("institutions:offices") not in before
    assert world.team
    with acting(world.alma):
        assert sum(step.done for step in checklist.steps(world.norte)) > len(before)


def test_members_change_their_own_profile_only(world: World) -> None:
    me, other = User.objects.get(pk=world.ana.user_id), User.objects.get(pk=world.sofia.user_id)
    edit_profile(me, changes={"first_name": "Anita", "is_superuser": True}, by=world.ana)
    me.refresh_from_db()
    assert (me.first_name, me.is_superuser) == ("Anita", False)
    with acting(world.ana):
        assert Event.objects.get(kind="profile.edited").data == {"fields": ["first_name"]}
    with pytest.raises(User.DoesNotExist):
        edit_profile(other, changes={"first_name": "X"}, by=world.ana)
    with pytest.raises(PermissionDenied):
        edit_profile(me, changes={"first_name": "X"}, by=Clerk("x", world.norte.pk, me.pk))


@pytest.mark.parametrize(
    ("page", "place"),
    [
        ("institutions:home", "institutions:home"), ("institutions:offices", "institutions:administration"),
        ("cases:calendars", "institutions:administration"), ("channels:texts", "institutions:administration"), ("institutions:profile", None),
    ],
)  # fmt: skip
def test_the_rail_marks_the_place_one_is_in(world: World, page: str, place: str | None) -> None:
    rail = world.browser(world.alma).get(reverse(page)).context["rail"]
    assert [item["url"] for item in rail if item["current"]] == ([reverse(place)] if place else [])


def test_the_summary_of_mistakes_says_of_which_field_each_is(world: World) -> None:
    page = world.browser(world.alma).post(reverse("institutions:invite"), {"given": "Nora"})
    assert page.status_code == 422
    with override("es"):
        assert f'<a href="#id_surname">{gettext("Surnames")}: ' in page.text
    assert '<a href="#id_given">' not in page.text
