"""A notice that brings a code is kept without it: the code is computed when the message leaves, and shown to nobody at the desk."""

from __future__ import annotations

from django.utils.timezone import now

from channels.models import Notice
from channels.recipients import Recipient
from channels.texts import LANGUAGES
from citizens.codes import code_of
from citizens.models import Citizen, ContactCode
from czrm.kit.actor import Machine
from czrm.trail import outbox
from czrm.trail.models import Event

PLACE = "{code}"
SUBJECT = ContactCode._meta.label_lower
MESSAGES = {"login": "login.code", "verify": "contact.code"}
WAYS = {"email": "email", "phone": "sms"}


def tell_code(event: Event) -> None:
    """Carry a code to the contact point it is for; heard twice, it is told once."""
    from channels.services import tell

    code = code_of_event(event)
    if code is None:
        return
    citizen = Citizen.objects.get(pk=code.point.citizen_id)
    wanted = (citizen.language, str(event.data.get("language", "")), code.institution.language, *LANGUAGES)
    speaks = next(one for one in wanted if one in LANGUAGES)
    recipient = Recipient(citizen.given or citizen.name, code.point.value, speaks, WAYS[code.point.kind], citizen_id=citizen.pk)
    values = {"name": recipient.name, "code": PLACE, "institution": code.institution.name}
    tell(event, recipient, MESSAGES[code.use], values, by=Machine("notices", event.institution_id))
    outbox.after_commit("channels.tasks.deliver")


def filled(notice: Notice) -> str:
    """The body as it goes out; a code that is gone is not told."""
    if not brings_code(notice):
        return notice.body
    code = code_of_notice(notice)
    return notice.body.replace(PLACE, code_of(code.point_id, code.use, code.expires_at) if code else "–")


def too_late(notice: Notice) -> bool:
    """Whether it brings a code that no longer serves: another was sent, it was used, or its minutes are over."""
    if not brings_code(notice):
        return False
    code = code_of_notice(notice)
    return code is None or code.used_at is not None or code.expires_at <= now()


def brings_code(notice: Notice) -> bool:
    """By its kind: what somebody wrote, such as a reason, may hold the same letters, and must go out all the same."""
    return notice.kind in MESSAGES.values() and PLACE in notice.body


def code_of_notice(notice: Notice) -> ContactCode | None:
    event = Event.objects.filter(pk=notice.event_id).first()
    return code_of_event(event) if event else None


def code_of_event(event: Event) -> ContactCode | None:
    label, _colon, key = event.subject.partition(":")
    if label != SUBJECT or not key.isdecimal():
        return None
    return ContactCode.objects.select_related("point", "institution").filter(pk=int(key)).first()
