"""`found_platform`: the first step of a new installation, which has nobody yet who could let anybody in."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from czrm.institutions import invitations
from czrm.institutions.services.members import Invitee
from czrm.institutions.services.platform import found_platform
from czrm.kit.refused import Refused


class Command(BaseCommand):
    help = "Found the platform of a new installation and invite its first operator, who makes the institutions and the purposes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="of the first operator")
        parser.add_argument("given", help="the operator's given names")
        parser.add_argument("surname", help="and surnames")
        parser.add_argument("--name", default="CzRM", help="of the platform, as operators read it (%(default)s)")

    def handle(self, *, email: str, given: str, surname: str, name: str, **options: Any) -> None:
        try:
            invitation = found_platform(name, Invitee(email, given, surname, ["operator"]))
        except Refused as refused:
            raise CommandError(refused.words) from None
        self.stdout.write("The platform is founded. The operator opens this link within seven days and chooses a password:")
        self.stdout.write(invitations.link(invitation))
