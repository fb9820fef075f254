"""Codes that prove a way to reach somebody: sent by the outbox, typed once, never shown nor kept as they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.timezone import now
from django.utils.translation import gettext

from citizens import codes, reach, states
from citizens.models import Citizen, ContactCode, ContactPoint
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.models import Event
from czrm.trail.say import said

from .contact_points import in_force, own, settled

VERIFY, LOGIN = "verify", "login"
AGAIN = timedelta(minutes=1)  # a code asked for anew so soon is the same one
HOUR = timedelta(hours=1)
MOST_A_CITIZEN, MOST_AN_OFFICER = 6, 30  # in an hour, at one institution


@dataclass(frozen=True, slots=True)
class Checked:
    """`left` are the tries that this code still has; none, and another must be sent."""

    right: bool
    left: int = 0


def texts_go_out() -> bool:
    """Whether short messages leave this installation; in the demonstration they go to its own mailbox."""
    return bool(settings.SMS_URL) or settings.DEMO


def ways_to_prove(point: ContactPoint) -> tuple[str, ...]:
    return reach.ways_to_prove(point.kind, point.value, texts=texts_go_out())


@service("citizen.send_code")
def send_contact_code(point: ContactPoint, *, language: str = "", by: Actor) -> ContactCode:
    """To the point itself: whoever holds it reads the code aloud. Rare enough that nobody is pestered by it."""
    point = own(point, by=by)
    states.insist(Citizen.objects.values_list("state", flat=True).get(pk=point.citizen_id), states.REACH)
    if reach.CODE not in ways_to_prove(point):
        raise Refused("no_code_there", gettext("No code can be sent there: no short messages go out from here, or it is no mobile phone."))
    list(ContactPoint.objects.select_for_update().filter(citizen=point.citizen_id, institution=point.institution_id).order_by("pk"))
    sent = ContactCode.objects.filter(use=VERIFY, institution=point.institution_id)
    if sent.filter(point=point, used_at=None, sent_at__gt=now() - AGAIN).exists():
        raise Refused("code_too_soon", gettext("A code was sent less than a minute ago. Wait a little before you send another."))
    if sent.filter(point__citizen=point.citizen_id, sent_at__gt=now() - HOUR).count() >= MOST_A_CITIZEN:
        raise Refused("codes_of_person", gettext("Too many codes were sent to this person in the last hour. Try again later."))
    user = getattr(by, "user_id", None)
    if user and sent.filter(user_id=user, sent_at__gt=now() - HOUR).count() >= MOST_AN_OFFICER:
        raise Refused("codes_of_officer", gettext("You have sent too many codes in the last hour. Try again later."))
    return issue(point, VERIFY, language=language, by=by)[0]


def issue(point: ContactPoint, use: str, *, language: str, by: Actor) -> tuple[ContactCode, Event]:
    """The last one sent is the one that serves; channels hear the event and carry it."""
    expires = now() + codes.LIFE
    ContactCode.objects.filter(point=point, use=use, used_at=None).update(expires_at=now())
    code = ContactCode.objects.create(
        institution_id=point.institution_id, point=point, use=use, expires_at=expires, sent_at=now(), user_id=getattr(by, "user_id", None),
        digest=codes.digest_of(point.pk, codes.code_of(point.pk, use, expires)),
    )  # fmt: skip
    return code, said("code.sent", code, by=by, use=use, way=point.kind, language=language)


@service("citizen.check_code")
def check_contact_code(point: ContactPoint, typed: str, *, by: Actor) -> Checked:
    """A wrong one is counted, so it is told and not refused: a refusal would undo the count."""
    point = own(point, by=by)
    code = live(point.pk, VERIFY)
    if code is None:
        return Checked(right=False)
    if not tried(code, typed):
        return Checked(right=False, left=codes.MOST_TRIES - code.tries)
    settled(point, reach.CODE, by=by)
    return Checked(right=True)


def live(point_id: int, use: str) -> ContactCode | None:
    """The code that still serves, locked, so that tries made at the same moment all count."""
    rows = ContactCode.objects.filter(point=point_id, use=use, used_at=None, expires_at__gt=now(), tries__lt=codes.MOST_TRIES)
    return rows.select_for_update().order_by("-pk").first()


def tried(code: ContactCode, typed: str) -> bool:
    right = codes.matches(code.point_id, typed, code.digest)
    code.tries += 1
    code.used_at = now() if right else None
    code.save(update_fields=["tries", "used_at"])
    return right


def waiting_since(point: ContactPoint) -> datetime | None:
    """When the code that still serves was sent."""
    rows = ContactCode.objects.filter(point=point, use=VERIFY, used_at=None, expires_at__gt=now(), tries__lt=codes.MOST_TRIES)
    return rows.order_by("-pk").values_list("sent_at", flat=True).first() if in_force(point) else None
