"""An institution's own words for its messages."""

from __future__ import annotations

from django.utils.translation import gettext

from channels import short, texts
from channels.models import MessageText
from czrm.institutions.context import remembered
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

from .lists import own


@service("text.edit")
def write_text(*, event: str, language: str, subject: str, body: str, channel: str = "email", by: Actor) -> MessageText:
    """Checked before it is kept: a variable nobody fills would reach a citizen as it stands."""
    message = texts.MESSAGES.get(event)
    if message is None or language not in texts.LANGUAGES or channel not in message.channels:
        raise Refused("invalid_text", gettext("There is no such message."))
    if not subject.strip() or not body.strip():
        raise Refused("invalid_empty", gettext("A message needs its subject and its text."))
    if unknown := texts.unknown_variables(f"{subject}\n{body}", message.variables):
        raise Refused("invalid_variable", gettext("Nothing fills %(names)s in this message. Take it out, or use one of the list.") % {
            "names": ", ".join(unknown)})  # fmt: skip
    if channel == "sms" and length(body) > short.MOST_PARTS:
        raise Refused("invalid_length", gettext("It is too long for a short message: it would travel as more than %(most)s.") % {
            "most": short.MOST_PARTS})  # fmt: skip
    text, _new = MessageText.objects.update_or_create(
        institution_id=own(by), event=event, channel=channel, language=language,
        defaults={"subject": " ".join(subject.split()), "body": body.strip()},
    )  # fmt: skip
    say("institution.text_written", remembered(own(by)), by=by, event=event, language=language, channel=channel)
    return text


def length(body: str) -> int:
    """In messages, once it is filled as the page shows it."""
    return short.parts(short.compact(texts.fill(body, texts.SAMPLE)))


@service("text.remove")
def remove_text(*, event: str, language: str, channel: str = "email", by: Actor) -> None:
    """Back to the words we ship."""
    gone, _kinds = MessageText.objects.filter(institution=own(by), event=event, channel=channel, language=language).delete()
    if gone:
        say("institution.text_removed", remembered(own(by)), by=by, event=event, language=language, channel=channel)
