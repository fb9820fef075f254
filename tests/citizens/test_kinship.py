"""Who is what to whom, read from either side; and what the state of a record forbids."""

from __future__ import annotations

import pytest

from citizens import kinship, states
from citizens.models import Citizen, Relationship
from czrm.kit.refused import Refused


def test_every_relationship_has_an_inverse_a_name_and_a_place():
    assert set(kinship.INVERSE) == set(kinship.ROLES) == set(Relationship.Kind.values)
    assert sorted(role for _group, _words, roles in kinship.GROUPS for role in roles) == sorted(kinship.ROLES)
    assert all(kinship.INVERSE[kinship.INVERSE[kind]] == kind for kind in kinship.INVERSE)


@pytest.mark.parametrize("kind", sorted(kinship.INVERSE))
@pytest.mark.parametrize("citizen", Citizen.Kind.values)
@pytest.mark.parametrize("other", Citizen.Kind.values)
def test_what_fits_from_one_side_fits_from_the_other(kind, citizen, other):
    assert kinship.fits(kind, citizen, other) == kinship.fits(kinship.INVERSE[kind], other, citizen)


def test_an_organisation_has_no_family_and_employs_people():
    assert {role for role, _words in kinship.roles_for("organisation")} == {"worker", "owner", "owned"}
    assert {"worker", "owner"} & {role for role, _words in kinship.roles_for("person")} == {"worker"}
    assert {"spouse", "employer", "owned"} <= {role for role, _words in kinship.roles_for("person")}


@pytest.mark.parametrize(
    ("state", "what", "forbidden"),
    [
        ("active", states.REACH, False), ("deceased", states.REACH, True), ("deceased", states.NOTICE, True), ("deceased", states.STATE, False),
        ("dissolved", states.NOTICE, True), ("blocked", states.STATE, True), ("blocked", states.CASE, True), ("protected", states.REACH, False),
    ],
)  # fmt: skip
def test_what_a_state_forbids(state, what, forbidden):
    assert states.forbids(state, what) == forbidden
    if forbidden:
        with pytest.raises(Refused):
            states.insist(state, what)
    else:
        states.insist(state, what)


def test_every_state_but_the_usual_is_explained():
    assert set(states.TOLD) == set(Citizen.State.values) - {"active"}
    assert set(states.WORDS) == set(states.FORBIDS)
