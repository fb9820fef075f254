"""A notice is written down; who sends it is another's work."""

from __future__ import annotations

from django.utils.timezone import now
from django.utils.translation import gettext

from channels import texts
from channels.models import Notice
from channels.recipients import Recipient
from czrm.institutions.models import User
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.models import Event


@service("notice.tell")
def tell(event: Event, recipient: Recipient, message: str, values: dict[str, str], *, by: Actor) -> Notice:
    """Once per event, recipient and channel, however often it is asked; the words are fixed now, so that they can be proved later.

    Where there is no address the notice is kept all the same, cancelled: the officer sees that nobody was told.
    """
    subject, body = texts.render(message, recipient.language, values, event.institution_id, recipient.channel)
    notice, _new = Notice.objects.get_or_create(
        event_id=event.pk, recipient=recipient.address, channel=recipient.channel,
        defaults={
            "institution_id": event.institution_id, "kind": message, "citizen_id": recipient.citizen_id, "case_id": recipient.case_id,
            "subject": subject[:240], "body": body, "language": recipient.language,
            **({} if recipient.address else {"status": Notice.Status.CANCELLED, "error": recipient.why_not}),
        },
    )  # fmt: skip
    return notice


@service("notice.read")
def read_notice(notice: Notice, *, by: Actor) -> Notice:
    """An officer opens what they were told; if it had not gone out yet, it need not any more."""
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    mine = User.objects.filter(pk=getattr(by, "user_id", None) or 0, email__iexact=notice.recipient).exists()
    if not mine:
        raise Refused("notice_of_another", gettext("This notice is for somebody else."))
    if notice.status in (Notice.Status.WAITING, Notice.Status.SENT):
        notice.status, notice.sent_at = Notice.Status.READ, notice.sent_at or now()
        notice.save(update_fields=["status", "sent_at"])
    return notice
