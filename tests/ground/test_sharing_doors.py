"""Each category alone, on every door: what an agreement opens is shown and nothing else, and it closes at the next request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from czrm.institutions import definers
from czrm.institutions.models import Agreement
from czrm.institutions.services.agreements import revoke_agreement, suspend_agreement
from czrm.kit import near
from czrm.kit.actor import acting
from czrm.trail.models import AccessEntry
from tests import factories
from tests.world import World

from .sharing import CATEGORIES, DOORS, SCOPES, Owned, Viewer, as_owner_become_application, hold, mark, viewer

# Where each category shows when the person is known to both: nowhere else.
FACTS = {"page", "facts panel", "API person", "manager", "database"}
PLACES = {
    "citizen": set(),
    "case": {"page", "cases panel", "cases", "documents", "API list", "API case"},
    "event": {"page", "timeline panel"},
    "interaction": {"page", "timeline panel"},
    "notice": {"page", "timeline panel"},
    **dict.fromkeys(CATEGORIES, FACTS),
}  # fmt: skip


@pytest.fixture
def scene(db: None, settings: Any, tmp_path: Any) -> Iterator[Scene]:
    settings.MEDIA_ROOT = tmp_path
    with as_owner_become_application() as owned:
        yield Scene(owned)


class Scene:
    """Norte and Sur know Carla; Sur has a row of every category of her, and Norte asks at each door."""

    def __init__(self, owned: Owned) -> None:
        self.owned, self.world = owned, World()
        self.dpo = factories.clerk("Berta", self.world.sur, "dpo")
        self.rows = [hold(self.world.sur, self.world.carla, self.world.purpose, self.world.bruno.user_id)]

    def norte(self, *, purpose: bool = True) -> Viewer:
        return viewer(self.world.norte, self.world.purpose if purpose else None, f"Nora {purpose}")

    def shown(self, by: Viewer, doors: Any = DOORS) -> set[tuple[str, str]]:
        """Which categories of Sur's which door shows of Carla."""
        found = set()
        for door in doors:
            said = DOORS[door](by, self.world.carla, self.rows)
            found |= {(door, scope) for scope in SCOPES if mark(scope, self.world.sur, self.world.carla) in said}
        return found


@pytest.mark.slow
def test_each_category_alone_opens_itself_and_where_it_shows(scene: Scene):
    by = scene.norte()
    assert scene.shown(by) == set()
    for scope in SCOPES:
        made = scene.world.agreement(scope)
        near.forget_all()
        expected = {(door, scope) for door in PLACES[scope]}
        assert scene.shown(by) == expected, scope
        revoke_agreement(made, reason="next", by=scene.dpo)


@pytest.mark.slow
def test_everything_together_shows_on_every_door(scene: Scene):
    scene.world.agreement(*SCOPES)
    shown = scene.shown(scene.norte())
    both = {("cases", "event"), ("timeline panel", "case")}  # a case tells its events, and an event names its case
    assert shown == {(door, scope) for scope, doors in PLACES.items() for door in doors} | both
    quiet = {door for door in DOORS if not any(door == one for one, _scope in shown)}
    assert quiet == {"search", "list, for the export"}  # the first knows names only, the second what is one's own


@pytest.mark.slow
def test_without_a_purpose_or_with_another_nothing_of_others(scene: Scene):
    scene.world.agreement(*SCOPES)
    assert scene.shown(scene.norte(purpose=False)) == set()
    other = viewer(scene.world.norte, factories.purpose("health"), "Otra")
    assert scene.shown(other) == set()


ENDS: dict[str, Callable[[Scene, Agreement], object]] = {
    "suspended by who gives": lambda scene, made: suspend_agreement(made, reason="x", by=scene.dpo),
    "suspended by who reads": lambda scene, made: suspend_agreement(made, reason="x", by=scene.world.pablo),
    "revoked": lambda scene, made: revoke_agreement(made, reason="x", by=scene.dpo),
    "over": lambda scene, made: scene.owned.lapse(made.pk),
}


@pytest.mark.slow
@pytest.mark.parametrize("how", ENDS)
def test_it_closes_at_the_next_request_on_every_door(scene: Scene, how: str):
    """In the middle of a session, with all that is remembered for seconds still remembered."""
    made, by = scene.world.agreement(*SCOPES), scene.norte()
    before = scene.shown(by)
    assert {door for door, _scope in before} == set(DOORS) - {"search", "list, for the export"}
    ENDS[how](scene, made)
    assert scene.shown(by) == set()


@pytest.mark.slow
def test_somebody_only_sur_knows_is_found_and_opened_by_the_agreement_and_no_longer(scene: Scene):
    dario, by = scene.world.dario, scene.norte()
    doors = ("search", "page")

    def seen() -> list[bool]:
        return [dario.name in DOORS[door](by, dario, []) for door in doors]

    assert seen() == [False, False]
    made = scene.world.agreement("citizen")
    near.forget_all()
    assert seen() == [True, True]
    revoke_agreement(made, reason="x", by=scene.dpo)
    assert seen() == [False, False]


@pytest.mark.slow
def test_every_look_at_sur_s_rows_names_sur_and_the_category(scene: Scene):
    """The register of transfers and the citizen's own page are made of these lines."""
    made, by = scene.world.agreement(*SCOPES), scene.norte()
    scene.shown(by)
    with acting(replace(by.clerk, purpose_id=None)):
        looks = AccessEntry.objects.filter(owners=[scene.world.sur.pk])
        assert {category for look in looks for category in look.categories} == set(SCOPES) - {"citizen"}
        assert {look.purpose_id for look in looks} == {scene.world.purpose.pk}
    with acting(scene.dpo):
        [use] = definers.usage(made.pk)
    assert set(use.categories) == set(SCOPES) - {"citizen"}
    assert use.people == 1


@pytest.mark.slow
def test_who_is_seen_only_by_an_agreement_is_written_down_with_who_knows_them(scene: Scene):
    scene.world.agreement("citizen")
    by = scene.norte()
    for door in ("search", "page"):
        DOORS[door](by, scene.world.dario, [])
    by.get("/desk/")  # the list that stood is written down
    with acting(replace(by.clerk, purpose_id=None)):
        looks = AccessEntry.objects.filter(citizen_id=scene.world.dario.pk, owners=[scene.world.sur.pk], categories__contains=["citizen"])
        assert "citizen.see" in {look.verb for look in looks}
