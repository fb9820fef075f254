"""Lists of cases as files, made in the background for the one who asked."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.timezone import now

from cases.models import Case
from cases.queue import Filters
from czrm.institutions.models import Membership
from czrm.kit.actor import Clerk, acting
from czrm.kit.refused import Refused
from czrm.trail.models import AccessEntry, Event
from reporting import exports, tasks
from reporting.models import Export
from tests import factories
from tests.factories import machine
from tests.world import World

NEW = reverse("reporting:export_new")
ALL = Filters.of({}, open_only=False)


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def some(world: World, count: int, **fields: Any) -> list[Case]:
    return [factories.case(world.norte, None, world.procedure, title=f"Caso {number}", **fields) for number in range(count)]


def asked(world: World, filters: Filters = ALL, by: Clerk | None = None) -> Export:
    return exports.ask_export(filters, language="es", by=by or world.ana)


def now_is(export: Export, world: World) -> Export:
    with acting(machine(world.norte)):
        return Export.objects.get(pk=export.pk)


def rows(world: World, export: Export, by: Clerk | None = None) -> list[list[str]]:
    answer = world.browser(by or world.ana).get(reverse("reporting:export_file", args=[now_is(export, world).uid]))
    assert answer.status_code == 200
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_ana_asks_for_a_list_and_fetches_it_when_it_is_ready(world: World):
    some(world, 3, team=world.team)
    factories.case(world.norte, None, world.procedure, title="=HYPERLINK(1)", channel="phone")
    browser = world.browser(world.ana)
    answer = browser.post(f"{NEW}?all=1", follow=True)
    export = answer.context["export"]
    assert "hx-get" in answer.text
    tasks.write_exports()
    page = browser.get(reverse("reporting:export", args=[export.uid]), headers={"HX-Request": "true"})
    assert "<html" not in page.text
    assert reverse("reporting:export_file", args=[export.uid]) in page.text
    found = rows(world, export)
    assert len(found) == 5
    assert found[-1][1] == "'=HYPERLINK(1)"


def test_the_file_holds_what_the_filters_show(world: World):
    some(world, 2, status="in_progress", channel="phone")
    some(world, 1, closed_at=now(), status="closed", channel="phone")
    some(world, 1, assignee_id=world.ana.user_id)
    for query, open_only, count in (
        ({"channel": "phone"}, True, 2), ({"channel": "phone"}, False, 3), ({"tab": "mine"}, True, 1), ({"state": "ended"}, False, 1)
    ):  # fmt: skip
        export = asked(world, Filters.of(query, open_only=open_only))
        tasks.write_exports()
        assert len(rows(world, export)) == count + 1, query


def test_batches_meet_without_a_gap_or_a_row_twice(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(exports, "BATCH", 3)
    numbers = [case.number for case in some(world, 7)]
    export = asked(world)
    tasks.write_exports()
    assert [row[0] for row in rows(world, export)[1:]] == numbers
    made = now_is(export, world)
    assert (made.rows, made.total, made.status) == (7, 7, "ready")


def test_it_says_how_far_it_is(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(exports, "BATCH", 2)
    some(world, 5)
    export, seen = asked(world), []
    listen = exports.progress

    def progress(export: Export, written: int, total: int | None = None) -> None:
        listen(export, written, total)
        seen.append((now_is(export, world).rows, now_is(export, world).total))

    monkeypatch.setattr(exports, "progress", progress)
    tasks.write_exports()
    assert seen == [(0, 5), (2, 5), (4, 5), (5, 5)]
    with acting(machine(world.norte)):
        Export.objects.update(status="running", rows=2)
    page = world.browser(world.ana).get(reverse("reporting:export", args=[now_is(export, world).uid]))
    assert 'max="5"' in page.text
    assert 'value="2"' in page.text


def test_bruno_s_file_holds_nothing_of_norte_and_norte_s_is_not_found_by_him(world: World):
    some(world, 3)
    factories.case(world.sur, None, world.procedure_of_sur, title="De Sur")
    theirs, ours = asked(world, by=world.bruno), asked(world)
    tasks.write_exports()
    with acting(world.bruno):
        assert Export.objects.get().pk == theirs.pk
        uid = Export.objects.get().uid
    browser = world.browser(world.bruno)
    data = b"".join(browser.get(reverse("reporting:export_file", args=[uid])).streaming_content)  # type: ignore[attr-defined]
    assert b"De Sur" in data
    assert b"Caso" not in data
    for name in ("export", "export_file"):
        assert browser.get(reverse(f"reporting:{name}", args=[now_is(ours, world).uid])).status_code == 404
    assert str(now_is(ours, world).uid) not in browser.get(reverse("reporting:exports")).text


def test_a_colleague_does_not_fetch_what_ana_asked_for(world: World):
    export = asked(world)
    tasks.write_exports()
    assert world.browser(world.sofia).get(reverse("reporting:export_file", args=[now_is(export, world).uid])).status_code == 404


def test_only_those_who_may_export_ask(world: World):
    with pytest.raises(PermissionDenied):
        asked(world, by=world.alma)
    assert world.browser(world.alma).post(NEW).status_code == 403


def test_who_no_longer_may_gets_no_file(world: World):
    export = asked(world)
    with acting(machine(world.norte)):
        Membership.objects.filter(user=world.ana.user_id).update(active=False)
    tasks.write_exports()
    made = now_is(export, world)
    assert (made.status, made.file.name) == ("failed", "")


def test_asking_and_fetching_are_both_in_the_access_log_and_asking_is_an_event(world: World):
    export = asked(world)
    tasks.write_exports()
    rows(world, export)
    with acting(machine(world.norte)):
        entries = AccessEntry.objects.filter(verb="case.export", subject=f"reporting.export:{export.pk}")
        assert list(entries.values_list("user_id", flat=True)) == [world.ana.user_id] * 2
        assert Event.objects.get(kind="export.asked").user_id == world.ana.user_id


def test_nobody_keeps_the_workers_busy(world: World):
    for _ in range(exports.MOST_WAITING):
        asked(world)
    with pytest.raises(Refused, match=r".") as no:
        asked(world)
    assert no.value.code == "export.too_many"
    assert world.browser(world.ana).post(NEW, follow=True).status_code == 200


def test_what_fails_is_tried_again_and_then_said(world: World, monkeypatch: pytest.MonkeyPatch):
    export = asked(world)

    def broken(*args: object) -> int:
        raise OSError("disk full")

    monkeypatch.setattr(exports, "fill", broken)
    for attempt in range(1, exports.MOST_ATTEMPTS + 1):
        assert not now_is(export, world).done
        tasks.write_exports()
        assert now_is(export, world).attempts == attempt
        with acting(machine(world.norte)):
            Export.objects.filter(status="waiting").update(leased_until=None)
    made = now_is(export, world)
    assert made.status == "failed"
    page = world.browser(world.ana).get(reverse("reporting:export", args=[made.uid]))
    assert "hx-get" not in page.text.partition('id="export"')[2].partition("</section>")[0]


def test_another_worker_takes_over_from_one_that_died_and_not_from_one_at_work(world: World):
    export = asked(world)
    with acting(machine(world.norte)):
        Export.objects.filter(pk=export.pk).update(status="running", leased_until=now() + timedelta(minutes=1))
    assert exports.write_waiting() == 0
    with acting(machine(world.norte)):
        Export.objects.filter(pk=export.pk).update(leased_until=now() - timedelta(seconds=1))
    assert exports.write_waiting() == 1
    assert now_is(export, world).status == "ready"


def test_after_a_day_the_file_is_gone(world: World, files: Path):
    export = asked(world)
    tasks.write_exports()
    uid = now_is(export, world).uid
    assert len(list(files.glob("exports/*"))) == 1
    with acting(machine(world.norte)):
        Export.objects.update(expires_at=now() - timedelta(seconds=1))
    browser = world.browser(world.ana)
    assert browser.get(reverse("reporting:export_file", args=[uid])).status_code == 404
    tasks.forget_exports()
    assert list(files.glob("exports/*")) == []
    assert browser.get(reverse("reporting:export", args=[uid])).status_code == 404


def test_my_files_are_listed_and_empty_at_first(world: World):
    browser = world.browser(world.ana)
    assert "<table" not in browser.get(reverse("reporting:exports")).text
    asked(world)
    assert "<table" in browser.get(reverse("reporting:exports")).text
    assert browser.get(NEW).status_code == 302


def test_the_lists_offer_the_file(world: World):
    browser = world.browser(world.ana)
    assert f'action="{NEW}?channel=phone&amp;all=1"' in browser.get(reverse("cases:list") + "?channel=phone").text
    assert f'action="{NEW}"' in browser.get(reverse("cases:queue")).text
