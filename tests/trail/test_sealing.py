"""The trail is sealed, and whoever edits it, even its owner, is found out by the row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import sleep
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings

from czrm.kit.actor import acting
from czrm.kit.owner import as_owner
from czrm.trail import sealing
from czrm.trail.access import looked
from czrm.trail.digests import TABLES, digest
from czrm.trail.management.commands import verify_audit
from czrm.trail.models import AccessEntry, Change, Event, Segment
from czrm.trail.say import say
from czrm.trail.verifying import listed, verify
from tests import factories
from tests.ground.test_fences_agree import be


class Scene:
    """One institution whose trail grows; written and sealed as the application, meddled with as the owner."""

    def __init__(self) -> None:
        self.norte = factories.institution("Norte", "NO")
        self.carla = factories.citizen("Carla", "Soto", "12345678-5", self.norte)

    def write(self, rows: int = 3) -> None:
        be("czrm_app")
        with acting(factories.machine(self.norte)) as by:
            for _row in range(rows):
                looked(self.carla, "citizen.see", by=by, categories=("identity", "contact"))
                say("institution.edited", self.norte, by=by, note="with \\ and ñ")
                Change.objects.log_create(self.carla, action=Change.Action.UPDATE, changes={"care": ["a", "b"]})
        be("none")

    def seal(self, most: int = 50_000) -> int:
        be("czrm_app")
        sealed = sealing.seal(most)
        be("none")
        return sealed

    def sealed(self, times: int = 1) -> Scene:
        for _time in range(times):
            self.write()
            self.seal()
        return self


@pytest.fixture
def scene(db: None) -> Iterator[Scene]:
    with owner():
        yield Scene()


@contextmanager
def owner() -> Iterator[None]:
    with as_owner(), transaction.atomic():
        be("czrm_app")
        yield
        transaction.set_rollback(True)


def run(statement: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def keys(table: str) -> list[int]:
    return [key for (key,) in run(f"select id from {table} order by id")]


def faults() -> list[tuple[str, int | None, str]]:
    return [(fault.table, fault.row, fault.what) for fault in verify().faults]


def test_what_is_written_is_sealed_once_and_found_good(scene: Scene) -> None:
    scene.write()
    be("none")
    waiting = verify()
    assert (waiting.faults, waiting.rows) == ([], 0)
    assert waiting.unsealed >= 9
    assert scene.seal() == waiting.unsealed
    assert scene.seal() == 0
    verdict = verify()
    assert (verdict.faults, verdict.rows, verdict.unsealed) == ([], waiting.unsealed, 0)
    assert verdict.segments == Segment.objects.count() == 3


def test_a_long_backlog_is_sealed_in_parts(scene: Scene) -> None:
    scene.write(7)
    assert scene.seal(most=3) >= 21
    be("none")
    assert Segment.objects.filter(of_table="trail_accessentry").count() == 3
    assert faults() == []
    assert {segment.amount for segment in Segment.objects.filter(of_table="trail_accessentry")} == {3, 1}


@pytest.mark.parametrize("table", TABLES)
def test_the_kept_digest_is_that_of_the_values(scene: Scene, table: str) -> None:
    scene.write()
    be("none")
    rows = run(f"select digest, {digest(table)} from {table}")
    assert rows
    assert all(kept == fresh and len(kept) == 32 for kept, fresh in rows)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("trail_event", "kind = 'case.closed'"), ("trail_event", "data = '{}'"), ("trail_event", "public = not public"),
        ("trail_event", "at = at - interval '1 microsecond'"), ("trail_accessentry", "by = 'Nobody'"),
        ("trail_accessentry", "citizen_id = null"), ("trail_accessentry", "categories = '{identity}'"),
        ("trail_accessentry", "visible_from = visible_from + interval '1 year'"), ("trail_accessentry", "owners = '{7}'"),
        ("trail_change", "changes = '{}'"), ("trail_change", "actor_email = 'x'"), ("trail_change", "institution_id = institution_id + 1"),
        ("trail_event", "salt = gen_random_uuid()"),
    ],
)  # fmt: skip
def test_a_row_edited_by_the_owner_is_named(scene: Scene, table: str, change: str) -> None:
    scene.sealed(2)
    key = keys(table)[1]
    run(f"update {table} set {change} where id = %s", key)
    assert faults() == [(table, key, "it was changed after it was sealed")]


def test_the_lease_of_an_event_is_not_part_of_what_happened(scene: Scene) -> None:
    scene.sealed()
    run("update trail_event set attempts = attempts + 1, dispatched_at = now(), leased_until = now()")
    assert faults() == []


def test_a_removed_row_is_named(scene: Scene) -> None:
    scene.sealed(2)
    for which in (-1, 2):
        with transaction.atomic():
            key = keys("trail_accessentry")[which]
            run("delete from trail_accessentry where id = %s", key)
            assert faults() == [("trail_accessentry", key, "it was removed after it was sealed")]
            transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.xdist_group("long transactions")
@pytest.mark.xfail(reason="found when run alone, not after the whole suite: see the roadmap", strict=False)
def test_a_row_put_in_under_an_old_key_is_named() -> None:
    """As soon as whatever ran while the rows around it were sealed has ended, in any database of the server."""
    body = factories.institution("Norte", "NO")

    def sealed() -> None:
        with acting(factories.machine(body)) as by:
            looked(body, "x", by=by)
        sealing.seal()

    sealed()
    [(free,)] = run("select nextval(pg_get_serial_sequence('trail_accessentry', 'id'))")  # as a failed request leaves it
    sealed()
    with as_owner():
        put_in = "insert into trail_accessentry (id, institution_id, by, verb, subject, categories, owners) values (%s, %s, 'x', 'x', 'x', '{}', '{}')"
        run(put_in, free, body.pk)
    found: list[Any] = []
    for _attempt in range(60):
        sealed()
        with as_owner():
            found = faults()
        if found:
            break
        sleep(0.5)
    assert found == [("trail_accessentry", free, "it was put in among rows that were sealed without it")]


def test_a_row_exchanged_for_another_is_named(scene: Scene) -> None:
    scene.sealed()
    first, second = keys("trail_event")[:2]
    run("update trail_event set id = -1 where id = %s", first)
    run("update trail_event set id = %s where id = %s", first, second)
    run("update trail_event set id = %s where id = -1", second)
    assert faults()[0][:2] == ("trail_event", first)


@pytest.mark.parametrize(
    "change",
    ["amount = amount + 1", "ids = '{[1,2)}'", "total = sha256('x')", "chain = sha256('x')", "signature = sha512('x')", "floor_id = 1",
     "sealed_at = sealed_at - interval '1 day'", "leaves = sha256('x')", "key = sha256('x')"],
)  # fmt: skip
def test_a_segment_that_was_tampered_with_is_named(scene: Scene, change: str) -> None:
    scene.sealed()
    run(f"update trail_segment set {change} where number = 2")
    found = verify().faults
    assert found
    assert found[0].segment in (2, 3)  # the chain of one is what the next names as previous


def test_a_segment_taken_out_of_the_middle_is_missed(scene: Scene) -> None:
    scene.sealed()
    run("delete from trail_segment where number = 2")
    assert "segment 2 is missing before it" in str(verify().faults[0])


def test_an_end_that_was_cut_off_is_found_by_who_kept_a_head(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.sealed()
    head = verify().head
    assert verify_audit.there(head)
    run("delete from trail_segment where number = 3")
    assert not verify_audit.there(head)


def test_a_segment_signed_with_another_key_is_not_accepted(scene: Scene) -> None:
    with override_settings(AUDIT_KEY="a key of somebody else"):
        scene.sealed()
        others = sealing.private_key().public_key().public_bytes_raw().hex()
        assert faults() == []
    assert "its signature is not by a known key" in faults()[0][2]
    with override_settings(AUDIT_KEYS_BEFORE=[others]):
        assert faults() == []


def test_whoever_rewrites_row_and_digest_is_found_out_all_the_same(scene: Scene) -> None:
    scene.sealed()
    key = keys("trail_accessentry")[0]
    run("alter table trail_accessentry alter column digest drop expression")
    run("update trail_accessentry set by = 'Nobody' where id = %s", key)
    assert faults() == [("trail_accessentry", key, "it was changed after it was sealed")]


@pytest.mark.parametrize("table", TABLES)
def test_an_erasure_of_personal_data_does_not_break_the_seal(scene: Scene, table: str) -> None:
    scene.sealed()
    key = keys(table)[0]
    assert run("select czrm.erase_trail(%s, %s)", table, [key]) == [(1,)]
    verdict = verify()
    assert (verdict.faults, verdict.erased) == ([], 1)
    assert run("select czrm.erase_trail(%s, %s)", table, [key]) == [(0,)]
    model: Any = {"trail_event": Event, "trail_accessentry": AccessEntry, "trail_change": Change}[table]
    assert "Carla" not in str(model._base_manager.filter(pk=key).values().get())


def test_a_row_that_only_says_it_was_erased_is_named(scene: Scene) -> None:
    scene.sealed()
    key = keys("trail_accessentry")[0]
    run("select czrm.erase_trail('trail_accessentry', %s)", [key])
    run("update trail_accessentry set by = 'Somebody else' where id = %s", key)
    assert faults() == [("trail_accessentry", key, "it says that it was erased and is not empty")]


def test_the_application_may_neither_erase_nor_change_what_is_sealed(scene: Scene) -> None:
    scene.sealed()
    be("czrm_app")
    for statement in (
        "update trail_accessentry set by = ''", "delete from trail_segment", "update trail_segment set amount = 1",
        "select czrm.erase_trail('trail_event', '{1}')",
    ):  # fmt: skip
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            run(statement)
    be("none")


@pytest.mark.parametrize(("text", "spans"), [("{[1,4),[6,7)}", [(1, 3), (6, 6)]), ("{[9,10)}", [(9, 9)])])
def test_the_keys_of_a_segment_are_read(text: str, spans: list[tuple[int, int]]) -> None:
    assert listed(text) == spans


@pytest.mark.django_db(transaction=True)
def test_a_row_of_a_transaction_that_ends_later_is_sealed_later() -> None:
    """Its key is smaller than keys already sealed: it is not lost, and not taken for one put in."""
    body = factories.institution("Norte", "NO")
    late = connection.copy()
    try:
        with late.cursor() as cursor:
            cursor.execute("begin")
            cursor.execute("select set_config('czrm.institution', %s, true)", [str(body.pk)])
            cursor.execute(
                "insert into trail_accessentry (institution_id, by, verb, subject, categories, owners) values (%s, 'x', 'x', 'x', '{}', '{}')",
                [body.pk],
            )
            for _round in range(3):
                with acting(factories.machine(body)) as by:
                    say("institution.edited", body, by=by)
                    looked(body, "x", by=by)
                assert sealing.seal() >= 1
            cursor.execute("commit")
    finally:
        late.close()
    assert sealing.seal() == 1
    with as_owner():
        verdict = verify()
    assert (verdict.faults, verdict.unsealed) == ([], 0)
    call_command("verify_audit")
    with as_owner():
        run("update trail_accessentry set by = 'y' where by = 'x'")
    with pytest.raises(CommandError, match="trail_accessentry row"):
        call_command("verify_audit")
