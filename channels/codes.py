"""A notice that brings a code is kept without it: the code is computed when the message leaves, and shown to nobody at the desk."""

from __future__ import annotations

from channels.models import Notice
from citizens.codes import code_of
from citizens.models import ContactCode
from czrm.trail.models import Event

PLACE = "{code}"
SUBJECT = ContactCode._meta.label_lower


def filled(notice: Notice) -> str:
    """The body as it goes out; a code that no longer serves is not told."""
    if PLACE not in notice.body:
        return notice.body
    subject = Event.objects.values_list("subject", flat=True).filter(pk=notice.event_id).first() or ""
    label, _colon, key = subject.partition(":")
    code = ContactCode.objects.filter(pk=int(key)).first() if label == SUBJECT and key.isdecimal() else None
    return notice.body.replace(PLACE, code_of(code.point_id, code.use, code.expires_at) if code else "–")
