"""The SMTP transport against a real server that behaves badly."""

from __future__ import annotations

import asyncio
import smtplib
import socket
from collections.abc import Iterator
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from channels.models import Notice
from channels.transports import Rejected, Unreachable
from channels.transports.email import Email
from tests.world import World

from .test_sending import waiting


class Server:
    """Says what the local part of the recipient asks for."""

    def __init__(self) -> None:
        self.took: list[bytes] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address.startswith("nobody"):
            return "550 no such user"
        if address.startswith("full"):
            return "452 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        match envelope.rcpt_tos[0].partition("@")[0]:
            case "busy":
                return "451 later"
            case "broken":
                return "554 transaction failed"
            case "slow":
                await asyncio.sleep(1)
            case "hangs-up":
                self.took.append(envelope.content)
                server.transport.abort()
        self.took.append(envelope.content)
        return "250 OK"


@pytest.fixture
def server(settings) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 0.5
    yield handler
    controller.stop()


def notice(world: World, recipient: str) -> Notice:
    [made] = waiting(world)
    made.recipient = recipient
    return made


def test_a_letter_arrives_whole_with_accents(world: World, server: Server):
    one = notice(world, "carla@example.org")
    one.subject, one.body = "Recibimos su petición", "Hola, Carla:\n\nÑandú"
    way = Email()
    provider_id = way.send(one)
    way.close()
    letter = message_from_bytes(server.took[0])
    assert letter["Message-ID"] == provider_id
    assert letter.get_payload(decode=True).decode().replace("\r\n", "\n").strip() == one.body
    assert letter["To"] == "carla@example.org"


@pytest.mark.parametrize(
    ("recipient", "error"),
    [
        ("nobody@example.org", Rejected), ("full@example.org", smtplib.SMTPRecipientsRefused),
        ("busy@example.org", smtplib.SMTPDataError),
        ("broken@example.org", smtplib.SMTPDataError), ("slow@example.org", OSError),
        ("hangs-up@example.org", smtplib.SMTPServerDisconnected),
    ],
)  # fmt: skip
def test_each_failure_is_told_apart_and_the_next_letter_goes(world: World, server: Server, recipient, error):
    way = Email()
    with pytest.raises(error):
        way.send(notice(world, recipient))
    assert way.send(Notice(uid="x", recipient="carla@example.org", subject="s", body="b", institution_id=world.norte.pk))
    way.close()


def test_nobody_there_is_known_at_once(world: World, server: Server, settings):
    with socket.create_server(("127.0.0.1", 0)) as free:
        settings.EMAIL_PORT = free.getsockname()[1]
    with pytest.raises(Unreachable):
        Email().send(notice(world, "carla@example.org"))
