"""SMTP, one connection for a batch."""

from __future__ import annotations

import smtplib
from contextlib import suppress
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from channels.models import Notice
from czrm.institutions.models import Institution

from . import Rejected, Unreachable


class Email:
    def __init__(self) -> None:
        self.connection: Any = get_connection()

    def send(self, notice: Notice) -> str:
        message = letter(notice)
        try:
            self.connection.open()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise Unreachable(type(error).__name__) from error
        try:
            self.connection.send_messages([message])
        except smtplib.SMTPRecipientsRefused as error:
            self.close()
            if all(code >= 500 for code, _words in error.recipients.values()):
                raise Rejected("the address does not exist") from error
            raise
        except Exception:
            self.close()  # who knows in which state it was left
            raise
        return str(message.extra_headers["Message-ID"])

    def close(self) -> None:
        with suppress(OSError, smtplib.SMTPException):
            self.connection.close()
        self.connection.connection = None


def letter(notice: Notice) -> EmailMessage:
    """Its Message-ID is the notice's own: whoever receives it twice can tell."""
    institution = Institution.objects.only("name", "email").get(pk=notice.institution_id)
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    message = EmailMessage(
        notice.subject, notice.body, formataddr((institution.name, address)), [notice.recipient],
        reply_to=[institution.email] if institution.email else None,
        headers={
            "Message-ID": f"<{notice.uid}@{address.partition('@')[2]}>", "Auto-Submitted": "auto-generated",
            "Content-Language": notice.language,
        },
    )  # fmt: skip
    try:
        message.message()
    except (ValueError, UnicodeError) as error:  # an address or a subject no letter can bear
        raise Rejected("it cannot be written as a letter") from error
    return message
