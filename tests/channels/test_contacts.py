"""A contact gives its purpose while it lasts, and to nobody else."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from channels import links
from channels.errands import errand_of
from channels.models import Contact, ContactQuestion
from channels.opened import opened_in
from channels.services import add_question, close_contact, close_question, note_contact
from channels.services.contacts import mark
from czrm.kit.actor import acting
from czrm.kit.refused import Refused
from czrm.trail.access import looked
from czrm.trail.models import Event
from tests.factories import citizen, machine
from tests.world import World

from .scenes import contact, during


def closed(world: World, one: Contact, **fields):
    return close_contact(one, **{"result": "Respondida", "notes": "", "answered": None, "by": world.ana} | fields)


@pytest.fixture(autouse=True)
def in_spanish(settings, monkeypatch):
    from channels import defaults

    monkeypatch.setattr(defaults, "RESULTS", ("Respondida", "Caso abierto"))


def test_ana_starts_a_contact_and_the_trail_says_so(world: World):
    one = contact(world, phone="+56912345678")
    assert (one.channel, one.user_id, one.ended_at, len(one.code)) == ("phone", world.ana.user_id, None, 8)
    with acting(world.ana):
        event = Event.objects.get(kind="contact.started")
    assert (event.contact_id, event.data["purpose"]) == (one.pk, world.purpose.code)


def test_a_channel_of_nobody_is_refused(world: World):
    with pytest.raises(Refused, match="canales"):
        contact(world, channel="pigeon")


def test_a_machine_cannot_meet_anybody(world: World):
    with pytest.raises(PermissionDenied):
        contact(world, by=machine(world.norte))


def test_a_citizen_only_sur_knows_cannot_be_taken_into_a_contact_of_norte(world: World):
    with pytest.raises(world.dario.DoesNotExist):
        contact(world, citizen=world.dario)


def test_the_code_stands_for_the_contact_only_for_its_officer_and_only_while_it_lasts(world: World, django_assert_num_queries):
    one = contact(world)
    with django_assert_num_queries(1):
        errand = errand_of(one.code, world.ana)
    assert errand is not None
    assert (errand.contact_id, errand.purpose_id, errand.code) == (one.pk, world.purpose.pk, one.code)
    assert errand_of(one.code, world.sofia) is None  # a colleague
    assert errand_of(one.code, world.bruno) is None  # another institution
    assert errand_of("nosuchcd", world.ana) is None
    closed(world, one)
    assert errand_of(one.code, world.ana) is None


def test_what_is_asked_on_the_phone_came_by_phone(world: World):
    address = links.inside(contact(world, channel="phone").code, "cases:new")
    page = world.browser(world.ana).get(address, {"procedure": world.procedure.uid})
    assert page.context["form"]["channel"].initial == "phone"


def test_closing_keeps_result_person_and_cases(world: World):
    one = contact(world)
    done = closed(world, one, notes="Preguntó por su luminaria", answered=True, citizen=world.carla, cases=[world.case_of_norte])
    assert (done.result, done.answered, done.citizen, done.notes) == ("Respondida", True, world.carla, "Preguntó por su luminaria")
    assert done.ended_at is not None
    with acting(world.ana):
        event = Event.objects.get(kind="contact.closed")
        assert ContactQuestion.objects.get().case == world.case_of_norte
    assert (event.citizen_id, event.contact_id, event.data["cases"]) == (world.carla.pk, one.pk, [world.case_of_norte.number])


def test_a_contact_closes_once_with_a_result_that_exists(world: World):
    one = contact(world)
    with pytest.raises(Refused) as refused:
        closed(world, one, result="Volando")
    assert refused.value.code == "invalid_result"
    closed(world, one)
    with pytest.raises(Refused) as refused:
        closed(world, one)
    assert refused.value.code == "contact_closed"


def test_a_colleague_cannot_close_it_and_bruno_cannot_find_it(world: World):
    one = contact(world)
    with pytest.raises(Refused) as refused:
        closed(world, one, by=world.sofia)
    assert refused.value.code == "contact_of_another"
    with pytest.raises(Contact.DoesNotExist):
        closed(world, one, by=world.bruno)


def test_two_tabs_do_not_undo_each_others_notes(world: World):
    one = contact(world)
    empty = mark("")
    note_contact(one, notes="desde la primera", before=empty, by=world.ana)
    with pytest.raises(Refused) as refused:
        note_contact(one, notes="desde la segunda", before=empty, by=world.ana)
    assert refused.value.code == "changed_meanwhile"
    note_contact(one, notes="desde la primera, más", before=mark("desde la primera"), by=world.ana)
    with acting(world.ana):
        assert Contact.objects.get().notes == "desde la primera, más"


def test_notes_and_questions_of_a_closed_contact_stay_as_they_were(world: World):
    one = contact(world)
    closed(world, one, notes="fin")
    for deed in (lambda: note_contact(one, notes="otra", by=world.ana), lambda: add_question(one, text="¿y?", by=world.ana)):
        with pytest.raises(Refused):
            deed()
    with pytest.raises(Contact.DoesNotExist):
        note_contact(one, notes="x", by=world.bruno)


def test_each_question_is_closed_on_its_own_and_all_with_the_contact(world: World):
    one = contact(world)
    first, second = add_question(one, text="¿Cuándo vienen?", by=world.ana), add_question(one, text="¿Cuánto cuesta?", by=world.ana)
    assert close_question(first, by=world.ana).closed_at is not None
    assert close_question(first, by=world.ana).closed_at is None
    with pytest.raises(Refused):
        add_question(one, text="  ", by=world.ana)
    with pytest.raises(Refused):
        close_question(second, by=world.sofia)
    closed(world, one)
    with acting(world.ana):
        assert not ContactQuestion.objects.filter(closed_at=None).exists()


def test_what_was_opened_is_offered_the_person_of_the_case_first(world: World):
    one, other = contact(world), contact(world)
    eva = citizen("Eva", "Paz", "22222222-2", world.norte)
    ana = during(one, world.ana)
    with acting(ana):
        looked(world.carla, "citizen.see", by=ana)
        looked(world.case_of_norte, "case.see", by=ana)
        looked(eva, "citizen.see", by=ana)
    with acting(during(other, world.ana)) as elsewhere:
        looked(eva, "citizen.see", by=elsewhere)
    with acting(ana):
        opened = opened_in(one)
        assert [person.pk for person in opened.citizens] == [eva.pk, world.carla.pk]
        assert opened.cases == [world.case_of_norte]
        assert opened.about == world.carla
        assert [person.pk for person in opened_in(other).citizens] == [eva.pk]
