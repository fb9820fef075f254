"""The link that lets an invited person in: signed, for seven days, and for the last invitation only."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from czrm.trail.models import Event

from .models import Membership

VALID = timedelta(days=7)
SALT = "czrm.invitation"


def link(membership: Membership) -> str:
    """An absolute address; it opens nothing once the invitation was accepted, withdrawn or sent anew."""
    assert membership.invited_at is not None
    token = signing.dumps([str(membership.uid), membership.invited_at.isoformat()], salt=SALT)
    return settings.PUBLIC_URL + reverse("institutions:invitation", args=[token])


def read(token: str) -> Membership | None:
    try:
        uid, invited_at = signing.loads(token, salt=SALT, max_age=VALID)
    except signing.BadSignature:
        return None
    found = Membership.objects.select_related("institution", "user").filter(uid=uid, invited_at=invited_at, institution__active=True)
    return found.first()


def shown_on_screen() -> bool:
    """Where no mail goes out, whoever invites hands the link over."""
    return settings.DEMO or not settings.EMAIL_URL


def send(event: Event) -> None:
    """Hears member.invited. A link that fails to go out is tried again with the event."""
    membership = Membership.objects.select_related("institution", "user").filter(pk=int(event.subject.partition(":")[2])).first()
    if membership is None or not (membership.invited_at or membership.active):
        return
    with translation.override(membership.user.language or membership.institution.language):
        facts = {
            "institution": membership.institution,
            "by": event.by if event.user_id else gettext("The operator of the platform"),
            "days": VALID.days,
        }
        address = link(membership) if membership.invited_at else settings.PUBLIC_URL + reverse("institutions:home")
        send_mail(
            gettext("Invitation to work with %(institution)s") % {"institution": membership.institution.name},
            render_to_string("institutions/invitation.txt", facts | {"address": address, "joined": membership.active}),
            None,
            [membership.user.email],
        )
