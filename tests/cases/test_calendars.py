"""When the institution works, and which open cases that moves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.timezone import now

from cases import redating, terms
from cases.models import Calendar, Case, ClosedDay, Extension, Procedure
from cases.models.calendar import office_hours
from cases.services import close_day, decide_case, edit_calendar, open_day, start_case
from cases.tasks import redate
from czrm.institutions.models import Institution
from czrm.kit.actor import acting
from czrm.kit.refused import Refused
from czrm.trail import outbox
from czrm.trail.models import Event
from tests import factories
from tests.factories import machine
from tests.world import World

FACTS = {
    "name": "Municipio", "country": "CL", "region": "RM", "time_zone": "America/Santiago", "shifts": office_hours(), "default": True,
}  # fmt: skip
OPENED = datetime(2026, 11, 2, 14, tzinfo=UTC)  # a Monday
DUE = date(2026, 11, 9)  # five working days later
CLOSED = date(2026, 11, 5)


@pytest.fixture
def lamp(world: World) -> Procedure:
    procedure = world.procedure
    with acting(machine(world.norte)):
        version = procedure.current
        assert version
        version.promised = {"amount": 5, "unit": "working_day"}
        version.save()
    return procedure


@pytest.fixture
def calendar(world: World) -> Calendar:
    return edit_calendar(None, facts=FACTS, by=world.alma).calendar


@pytest.fixture
def case(world: World, lamp: Procedure, calendar: Calendar) -> Case:
    return make_case(world, lamp)


def make_case(world: World, lamp: Procedure, **fields: Any) -> Case:
    made = factories.case(world.norte, world.carla, lamp, opened_at=OPENED, **fields)
    with acting(machine(world.norte)):
        for name, value in terms.schedule(made).dates.items():
            setattr(made, name, value)
        made.save()
    return made


def due(world: World, case: Case) -> date:
    with acting(world.alma):
        moment = Case.objects.get(pk=case.pk).due_at
        assert moment
        return terms.local(world.norte, moment).date()


def events(world: World, kind: str) -> list[Event]:
    with acting(machine(world.norte)):
        return list(Event.objects.filter(kind=kind))


def form(**changes: str) -> dict[str, str]:
    sent = {"name": "Municipio", "territory": "CL-RM", "time_zone": "America/Santiago"}
    for day in range(5):
        sent |= {f"opens_{day}_0": "09:00", f"closes_{day}_0": "17:00"}
    return {**sent, **changes}


def test_the_first_calendar_is_the_default_and_one_default_follows_another(world: World, calendar: Calendar) -> None:
    assert calendar.default
    second = edit_calendar(None, facts=FACTS | {"name": "Verano", "default": False}, by=world.alma).calendar
    assert not second.default
    edit_calendar(second, facts={"default": True}, by=world.alma)
    with acting(world.alma):
        assert list(Calendar.objects.filter(institution=world.norte, default=True)) == [second]
    edit_calendar(second, facts={"default": False}, by=world.alma)
    with acting(world.alma):
        assert Calendar.objects.get(pk=second.pk).default


def test_a_closed_day_moves_an_open_case_and_leaves_an_event(world: World, calendar: Calendar, case: Case) -> None:
    assert due(world, case) == DUE
    assert close_day(calendar, day=CLOSED, name="Aniversario", by=world.alma).moved == 1
    assert due(world, case) == DUE + timedelta(days=1)
    [event] = events(world, "case.redated")
    assert event.case_id == case.pk
    assert not event.public
    assert event.data["old"]["due_at"] < event.data["new"]["due_at"]
    assert [each.data["moved"] for each in events(world, "calendar.cases_redated")] == [1]
    assert open_day(calendar, day=CLOSED, by=world.alma).moved == 1
    assert due(world, case) == DUE
    assert len(events(world, "calendar.day_opened")) == 1


def test_a_decided_case_and_one_without_a_term_keep_their_dates(world: World, calendar: Calendar, case: Case) -> None:
    start_case(case, by=world.sofia)
    decide_case(case, kind="granted", grounds="Ley 1", text="Sí", signer="Sofía", signer_post="Jefa", by=world.sofia)
    promise = now()
    imported = factories.case(world.norte, None, factories.procedure(world.norte, "Sin plazo"), due_at=promise, promised_at=promise)
    assert close_day(calendar, day=CLOSED, name="Aniversario", by=world.alma).moved == 0
    assert due(world, case) == DUE
    with acting(world.alma):
        assert Case.objects.get(pk=imported.pk).promised_at == promise


def test_other_hours_are_told_once_and_a_new_name_moves_nothing(world: World, calendar: Calendar, case: Case) -> None:
    assert edit_calendar(calendar, facts={"name": "Otro"}, by=world.alma).moved == 0
    assert edit_calendar(calendar, facts={"shifts": {"0": [["09:00", "14:00"], ["15:00", "18:00"]]}}, by=world.alma).moved == 1
    assert due(world, case) > DUE
    assert [event.data["fields"] for event in events(world, "calendar.edited")] == [["name"], ["shifts"]]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"shifts": {}}, "invalid_hours"),
        ({"shifts": {"0": [["17:00", "09:00"]]}}, "invalid_hours"),
        ({"shifts": {"0": [["09:00", "14:00"], ["13:00", "18:00"]]}}, "invalid_hours"),
        ({"time_zone": "Mars/Base"}, "invalid_hours"),
        ({"region": "ZZ"}, "invalid_territory"),
        ({"name": "verano"}, "invalid_name_taken"),
    ],
)
def test_a_calendar_nobody_could_work_by_is_refused(world: World, calendar: Calendar, changes: dict[str, Any], code: str) -> None:
    edit_calendar(None, facts=FACTS | {"name": "Verano"}, by=world.alma)
    with pytest.raises(Refused) as no:
        edit_calendar(calendar, facts=changes, by=world.alma)
    assert no.value.code == code


def test_a_day_is_closed_once_and_within_reason(world: World, calendar: Calendar) -> None:
    close_day(calendar, day=CLOSED, name="Aniversario", by=world.alma)
    for day, name in ((CLOSED, "Otra vez"), (date(206, 11, 5), "Un siglo lejano"), (date(2026, 11, 6), " ")):
        with pytest.raises(Refused):
            close_day(calendar, day=day, name=name, by=world.alma)


def test_no_change_takes_an_extension_away_from_a_case(world: World, calendar: Calendar, case: Case) -> None:
    close_day(calendar, day=CLOSED, name="Aniversario", by=world.alma)
    with acting(machine(world.norte)):
        Extension.objects.create(case=case, amount=2, reason="Lluvia", by="Sofía", granted_at=datetime(2026, 11, 10, 14, tzinfo=UTC))
    with pytest.raises(Refused) as no:
        open_day(calendar, day=CLOSED, by=world.alma)
    assert no.value.code == "extension_lost"
    assert case.number in no.value.words
    page = world.browser(world.alma).post(reverse("cases:open_day", args=[calendar.uid, CLOSED]), {"confirmed": "1"})
    assert page.status_code == 409
    with acting(world.alma):
        assert ClosedDay.objects.filter(calendar=calendar).count() == 1
        assert terms.schedule(Case.objects.get(pk=case.pk)).nearest


def test_an_officer_may_not_and_sur_is_not_found(world: World, calendar: Calendar) -> None:
    with pytest.raises(PermissionDenied):
        close_day(calendar, day=CLOSED, name="Aniversario", by=world.ana)
    other = factories.clerk("Olga", world.sur, "administrator")
    for deed in (
        lambda: edit_calendar(calendar, facts={"name": "De Sur"}, by=other),
        lambda: close_day(calendar, day=CLOSED, name="De Sur", by=other),
        lambda: open_day(calendar, day=CLOSED, by=other),
    ):
        with pytest.raises(Calendar.DoesNotExist):
            deed()


def test_the_pages_turn_away_officers_and_do_not_show_another_institution(world: World, calendar: Calendar) -> None:
    close_day(calendar, day=CLOSED, name="Aniversario", by=world.alma)
    pages = [
        reverse("cases:calendar", args=[calendar.uid]), reverse("cases:closed_days", args=[calendar.uid]),
        reverse("cases:calendar_default", args=[calendar.uid]), reverse("cases:open_day", args=[calendar.uid, CLOSED]),
    ]  # fmt: skip
    officer, other = world.browser(world.ana), world.browser(factories.clerk("Olga", world.sur, "administrator"))
    for address in (*pages, reverse("cases:calendars"), reverse("cases:calendar_new")):
        assert officer.post(address).status_code == 403
    for address in pages:
        assert other.post(address).status_code == 404
    assert "Municipio" not in other.get(reverse("cases:calendars")).text


def test_alma_sees_what_moves_before_it_is_saved(world: World, calendar: Calendar, case: Case) -> None:
    browser, address = world.browser(world.alma), reverse("cases:closed_days", args=[calendar.uid])
    sent = {"day": CLOSED.isoformat(), "name": "Aniversario"}
    page = browser.post(address, sent)
    assert case.number in page.text
    assert due(world, case) == DUE
    assert "Aniversario" in browser.post(address, sent | {"change": "1"}).text
    assert due(world, case) == DUE
    done = browser.post(address, sent | {"confirmed": "1"}, follow=True)
    assert "Aniversario" in done.text
    assert due(world, case) == DUE + timedelta(days=1)
    with acting(world.alma):
        assert ClosedDay.objects.filter(calendar=calendar).count() == 1
    removal = reverse("cases:open_day", args=[calendar.uid, CLOSED])
    assert case.number in browser.post(removal).text
    browser.post(removal, {"confirmed": "1"})
    assert due(world, case) == DUE


def test_making_another_calendar_the_default_shows_and_moves_the_same_cases(world: World, calendar: Calendar, case: Case) -> None:
    summer = edit_calendar(None, facts=FACTS | {"name": "Verano", "default": False, "shifts": {"0": [["09:00", "14:00"]]}}, by=world.alma)
    browser, address = world.browser(world.alma), reverse("cases:calendar_default", args=[summer.calendar.uid])
    assert case.number in browser.post(address).text
    assert due(world, case) == DUE
    browser.post(address, {"confirmed": "1"})
    assert due(world, case) > DUE


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"closes_0_0": "08:00"}, "08:00"),
        ({"closes_0_0": ""}, "closes_0_0"),
        ({"opens_0_1": "16:00", "closes_0_1": "18:00"}, "16:00"),
        ({"opens_0_0": "mañana"}, "opens_0_0"),
        ({f"{edge}_{day}_0": "" for edge in ("opens", "closes") for day in range(5)}, "opens_0_0"),
    ],
)
def test_hours_that_make_no_sense_come_back_with_all_that_was_typed(
    world: World, calendar: Calendar, changes: dict[str, str], words: str
) -> None:
    page = world.browser(world.alma).post(reverse("cases:calendar", args=[calendar.uid]), form(name="Otro nombre", **changes))
    assert page.status_code == 422
    assert "Otro nombre" in page.text
    assert words in page.text
    with acting(world.alma):
        assert Calendar.objects.get(pk=calendar.pk).name == "Municipio"


def test_a_lunch_break_and_a_late_shift_are_kept(world: World, calendar: Calendar) -> None:
    late = {"closes_0_0": "14:00", "opens_0_1": "15:00", "closes_0_1": "00:00", "territory": "ES-MD"}
    page = world.browser(world.alma).post(reverse("cases:calendar", args=[calendar.uid]), form(**late), follow=True)
    assert "09:00–14:00, 15:00–00:00" in page.text
    with acting(world.alma):
        row = Calendar.objects.get(pk=calendar.pk)
    assert (row.country, row.region) == ("ES", "MD")
    assert row.shifts["0"] == [["09:00", "14:00"], ["15:00", "00:00"]]


def test_public_holidays_are_shown_beside_our_own_days(world: World, calendar: Calendar) -> None:
    close_day(calendar, day=CLOSED, name="Aniversario", by=world.alma)
    address = reverse("cases:closed_days", args=[calendar.uid])
    page = world.browser(world.alma).get(f"{address}?year=2026").text
    assert "Navidad" in page
    assert page.count(reverse("cases:open_day", args=[calendar.uid, CLOSED])) == 1
    assert "Aniversario" not in world.browser(world.alma).get(f"{address}?year=2027").text
    assert world.browser(world.alma).get(f"{address}?year=x").status_code == 200


def test_too_many_cases_for_a_page_are_left_to_a_task(
    world: World, lamp: Procedure, calendar: Calendar, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [make_case(world, lamp) for _n in range(2)]
    monkeypatch.setattr(redating, "AT_ONCE", 2)
    monkeypatch.setattr(redating.redate_batch, "__kwdefaults__", {"size": 2})
    page = world.browser(world.alma).post(reverse("cases:closed_days", args=[calendar.uid]), {"day": CLOSED.isoformat(), "name": "Fiesta"})
    assert page.context["movement"].later
    assert close_day(calendar, day=CLOSED, name="Fiesta", by=world.alma).later
    assert due(world, case) == DUE
    asked: list[int] = []
    monkeypatch.setattr(redate, "delay", asked.append)
    while outbox.dispatch():
        pass
    assert asked == [world.norte.pk]
    redate(world.norte.pk)
    assert {due(world, each) for each in (case, *others)} == {DUE + timedelta(days=1)}
    assert len(events(world, "case.redated")) == 3


def test_many_cases_are_counted_again_with_few_queries(
    world: World, lamp: Procedure, calendar: Calendar, django_assert_max_num_queries: Any
) -> None:
    for _n in range(20):
        make_case(world, lamp)
    with acting(world.alma), django_assert_max_num_queries(5):
        body = Institution.objects.only("pk").get(pk=world.norte.pk)
        found = redating.preview(body.pk, terms.clock_of(calendar, [ClosedDay(day=CLOSED, name="Fiesta")]))
    assert (found.moved, len(found.first)) == (20, redating.SHOWN)
