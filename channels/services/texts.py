"""An institution's own words for its messages."""

from __future__ import annotations

from django.utils.translation import gettext

from channels import texts
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
    if message is None or language not in texts.LANGUAGES:
        raise Refused("invalid_text", gettext("There is no such message."))
    if not subject.strip() or not body.strip():
        raise Refused("invalid_empty", gettext("A message needs its subject and its text."))
    if unknown := texts.unknown_variables(f"{subject}\n{body}", message.variables):
        raise Refused("invalid_variable", gettext("Nothing fills %(names)s in this message. Take it out, or use one of the list.") % {
            "names": ", ".join(unknown)})  # fmt: skip
    text, _new = MessageText.objects.update_or_create(
        institution_id=own(by), event=event, channel=channel, language=language,
        defaults={"subject": " ".join(subject.split()), "body": body.strip()},
    )  # fmt: skip
    say("institution.text_written", remembered(own(by)), by=by, event=event, language=language)
    return text


@service("text.remove")
def remove_text(*, event: str, language: str, channel: str = "email", by: Actor) -> None:
    """Back to the words we ship."""
    gone, _kinds = MessageText.objects.filter(institution=own(by), event=event, channel=channel, language=language).delete()
    if gone:
        say("institution.text_removed", remembered(own(by)), by=by, event=event, language=language)
