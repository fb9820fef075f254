"""Short messages: a real provider on this machine that takes, refuses, breaks and keeps silent; and who is told by one."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from channels import delivery, short
from channels.models import Notice
from channels.transports import Rejected, Unreachable, Unsure
from channels.transports import sms as transport
from channels.transports.sms import Sms, provider_of
from citizens.models import ContactPoint
from czrm.kit.actor import acting
from czrm.settings import short_messages
from czrm.trail import outbox
from tests import factories
from tests.factories import machine
from tests.world import World

from .scenes import email_of, notices, said
from .test_sending import due_again, now_of, waiting

MOBILE, SECRET = "+56990124417", "t0k3n-de-prueba"
pytestmark = pytest.mark.django_db


class Provider(ThreadingHTTPServer):
    """Answers what the scene says, minds the idempotency key, and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[int | str] = []
        self.asked: list[dict[str, Any]] = []
        self.sent: dict[str, str] = {}  # by key: what a citizen would have on their telephone


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Provider

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers["Idempotency-Key"]
        self.server.asked.append({"headers": dict(self.headers), "path": self.path} | body)
        act = self.server.answers.pop(0) if self.server.answers else 200
        if act in (200, "silent", "hangs up"):
            self.server.sent.setdefault(key, body["text"])
        if act == "silent":
            time.sleep(1)
        if act in ("silent", "hangs up"):
            self.close_connection = True
            return
        said = b'{"id": "m-1"}' if act == 200 else f"{body['to']} {SECRET}".encode()
        self.send_response(int(act))
        if act == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *args: Any) -> None:
        """Silence."""


@pytest.fixture
def provider(settings, monkeypatch) -> Iterator[Provider]:
    server = Provider()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SMS_URL = f"http+json://norte:{SECRET}@127.0.0.1:{server.server_port}/v1/messages?from=NORTE"
    monkeypatch.setattr(transport, "TIMEOUT", 0.3)
    yield server
    server.shutdown()
    server.server_close()


def message(world: World) -> Notice:
    [made] = waiting(world, channel="sms", recipient=MOBILE)
    return made


def test_the_request_is_as_it_is_documented(world: World, provider: Provider):
    one, way = message(world), Sms()
    assert way.send(one) == "m-1"
    way.close()
    [asked] = provider.asked
    assert (asked["path"], asked["to"], asked["text"], asked["from"]) == ("/v1/messages?from=NORTE".partition("?")[0], MOBILE, "b", "NORTE")
    assert asked["reference"] == asked["headers"]["Idempotency-Key"] == str(now_of(world, one).uid)
    assert asked["headers"]["Authorization"] == f"Basic {b64encode(f'norte:{SECRET}'.encode()).decode()}"
    assert asked["headers"]["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("answer", "error"),
    [(400, Rejected), (422, Rejected), (401, Unreachable), (302, Unreachable), (429, Unsure), (500, Unsure), (409, Unsure),
     ("silent", Unsure), ("hangs up", Unsure)],
)  # fmt: skip
def test_each_failure_is_told_apart_keeps_no_data_and_the_next_message_goes(world: World, provider: Provider, answer, error):
    provider.answers, way, one = [answer], Sms(), message(world)
    with pytest.raises(error) as raised:
        way.send(one)
    assert MOBILE not in str(raised.value)
    assert SECRET not in str(raised.value)
    assert way.send(one) == "m-1"
    way.close()


def test_nobody_there_is_known_at_once(world: World, provider: Provider, settings):
    with socket.create_server(("127.0.0.1", 0)) as free:
        settings.SMS_URL = f"http+json://127.0.0.1:{free.getsockname()[1]}/"
    with pytest.raises(Unreachable):
        Sms().send(message(world))


@pytest.mark.parametrize("trouble", [500, 429, "silent", "hangs up", 401])
def test_after_trouble_it_is_tried_again_with_the_same_key_and_reaches_its_reader_once(world: World, provider: Provider, trouble):
    """Where the provider had taken it before the answer was lost, it knows the key."""
    one, provider.answers = message(world), [trouble]
    delivery.deliver()
    late = now_of(world, one)
    assert (late.status, late.attempt) == ("waiting", 1)
    due_again(world)
    delivery.deliver()
    assert (now_of(world, one).status, now_of(world, one).provider_id) == ("sent", "m-1")
    assert delivery.deliver() == 0
    assert len({row["headers"]["Idempotency-Key"] for row in provider.asked}) == 1
    assert list(provider.sent.values()) == ["b"]


def test_what_was_taken_is_asked_for_once_only(world: World, provider: Provider):
    message(world)
    for _round in range(3):
        delivery.deliver()
        due_again(world)
    assert len(provider.asked) == 1


def test_a_number_that_is_refused_is_dead_and_neither_the_log_nor_the_row_says_more_than_why(world: World, provider: Provider, caplog):
    one, provider.answers = message(world), [400]
    with caplog.at_level(logging.DEBUG):
        delivery.deliver()
    assert (now_of(world, one).status, now_of(world, one).error) == ("dead", "the provider refused it: 400")
    assert all(MOBILE not in str(record.__dict__) and SECRET not in str(record.__dict__) for record in caplog.records)
    assert SECRET not in repr(provider_of(f"https+json://u:{SECRET}@sms.example.org/"))


@pytest.mark.parametrize("url", ["http+json://sms.example.org/", "https://sms.example.org/", "https+json:///path", "smtp://x"])
def test_numbers_and_codes_do_not_travel_in_the_open(url):
    with pytest.raises(ImproperlyConfigured) as refused:
        short_messages(url)
    assert "example" not in str(refused.value)
    assert short_messages("") == ""
    assert short_messages("http+json://127.0.0.1:9/") == "http+json://127.0.0.1:9/"


@pytest.mark.parametrize(
    ("text", "compacted", "parts"),
    [
        ("Resolución: ¿qué pasó? Ñandú", "Resolucion: ¿qué pasó? Ñandu".replace("ó", "o"), 1),
        ("“…”", '"..."', 1),
        ("a" * 161, "a" * 161, 2),
        ("漢" * 71, "漢" * 71, 2),
    ],
)
def test_messages_are_written_in_the_short_alphabet(text, compacted, parts):
    assert short.compact(text) == compacted
    assert short.parts(short.compact(text)) == parts


@given(st.text())
def test_compacting_twice_changes_nothing_and_never_costs_more_letters_of_others(text):
    once = short.compact(text)
    assert short.compact(once) == once
    assert set(once) - short.BASIC - short.TWICE <= set(text)


@pytest.fixture
def carla_by_phone(world: World) -> ContactPoint:
    return phone(world)


def phone(world: World, value: str = MOBILE, **fields: Any) -> ContactPoint:
    with acting(machine(world.norte)):
        return ContactPoint.objects.create(institution=world.norte, citizen=world.carla, kind="phone", value=value, **fields)


def told(world: World) -> list[tuple[str, str, str]]:
    said("case.opened", world.case_of_norte)
    while outbox.dispatch():
        pass
    return [(notice.channel, notice.recipient, notice.error) for notice in notices(world.norte)]


def test_who_left_only_a_phone_is_told_by_a_short_message_without_personal_data(world: World, provider: Provider, carla_by_phone):
    assert told(world) == [("sms", MOBILE, "")]
    [notice] = notices(world.norte)
    assert world.case_of_norte.number in notice.body
    assert "/portal/norte/track/" in notice.body
    assert "Carla" not in notice.body
    assert world.procedure.name not in notice.body
    assert short.parts(notice.body) <= 2


def test_without_short_messages_the_officer_sees_that_nobody_was_told_and_why(world: World, carla_by_phone):
    assert told(world) == [("email", "", "no_sms")]


@pytest.mark.parametrize(
    ("points", "prefers", "reached"),
    [
        ([("email", {})], "", ("email", "carla@example.org")),
        ([("email", {}), ("phone", {})], "", ("email", "carla@example.org")),
        ([("email", {}), ("phone", {})], "phone", ("sms", MOBILE)),
        ([("email", {})], "phone", ("email", "carla@example.org")),
        ([("phone", {"value": "+56228000000"})], "phone", ("email", "")),
        ([("phone", {"purpose": "emergencies"})], "", ("email", "")),
        ([("phone", {"shared": True}), ("phone", {"value": "+56990124418"})], "", ("sms", "+56990124418")),
        ([("phone", {}), ("phone", {"value": "+56990124418", "purpose": "notices"})], "", ("sms", "+56990124418")),
    ],
)  # fmt: skip
def test_the_way_they_prefer_comes_first_and_what_cannot_be_reached_is_left_out(world: World, provider: Provider, points, prefers, reached):
    from citizens.services import correct_citizen

    for kind, fields in points:
        phone(world, **fields) if kind == "phone" else email_of(world.carla, "carla@example.org", world.norte, **fields)
    if prefers:
        correct_citizen(world.carla, changes={"channel": prefers}, reason="x", by=world.ana)
    assert [row[:2] for row in told(world)] == [reached]


def test_a_request_without_an_account_is_answered_to_the_phone_it_left(world: World, provider: Provider):
    case = factories.case(world.norte, None, world.procedure, reply_name="Rosa", reply_phone="9 9012 4417")
    said("case.opened", case)
    while outbox.dispatch():
        pass
    assert [(notice.channel, notice.recipient) for notice in notices(world.norte)] == [("sms", MOBILE)]
