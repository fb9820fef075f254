"""Facts: stated by each institution for itself, verified, taken back; and what others know better."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from citizens import services
from citizens.models import Citizen, Fact
from citizens.services import record
from czrm.kit import near
from czrm.kit.actor import Actor, Clerk, acting
from czrm.kit.refused import Refused
from tests import factories
from tests.world import World

from .conftest import events, refused

JOB: dict[str, Any] = {"attribute": "occupation", "value": "Profesora", "origin": "citizen"}


def state(citizen: Citizen, by: Actor, **what: Any) -> Fact:
    return services.state_fact(citizen, **JOB | what, by=by)


def values(citizen: Citizen, by: Actor) -> dict[str, list[str]]:
    """By attribute, the best first."""
    with acting(by):
        found = record.facts_of(Citizen.objects.get(pk=citizen.pk), by=by, anew=True)
    return {line.definition.code: [fact.value for fact in line.facts] for _category, lines in found.sections for line in lines}


def better(citizen: Citizen, by: Actor) -> set[str]:
    with acting(by):
        return set(record.dealings(citizen, by=by, anew=True).elsewhere)


def for_purpose(clerk: Clerk, world: World) -> Clerk:
    return replace(clerk, purpose_id=world.purpose.pk)


def test_a_fact_is_stated_with_its_source_and_said_without_its_value(world: World):
    fact = state(world.carla, world.ana, evidence="Contrato", observed_on=date(2026, 1, 5))
    assert (fact.category, fact.value, fact.institution_id, fact.by) == ("work", "Profesora", world.norte.pk, "Ana")
    assert events(world.ana) == ["citizen.fact_stated"]
    with acting(world.ana):
        from czrm.trail.models import Event

        told = Event.objects.get()
        assert (told.citizen_id, told.data, told.public) == (world.carla.pk, {}, False)


def test_stating_anew_retires_one_s_own_word_and_never_another_s(world: World):
    first = state(world.carla, world.ana)
    theirs = state(world.carla, world.bruno, value="Enfermera")
    again = state(world.carla, world.ana, value="Directora")
    with acting(world.ana):
        first.refresh_from_db()
        assert (first.retired_at is not None, first.value) == (True, "Profesora")
        assert Fact.objects.get(retired_at=None) == again
    with acting(world.bruno):
        assert Fact.objects.get() == theirs
        assert Fact.objects.get().retired_at is None


def test_the_same_value_again_keeps_its_verification_and_another_does_not(world: World):
    services.verify_fact(state(world.carla, world.ana), how="original", by=world.ana)
    assert state(world.carla, world.ana).verified_how == "original"
    assert state(world.carla, world.ana, value="Directora").verified_at is None


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"attribute": "shoe_size"}, "invalid_attribute"), ({"attribute": "turnover", "value": "5"}, "invalid_attribute"),
        ({"value": " "}, "invalid_value"), ({"attribute": "marital_status", "value": "happy"}, "invalid_value"),
        ({"origin": "rumour"}, "invalid_origin"), ({"verified_how": "hearsay"}, "invalid_origin"),
        ({"observed_on": localdate() + timedelta(days=2)}, "invalid_day"),
    ],
)  # fmt: skip
def test_a_statement_against_a_rule_is_refused(world: World, what: dict[str, Any], code: str):
    with refused(code):
        state(world.carla, world.ana, **what)
    assert values(world.carla, world.ana) == {}


def test_of_somebody_norte_does_not_attend_it_states_nothing(world: World):
    with refused("not_attended"):
        state(world.dario, world.ana)
    world.agreement("citizen", "work")
    with refused("not_attended"):
        state(world.dario, for_purpose(world.ana, world))


def test_who_has_no_verb_states_nothing(world: World):
    with pytest.raises(PermissionDenied):
        state(world.carla, world.alma)


def test_a_fact_is_taken_back_with_a_reason_and_stays_in_the_history(world: World):
    fact = state(world.carla, world.ana)
    with refused("reason_missing"):
        services.retire_fact(fact, reason=" ", by=world.ana)
    services.retire_fact(fact, reason="Wrong person", by=world.ana)
    assert values(world.carla, world.ana) == {}
    with acting(world.ana):
        assert Fact.objects.get().retired_why == "Wrong person"
    assert events(world.ana)[-1] == "citizen.fact_retired"
    with refused("fact_retired"):
        services.verify_fact(fact, how="original", by=world.ana)


def test_a_fact_is_verified_once_and_how(world: World):
    fact = state(world.carla, world.ana)
    with refused("invalid_proof"):
        services.verify_fact(fact, how="", by=world.ana)
    services.verify_fact(fact, how="register", by=world.ana)
    services.verify_fact(fact, how="original", by=world.ana)
    with acting(world.ana):
        assert Fact.objects.get().verified_how == "register"
    assert events(world.ana).count("citizen.fact_verified") == 1


@pytest.mark.parametrize("deed", [
    lambda fact, by: services.retire_fact(fact, reason="x", by=by), lambda fact, by: services.verify_fact(fact, how="original", by=by),
])  # fmt: skip
def test_another_institution_s_word_is_not_there_to_be_changed_even_where_it_may_be_read(world: World, deed: Any):
    fact = state(world.carla, world.bruno)
    world.agreement("citizen", "work")
    with pytest.raises(Fact.DoesNotExist):
        deed(fact, for_purpose(world.ana, world))


def test_the_database_keeps_one_word_of_each_institution(world: World):
    fact = state(world.carla, world.ana)
    with pytest.raises(IntegrityError), acting(world.ana), transaction.atomic():
        Fact.objects.create(
            institution_id=fact.institution_id, citizen=world.carla, category="work", attribute="occupation", value="b", by="x"
        )


def test_what_is_shown_is_verified_first_and_of_what_the_viewer_may_see(world: World):
    state(world.carla, world.ana, observed_on=date(2026, 5, 1))
    state(world.carla, world.bruno, value="Enfermera", observed_on=date(2020, 1, 1), origin="document", verified_how="original")
    assert values(world.carla, world.ana) == {"occupation": ["Profesora"]}
    assert values(world.carla, for_purpose(world.ana, world)) == {"occupation": ["Profesora"]}
    world.agreement("citizen", "work")
    near.forget_all()
    assert values(world.carla, world.ana) == {"occupation": ["Profesora"]}
    assert values(world.carla, for_purpose(world.ana, world)) == {"occupation": ["Enfermera", "Profesora"]}


@pytest.mark.parametrize("opened", ["work", "income"])
def test_an_agreement_opens_its_category_alone(world: World, opened: str):
    state(world.carla, world.bruno)
    state(world.carla, world.bruno, attribute="monthly_income", value="900000")
    world.agreement("citizen", opened)
    codes = {"work": "occupation", "income": "monthly_income"}
    assert set(values(world.carla, for_purpose(world.ana, world))) - better(world.carla, for_purpose(world.ana, world)) == {codes[opened]}


def test_a_better_value_elsewhere_is_told_as_nothing_but_that(world: World):
    assert better(world.carla, world.ana) == set()
    state(world.carla, world.bruno, observed_on=date(2026, 3, 1))
    assert better(world.carla, world.ana) == {"occupation"}  # nothing is known here
    assert values(world.carla, world.ana) == {"occupation": []}
    state(world.carla, world.ana, observed_on=date(2026, 2, 1))
    assert better(world.carla, world.ana) == {"occupation"}  # a more recent one
    state(world.carla, world.ana, observed_on=date(2026, 3, 1))
    assert better(world.carla, world.ana) == set()
    state(world.carla, world.bruno, observed_on=date(2020, 3, 1), verified_how="register")
    assert better(world.carla, world.ana) == {"occupation"}  # a verified one


def test_it_is_not_told_whether_a_guessed_value_is_right(world: World):
    state(world.carla, world.bruno, observed_on=date(2026, 3, 1))
    for guess in ("Profesora", "Enfermera"):
        state(world.carla, world.ana, value=guess, observed_on=date(2026, 1, 1))
        assert better(world.carla, world.ana) == {"occupation"}


def test_once_an_agreement_opens_it_there_is_nothing_better_elsewhere(world: World):
    state(world.carla, world.bruno)
    world.agreement("citizen", "work")
    assert better(world.carla, for_purpose(world.ana, world)) == set()
    assert better(world.carla, world.ana) == {"occupation"}  # without the purpose it is closed


def test_of_strangers_and_of_protected_people_nothing_is_told(world: World):
    state(world.dario, world.bruno)
    state(world.carla, world.bruno)
    with acting(world.ana):
        dario = Citizen(pk=world.dario.pk)
        assert record.dealings(dario, by=world.ana).elsewhere == frozenset()
    factories.protected(world.carla, world.sofia, world.ana)
    assert better(world.carla, world.ana) == set()


def test_that_somebody_has_a_disability_record_elsewhere_is_not_told_but_that_one_s_own_is_old_is(world: World):
    state(world.carla, world.bruno, attribute="disability", value="yes", observed_on=date(2026, 3, 1))
    assert better(world.carla, world.ana) == set()
    state(world.carla, world.ana, attribute="disability", value="no", observed_on=date(2020, 1, 1))
    assert better(world.carla, world.ana) == {"disability"}


def test_an_institution_s_own_attributes_do_not_tell_whose_they_are(world: World):
    bruna = factories.clerk("Bruna", world.sur, "administrator")
    made = services.create_attribute(facts={"label": "Socio del riego", "category": "work", "kind": "text"}, by=bruna)
    state(world.carla, world.bruno, attribute=made.code, value="77")
    assert better(world.carla, world.ana) == set()
    assert values(world.carla, world.bruno) == {"socio-del-riego": ["77"]}
    with pytest.raises(Refused):
        state(world.carla, world.ana, attribute=made.code, value="77")


def test_a_protected_person_s_address_is_not_in_their_record(world: World):
    state(world.carla, world.ana, attribute="residence", value="Calle Uno 1")
    state(world.carla, world.ana)
    factories.protected(world.carla, world.sofia, world.ana)
    with acting(world.ana):
        found = record.facts_of(Citizen.objects.get(pk=world.carla.pk), by=world.ana)
    assert {line.definition.code for _category, lines in found.sections for line in lines} == {"occupation"}


def test_of_a_blocked_record_nothing_is_stated_until_its_state_is_corrected(world: World):
    fact = state(world.carla, world.ana)
    services.correct_citizen(world.carla, changes={"state": "blocked"}, reason="Asked to", by=world.ana)
    for deed in (
        lambda: state(world.carla, world.ana, value="x"), lambda: services.retire_fact(fact, reason="x", by=world.ana),
        lambda: services.verify_fact(fact, how="original", by=world.ana),
        lambda: services.add_contact_point(world.carla, kind="phone", value="912345678", by=world.ana),
        lambda: services.correct_citizen(world.carla, changes={"given": "Karla"}, reason="x", by=world.ana),
    ):  # fmt: skip
        with refused("citizen_blocked"):
            deed()
    services.correct_citizen(world.carla, changes={"state": "active"}, reason="Over", by=world.ana)
    state(world.carla, world.ana, value="x")


def test_no_new_way_to_reach_the_dead_is_added(world: World):
    services.correct_citizen(world.carla, changes={"state": "deceased"}, reason="Certificate", by=world.ana)
    with refused("citizen_deceased"):
        services.add_contact_point(world.carla, kind="phone", value="912345678", by=world.ana)
    state(world.carla, world.ana)
