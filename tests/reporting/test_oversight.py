"""The review of accesses: computed once, decided by the data-protection officer, tuned by them, and seen by nobody else."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse
from django.utils.timezone import localdate, localtime, now

from citizens.models import ContactPoint
from czrm.kit.actor import acting
from czrm.kit.refused import Refused
from czrm.trail.models import AccessEntry, Event, Finding, WatchedPerson, WatchRule
from reporting.oversight import services
from reporting.oversight.services import decide_finding, review_accesses, set_rules, unwatch_person, watch_person
from reporting.tasks import review_yesterday
from tests import factories
from tests.factories import machine
from tests.world import World

WEDNESDAY = date(2026, 11, 18)


def seen(world: World, by: Any = None, citizen: Any = None, at: datetime | None = None, **fields: Any) -> None:
    """As if looked then."""
    by, citizen = by or world.ana, citizen or world.carla
    at = at or datetime.fromisoformat("2026-11-18T15:00:00-03:00")
    with acting(by), connection.cursor() as cursor:
        row = {"institution_id": by.institution_id, "citizen_id": citizen.pk, "user_id": by.user_id, "by": by.name, "verb": "citizen.see",
               "subject": "citizens.citizen:1", "page_view": uuid4(), "at": at, "visible_from": at, "purpose_id": 1} | fields  # fmt: skip
        cursor.execute(
            f"insert into trail_accessentry ({', '.join(row)}, categories, owners) values ({', '.join(['%s'] * len(row))}, '{{}}', '{{}}')",
            list(row.values()),
        )


def late(world: World, by: Any = None) -> None:
    seen(world, by, at=datetime.fromisoformat("2026-11-18T23:10:00-03:00"))


def review(world: World, days: int = 1) -> services.Reviewed:
    return review_accesses(since=WEDNESDAY - timedelta(days=days - 1), until=WEDNESDAY, by=world.pablo)


def findings(world: World) -> list[Finding]:
    with acting(world.pablo):
        return list(Finding.objects.order_by("pk"))


def events(world: World) -> list[str]:
    with acting(world.pablo):
        return list(Event.objects.filter(kind__startswith="access.").order_by("pk").values_list("kind", flat=True))


def test_what_is_found_is_kept_once_with_its_entries_and_said(world: World) -> None:
    late(world)
    assert review(world) == services.Reviewed(days=1, found=1, new=1)
    assert review(world, days=30).new == 0
    [one] = findings(world)
    assert (one.rule, one.day, one.user_id, one.decision) == ("hours", WEDNESDAY, world.ana.user_id, "open")
    with acting(world.pablo):
        assert AccessEntry.objects.get(pk__in=one.entries).by == "Ana"
    assert events(world) == ["access.reviewed", "access.reviewed"]


def test_what_is_added_reaches_a_finding_that_waits_and_not_one_that_was_decided(world: World) -> None:
    late(world)
    review(world)
    eva = factories.citizen("Eva", "Sol", "7654321-6", world.norte)
    seen(world, citizen=eva, at=datetime.fromisoformat("2026-11-18T23:40:00-03:00"))
    review(world)
    [one] = findings(world)
    assert (one.data["people"], len(one.entries)) == (2, 2)
    decide_finding(one, decision="justified", note="She was on call.", by=world.pablo)
    late(world)
    review(world)
    [one] = findings(world)
    assert (len(one.entries), one.decision, one.note) == (2, "justified", "She was on call.")


def test_each_rule_gathers_what_it_needs(world: World) -> None:
    quiroga = factories.clerk("Sara", world.norte, "officer", who=factories.user("Sara", last_name="Soto Quiroga"))
    seen(world, quiroga)
    with acting(machine(world.norte)):
        ContactPoint.objects.create(institution=world.norte, citizen=world.carla, kind="email", value="Ana@example.org")
    seen(world, world.ana)
    watch_person(world.carla, reason="Mayor", by=world.pablo)
    for _try in range(5):
        seen(world, world.sofia, citizen_id=None, verb="refused", refused=404)
    review(world)
    told = {(one.rule, one.user_id) for one in findings(world)}
    assert told == {
        ("surname", quiroga.user_id), ("colleague", quiroga.user_id), ("colleague", world.ana.user_id), ("famous", quiroga.user_id),
        ("famous", world.ana.user_id), ("refused", world.sofia.user_id),
    }  # fmt: skip


def test_a_name_in_a_list_and_what_one_does_as_a_citizen_are_not_looks_of_an_officer(world: World) -> None:
    at = datetime.fromisoformat("2026-11-18T23:10:00-03:00")
    seen(world, verb="citizen.find", at=at)
    seen(world, verb="portal.track", at=at)
    assert review(world).found == 0


def test_volume_is_compared_with_the_month_before(world: World) -> None:
    set_rules({"volume": (True, 2, 3)}, by=world.pablo)
    people = [factories.citizen(f"P{n}", "Paz", f"{n}", world.norte, kind="passport") for n in range(5)]
    for days in (2, 3, 5):
        for person in people[:2]:
            seen(world, citizen=person, at=datetime.fromisoformat("2026-11-18T15:00:00-03:00") - timedelta(days=days))
    for person in people:
        seen(world, citizen=person)
    review(world)
    [one] = findings(world)
    assert (one.rule, one.data) == ("volume", {"people": 5, "own": 2.0, "team": 0.0})


def test_a_rule_that_was_turned_off_or_set_higher_finds_nothing(world: World) -> None:
    late(world)
    set_rules({"hours": (False, 1, 60)}, by=world.pablo)
    assert review(world).found == 0
    set_rules({"hours": (True, 2, 60)}, by=world.pablo)
    assert review(world).found == 0
    set_rules({"hours": (True, 1, 60)}, by=world.pablo)
    assert review(world).found == 1
    with acting(world.pablo):
        assert WatchRule.objects.count() == 1
    assert events(world).count("access.rules_set") == 3


def test_a_decision_needs_its_reason_and_is_said(world: World) -> None:
    late(world)
    review(world)
    [one] = findings(world)
    for decision, note in (("justified", " "), ("open", "x"), ("whatever", "x")):
        with pytest.raises(Refused):
            decide_finding(one, decision=decision, note=note, by=world.pablo)
    decide_finding(one, decision="reported", note="To the director.", by=world.pablo)
    [one] = findings(world)
    assert (one.decision, one.decided_by) == ("reported", "Pablo")
    assert events(world)[-1] == "access.finding_decided"


@pytest.mark.parametrize(("since", "until"), [(WEDNESDAY, WEDNESDAY - timedelta(days=1)), (WEDNESDAY - timedelta(days=92), WEDNESDAY)])
def test_a_period_out_of_shape_is_refused(world: World, since: date, until: date) -> None:
    with pytest.raises(Refused):
        review_accesses(since=since, until=until, by=world.pablo)


def test_officers_neither_review_nor_decide_nor_tune(world: World) -> None:
    late(world)
    review(world)
    [one] = findings(world)
    for deed in (
        lambda by: review_accesses(since=WEDNESDAY, until=WEDNESDAY, by=by), lambda by: decide_finding(one, decision="justified", note="x", by=by),
        lambda by: set_rules({}, by=by), lambda by: watch_person(world.carla, reason="x", by=by),
    ):  # fmt: skip
        for by in (world.ana, world.sofia, world.alma):
            with pytest.raises(PermissionDenied):
                deed(by)


def test_another_institutions_finding_is_not_there(world: World) -> None:
    late(world)
    review(world)
    [one] = findings(world)
    dpo_of_sur = factories.clerk("Diana", world.sur, "dpo")
    with pytest.raises(Finding.DoesNotExist):
        decide_finding(one, decision="justified", note="x", by=dpo_of_sur)
    assert world.browser(dpo_of_sur).get(reverse("reporting:finding", args=[one.uid])).status_code == 404


def test_the_list_of_the_curious_is_kept(world: World) -> None:
    with pytest.raises(Refused):
        watch_person(world.carla, reason=" ", by=world.pablo)
    once, again = watch_person(world.carla, reason="Mayor", by=world.pablo), watch_person(world.carla, reason="x", by=world.pablo)
    assert once == again
    unwatch_person(once, by=world.pablo)
    with acting(world.pablo):
        assert not WatchedPerson.objects.exists()
        assert all(event.citizen_id is None for event in Event.objects.filter(kind__startswith="access."))
    with pytest.raises(Exception, match="matching query"):
        watch_person(world.dario, reason="x", by=world.pablo)


def test_every_night_each_institution_is_reviewed(world: World) -> None:
    at = localtime(now(), ZoneInfo("America/Santiago")).replace(hour=4) - timedelta(days=1)
    seen(world, at=at)
    seen(world, world.bruno, at=at)
    review_yesterday()
    assert [one.rule for one in findings(world)] == ["hours"]
    with acting(machine(world.sur)):
        assert Finding.objects.count() == 1


def page(world: World, name: str, *args: Any, **query: Any) -> Any:
    return world.browser(world.pablo).get(reverse(f"reporting:{name}", args=args), query)


def test_the_pages_show_the_sentence_the_entries_and_take_the_decision(world: World) -> None:
    late(world)
    review(world)
    [one] = findings(world)
    listed = page(world, "review")
    assert "Ana" in listed.text
    assert str(one.uid) in listed.text
    shown = page(world, "finding", one.uid)
    assert "23:10:00" in shown.text
    browser = world.browser(world.pablo)
    at = reverse("reporting:finding", args=[one.uid])
    assert browser.post(at, {"decision": "asked", "note": ""}).status_code == 422
    assert browser.post(at, {"decision": "asked", "note": "Ask her."}).status_code == 302
    assert str(one.uid) not in page(world, "review").text
    assert str(one.uid) in page(world, "review", show="decided").text
    assert page(world, "review", show="all", before=str(one.uid)).status_code == 200
    assert page(world, "review", before="nonsense").status_code == 200


def test_one_may_review_again_from_the_page(world: World) -> None:
    late(world)
    browser = world.browser(world.pablo)
    period = {"since": WEDNESDAY.isoformat(), "until": WEDNESDAY.isoformat()}
    assert browser.post(reverse("reporting:review"), period).status_code == 302
    assert len(findings(world)) == 1
    assert browser.post(reverse("reporting:review"), period | {"since": "2020-01-01"}).status_code == 422


def test_findings_are_read_page_by_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from reporting.oversight import views

    monkeypatch.setattr(views, "SIZE", 3)
    with acting(world.pablo):
        made = [Finding.objects.create(institution=world.norte, rule="purpose", day=localdate() - timedelta(days=n // 2), user_id=n,
                                       data={"looks": 20, "people": 1}) for n in range(8)]  # fmt: skip
    read: list[Any] = []
    before = ""
    for _page in range(5):
        answer = page(world, "review", show="all", before=before)
        read += [told.finding.pk for told in answer.context["told"]]
        if not (before := str(answer.context["older"])):
            break
    assert sorted(read) == [one.pk for one in made]


def test_the_rules_and_the_people_are_tuned_on_their_page(world: World) -> None:
    browser, at = world.browser(world.pablo), reverse("reporting:review_rules")
    page = browser.get(at)
    data = {f"{form.prefix}-{name}": form[name].value() for form in page.context["forms"] for name in form.fields}
    data = {name: value for name, value in data.items() if value is not False}
    assert browser.post(at, data | {"hours-limit": "0"}).status_code == 422
    assert browser.post(at, data | {"hours-limit": "4", "volume-active": ""}).status_code == 302
    with acting(world.pablo):
        assert WatchRule.objects.get(code="hours").limit == 4
        assert not WatchRule.objects.get(code="volume").active
    add = reverse("reporting:watch")
    assert browser.post(add, {"citizen": str(world.dario.uid), "reason": "x"}).status_code == 422
    assert browser.post(add, {"citizen": str(world.carla.uid), "reason": "Mayor"}).status_code == 302
    page = browser.get(at)
    assert "Carla Soto" in page.text
    [(watched, _person)] = page.context["watched"]
    assert browser.post(reverse("reporting:unwatch", args=[watched.uid])).status_code == 302
    assert "Carla Soto" not in browser.get(at).text


@pytest.mark.parametrize("name", ["review", "review_rules", "delays"])
def test_an_officer_does_not_enter(world: World, name: str) -> None:
    assert world.browser(world.ana).get(reverse(f"reporting:{name}")).status_code == 403


def test_an_auditor_reads_and_decides_nothing(world: World) -> None:
    late(world)
    review(world)
    [one] = findings(world)
    oscar = world.browser(factories.clerk("Óscar", world.norte, "auditor", who=factories.user("oscar")))
    shown = oscar.get(reverse("reporting:finding", args=[one.uid]))
    assert shown.status_code == 200
    assert "<textarea" not in shown.text
    assert oscar.post(reverse("reporting:finding", args=[one.uid]), {"decision": "asked", "note": "x"}).status_code == 403


def test_a_protected_person_stays_unnamed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    from reporting.oversight import told

    rows = SimpleNamespace(filter=lambda **_: SimpleNamespace(values_list=lambda *_: [(7, "Carla Soto", "protected")]))
    monkeypatch.setattr(told, "Citizen", SimpleNamespace(objects=rows, State=SimpleNamespace(PROTECTED="protected")))
    with acting(world.pablo):
        [one] = told.tell([Finding(rule="famous", citizen_id=7, user_id=world.ana.user_id, data={"reason": "Mayor"})])
    assert "Carla" not in one.words
