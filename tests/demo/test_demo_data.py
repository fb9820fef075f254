"""`demo_data`: fills an empty installation once, in a demonstration only."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client as Browser
from django.test import override_settings

from cases.models import Case, Document
from channels.models import Contact, Notice
from citizens.models import Citizen
from czrm.institutions import demo
from czrm.institutions.models import Client, Institution, User
from czrm.kit import near
from czrm.kit.actor import Machine, acting
from czrm.trail import outbox
from czrm.trail.models import Event

pytestmark = pytest.mark.django_db
SMALL = {"year_of_cases": 60, "people": 60, "verbosity": 0}


@pytest.fixture(scope="module")
def sample(django_db_setup, django_db_blocker, tmp_path_factory):
    """Loaded once for all scenes of this file: each undoes what it did, and the end undoes the sample."""
    demonstration = override_settings(DEMO=True, MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with django_db_blocker.unblock(), demonstration, transaction.atomic():
        call_command("demo_data", stdout=StringIO(), **SMALL)
        yield
        transaction.set_rollback(True)
    near.forget_all()


@pytest.fixture
def loaded(sample, db):
    return Institution.objects.get(slug="valle-sereno"), Institution.objects.get(slug="los-aromos")


def test_it_loads_two_municipalities_that_do_not_see_each_other(loaded):
    norte, sur = loaded
    for body, other in ((norte, sur), (sur, norte)):
        with acting(Machine("test", body.pk)):
            assert Case.objects.count() > 50
            assert Contact.objects.count() > 50
            assert Citizen.objects.count() > 20
            assert not Case.objects.filter(institution=other).exists()


def test_a_second_time_it_changes_nothing_or_says_so(loaded):
    with acting(Machine("test", loaded[0].pk)):
        before = Case.objects.count(), Event.objects.count()
        call_command("demo_data", if_empty=True, **SMALL)
        assert (Case.objects.count(), Event.objects.count()) == before
    with pytest.raises(CommandError, match="there is data already"):
        call_command("demo_data", **SMALL)


def test_the_past_sends_nothing_and_the_present_does(loaded):
    with acting(Machine("test", loaded[0].pk)):
        waiting = Event.objects.filter(dispatched_at=None)
        assert 0 < waiting.count() < 20
        assert not Notice.objects.filter(status=Notice.Status.WAITING).exists()
        sent = Notice.objects.count()
    outbox.dispatch()
    with acting(Machine("test", loaded[0].pk)):
        assert Notice.objects.count() > sent
        assert not waiting.all().exists()


def test_history_is_told_in_its_order(loaded):
    with acting(Machine("test", loaded[0].pk)):
        past = list(Event.objects.exclude(dispatched_at=None).filter(case_id__isnull=False).order_by("id").values_list("at", flat=True))
        assert past == sorted(past)
        numbers = list(Case.objects.filter(source="demo").order_by("opened_at").values_list("number", flat=True))
        serials = [int(number.split("-")[2]) for number in numbers]
        assert serials == sorted(serials)


def test_every_account_can_log_in_with_the_password_shown(loaded):
    people = [(email, password) for _role, email, password, _may in demo.accounts() if "@" in email]
    assert len(people) == 9
    for email, password in people:
        assert User.objects.get(email=email).check_password(password)
    assert not User.objects.get(email="hector.olivares@example.org").has_usable_password()


def test_the_agency_has_its_system_and_the_citizen_her_key(loaded):
    shown = {row[1]: row[2] for row in demo.accounts()}
    assert Client.objects.get(client_id=demo.CLIENT_ID).host == loaded[0]
    number = demo.followed()
    assert shown[number] == demo.TRACKING_KEY
    answer = Browser().post("/portal/valle-sereno/track/", {"number": number, "key": demo.TRACKING_KEY})
    assert answer.status_code == 302
    assert number in answer.url


def test_ana_finds_work_due_late_and_waiting(loaded):
    ana = User.objects.get(email="ana@example.org")
    with acting(Machine("test", loaded[0].pk)):
        mine = Case.objects.open().filter(assignee=ana)
        assert mine.count() >= 12
        assert {"received", "in_progress", "waiting_citizen"} <= set(mine.values_list("status", flat=True))
        assert mine.filter(due_at__lt=Event.objects.latest("at").at).exists()


def test_the_scenes_have_their_papers(loaded):
    with acting(Machine("test", loaded[0].pk)):
        case = Case.objects.get(external_id=demo.FOLLOWED)
        assert {document.kind for document in case.documents.all()} == {Document.Kind.ATTACHMENT, Document.Kind.RECEIPT}
        assert all(document.file.storage.exists(document.file.name) for document in case.documents.all())
