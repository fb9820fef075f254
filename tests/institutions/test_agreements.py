"""The life of an agreement: drawn up, approved by a person of each side, in force, suspended, resumed, revoked, over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, connection, transaction
from django.utils.timezone import now

from cases.models import Case
from czrm.institutions import definers
from czrm.institutions.models import Agreement
from czrm.institutions.openings import procedures_of
from czrm.institutions.services.agreements import (
    Terms,
    approve_agreement,
    draft_agreement,
    edit_agreement,
    resume_agreement,
    revoke_agreement,
    suspend_agreement,
)
from czrm.institutions.standing import standing
from czrm.kit.actor import Clerk, acting
from czrm.kit.refused import Refused
from czrm.trail.models import Event
from tests import factories
from tests.world import World, machine


@pytest.fixture
def berta(world: World) -> Clerk:
    """Who watches over data protection in Sur."""
    return factories.clerk("Berta", world.sur, "dpo")


def terms(world: World, **changes: Any) -> Terms:
    at = now()
    facts = {
        "title": "Ayudas", "purpose": world.purpose, "scopes": ["case", "income"], "legal_basis": "Ley 1, art. 2",
        "valid_from": at - timedelta(days=1), "valid_to": at + timedelta(days=90),
    }  # fmt: skip
    return Terms(**(facts | changes))


def drafted(world: World, **changes: Any) -> Agreement:
    """Norte wants to read what Sur holds."""
    return draft_agreement(provider=world.sur, consumer=world.norte, terms=terms(world, **changes), by=world.pablo)


def signed(world: World, berta: Clerk, **changes: Any) -> Agreement:
    made = drafted(world, **changes)
    approve_agreement(made, seen=1, by=world.pablo)
    return approve_agreement(made, seen=1, by=berta)


def shown(world: World) -> int:
    with acting(replace(world.ana, purpose_id=world.purpose.pk)):
        return Case.objects.exclude(institution=world.norte).count()


def refused(code: str, deed: Any) -> None:
    with pytest.raises(Refused) as no:
        deed()
    assert no.value.code == code


def test_a_draft_opens_nothing_and_says_who_drew_it_up(world: World):
    assert world.case_of_sur
    made = drafted(world)
    assert (made.status, made.drafted_by, made.edition, made.scopes) == ("draft", "Pablo", 1, ["income", "case"])
    assert standing(made).key == "draft"
    assert shown(world) == 0
    with acting(world.pablo):
        assert Event.objects.get(kind="agreement.drafted").data == {"title": "Ayudas"}


def test_one_person_of_each_side_puts_it_in_force_and_it_shows_at_once(world: World, berta: Clerk):
    assert world.case_of_sur
    made = drafted(world)
    assert shown(world) == 0  # and is remembered for seconds
    made = approve_agreement(made, seen=1, by=berta)
    assert (made.status, standing(made).key) == ("draft", "waiting")
    assert shown(world) == 0
    made = approve_agreement(made, seen=1, by=world.alma)
    assert (made.status, standing(made).key) == ("in_force", "in_force")
    assert (made.provider_approved_by, made.consumer_approved_by) == (berta.user_id, world.alma.user_id)
    assert made.provider_approved_at is not None
    assert shown(world) == 1
    with acting(world.alma):
        assert Event.objects.get(kind="agreement.approved").data == {"in_force": True}


def test_one_person_on_both_sides_is_one_person(world: World, berta: Clerk):
    from czrm.institutions.models import User

    both = factories.clerk("Berta", world.norte, "dpo", who=User.objects.get(pk=berta.user_id))
    made = drafted(world)
    approve_agreement(made, seen=1, by=berta)
    refused("agreement.same_person", lambda: approve_agreement(made, seen=1, by=both))
    assert approve_agreement(made, seen=1, by=world.pablo).status == "in_force"


def test_nobody_approves_twice_nor_what_they_have_not_read(world: World, berta: Clerk):
    made = drafted(world)
    approve_agreement(made, seen=1, by=world.pablo)
    refused("agreement.same_person", lambda: approve_agreement(made, seen=1, by=world.pablo))
    made = edit_agreement(made, seen=1, terms=terms(world, scopes=["health"]), by=world.pablo)
    assert (made.edition, made.scopes, made.consumer_approved_by, made.consumer_approved_at) == (2, ["health"], None, None)
    refused("agreement.changed", lambda: approve_agreement(made, seen=1, by=berta))
    refused("agreement.changed", lambda: edit_agreement(made, seen=1, terms=terms(world), by=world.alma))
    assert approve_agreement(made, seen=2, by=berta).status == "draft"


def test_saving_a_draft_as_it_is_keeps_its_approvals(world: World, berta: Clerk):
    said = terms(world)
    made = draft_agreement(provider=world.sur, consumer=world.norte, terms=said, by=world.pablo)
    approve_agreement(made, seen=1, by=berta)
    assert edit_agreement(made, seen=1, terms=said, by=world.pablo).provider_approved_by == berta.user_id


def test_what_is_signed_is_not_changed(world: World, berta: Clerk):
    made = signed(world, berta)
    refused("agreement.not_draft", lambda: edit_agreement(made, seen=1, terms=terms(world, scopes=["health"]), by=world.pablo))
    refused("agreement.not_draft", lambda: approve_agreement(made, seen=1, by=world.alma))
    with acting(world.pablo):
        assert definers.edit(made.pk, 1, {}) is None
        for deed in (lambda: Agreement.objects.filter(pk=made.pk).update(scopes=["health"]), lambda: made.save(update_fields=["valid_to"])):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                deed()
        assert Agreement.objects.filter(pk=made.pk).delete()[0] == 0
        assert Agreement.objects.filter(pk=made.pk).exists()


def test_suspended_it_closes_at_once_and_only_who_suspended_resumes(world: World, berta: Clerk):
    assert world.case_of_sur
    made = signed(world, berta)
    assert shown(world) == 1
    made = suspend_agreement(made, reason="Revisión", by=berta)
    assert (made.status, made.reason, standing(made).key) == ("suspended", "Revisión", "suspended")
    assert "Sur" in standing(made).words
    assert shown(world) == 0
    refused("agreement.not_suspended", lambda: resume_agreement(made, by=world.pablo))
    refused("agreement.suspended", lambda: suspend_agreement(made, reason="Otra", by=berta))
    made = suspend_agreement(made, reason="Nosotros también", by=world.pablo)
    assert resume_agreement(made, by=berta).status == "suspended"
    assert shown(world) == 0
    made = resume_agreement(made, by=world.pablo)
    assert (made.status, made.reason) == ("in_force", "")
    assert shown(world) == 1


@pytest.mark.parametrize("side", ["the provider", "the consumer"])
def test_either_side_revokes_for_good(world: World, berta: Clerk, side: str):
    assert world.case_of_sur
    by = berta if side == "the provider" else world.pablo
    made = revoke_agreement(signed(world, berta), reason="Ya no hace falta", by=by)
    assert (made.status, standing(made).key) == ("revoked", "revoked")
    assert made.revoked_at is not None
    assert shown(world) == 0
    refused("agreement.not_in_force", lambda: suspend_agreement(made, reason="x", by=berta))
    refused("agreement.not_in_force", lambda: revoke_agreement(made, reason="x", by=berta))
    refused("agreement.not_suspended", lambda: resume_agreement(made, by=berta))
    with acting(by):
        assert Event.objects.get(kind="agreement.revoked").data == {"reason": "Ya no hace falta"}


def test_a_draft_is_withdrawn_and_cannot_be_suspended(world: World, berta: Clerk):
    made = drafted(world)
    refused("agreement.not_in_force", lambda: suspend_agreement(made, reason="x", by=berta))
    made = revoke_agreement(made, reason="Mejor otro", by=berta)
    assert standing(made).key == "withdrawn"
    refused("agreement.not_draft", lambda: approve_agreement(made, seen=1, by=berta))


def test_a_reason_is_asked_for(world: World, berta: Clerk):
    made = signed(world, berta)
    for deed in (suspend_agreement, revoke_agreement):
        refused("invalid_reason", lambda deed=deed: deed(made, reason="  ", by=berta))


def test_it_is_over_when_its_term_is(world: World, berta: Clerk):
    made = signed(world, berta)
    assert [standing(made, at).key for at in (made.valid_from - timedelta(1), made.valid_to - timedelta(29), made.valid_to)] == [
        "later",
        "soon",
        "lapsed",
    ]
    assert standing(drafted(world), made.valid_to + timedelta(1)).key == "stale"


@pytest.mark.parametrize(("changes", "code"), [
    ({"scopes": []}, "invalid_scopes"), ({"scopes": ["note"]}, "invalid_scopes"), ({"scopes": ["access"]}, "invalid_scopes"),
    ({"legal_basis": " "}, "invalid_legal_basis"), ({"valid_to": now() - timedelta(hours=1)}, "invalid_term"),
    ({"valid_from": now() + timedelta(days=200)}, "invalid_term"), ({"procedures": ["none-such"]}, "invalid_procedures"),
])  # fmt: skip
def test_what_cannot_be_agreed_is_refused(world: World, changes: dict[str, Any], code: str):
    refused(code, lambda: drafted(world, **changes))


def test_procedures_are_of_the_provider_and_limit_cases_only(world: World):
    theirs, ours = world.procedure_of_sur.slug, world.procedure.slug
    assert procedures_of(drafted(world, procedures=[theirs]).procedures) == {theirs}
    refused("invalid_procedures", lambda: drafted(world, procedures=[ours]))
    refused("invalid_procedures", lambda: drafted(world, procedures=[theirs], scopes=["income"]))


@pytest.mark.parametrize(("codes", "slugs"), [
    ([], None), (["*"], None), (["cases.*"], None), (["cases.see"], None), (["cases.see:a", "cases.see:b"], {"a", "b"}),
    (["cases.open:a"], set()), (["cases.see:a", "cases.*"], None), (["cases.see:"], set()), (["nonsense"], set()),
])  # fmt: skip
def test_an_act_code_names_a_procedure_and_what_is_not_understood_opens_none(codes: list[str], slugs: set[str] | None):
    assert procedures_of(codes) == slugs


def test_an_agreement_is_between_ones_own_institution_and_another_body(world: World):
    este, fuera = factories.institution("Este", "ES"), factories.institution("Fuera", "FU", kind="outside")
    for provider, consumer in ((world.sur, este), (world.norte, world.norte), (fuera, world.norte)):
        refused(
            "invalid_parties", lambda p=provider, c=consumer: draft_agreement(provider=p, consumer=c, terms=terms(world), by=world.pablo)
        )


def test_others_find_nothing_to_approve_or_to_stop(world: World, berta: Clerk):
    made = drafted(world)
    stranger = factories.clerk("Extraña", factories.institution("Este", "ES"), "dpo")
    for deed in (
        lambda: approve_agreement(made, seen=1, by=stranger), lambda: revoke_agreement(made, reason="x", by=stranger),
        lambda: suspend_agreement(made, reason="x", by=stranger), lambda: resume_agreement(made, by=stranger),
        lambda: edit_agreement(made, seen=1, terms=terms(world), by=stranger),
    ):  # fmt: skip
        with pytest.raises(Agreement.DoesNotExist):
            deed()
    with acting(stranger):
        assert definers.history(made.pk) == []


def test_officers_do_not_make_agreements_and_no_machine_approves(world: World, berta: Clerk):
    for somebody in (world.ana, world.sofia):
        with pytest.raises(PermissionDenied):
            draft_agreement(provider=world.sur, consumer=world.norte, terms=terms(world), by=somebody)
    with pytest.raises(PermissionDenied):
        approve_agreement(drafted(world), seen=1, by=machine(world.sur))


def test_both_sides_read_the_history_of_both(world: World, berta: Clerk):
    made = signed(world, berta)
    suspend_agreement(made, reason="Revisión", by=berta)
    told = {}
    for reader in (world.pablo, berta):
        with acting(reader):
            told[reader.name] = [(deed.kind, deed.by, deed.institution_id) for deed in definers.history(made.pk)]
    assert told["Pablo"] == told["Berta"]
    assert told["Pablo"] == [
        ("agreement.drafted", "Pablo", world.norte.pk), ("agreement.approved", "Pablo", world.norte.pk),
        ("agreement.approved", "Berta", world.sur.pk), ("agreement.suspended", "Berta", world.sur.pk),
    ]  # fmt: skip


def test_the_functions_alone_hold_the_same_rules(world: World, berta: Clerk):
    """As if no service stood before them."""
    made = drafted(world)
    with acting(berta), connection.cursor() as cursor:
        cursor.execute("select czrm.end_agreement(%s, 'suspended')", [made.pk])
        assert cursor.fetchone() == ("draft",)
        cursor.execute("select czrm.approve_agreement(%s, 7)", [made.pk])
        cursor.execute("select czrm.resume_agreement(%s)", [made.pk])
    with acting(berta):
        made = Agreement.objects.get(pk=made.pk)
    assert (made.status, made.provider_approved_by) == ("draft", None)
    made = revoke_agreement(signed(world, berta), reason="x", by=berta)
    with acting(berta), connection.cursor() as cursor:
        for sentence in (
            "select czrm.resume_agreement(%s)",
            "select czrm.end_agreement(%s, 'suspended')",
            "select czrm.approve_agreement(%s)",
        ):
            cursor.execute(sentence, [made.pk])
            assert cursor.fetchone() == ("revoked",)
