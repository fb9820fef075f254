"""Who hears what: event, whom it is told to, in which message. Heard twice, it is told once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import override

from cases.models import Case
from channels import alerts, codes, links
from channels.imported import name_channels
from channels.recipients import Recipient, citizen_of, citizen_unless_decided, in_charge, newly_in_charge
from czrm.kit.actor import Machine
from czrm.trail import outbox
from czrm.trail.models import Event


@dataclass(frozen=True)
class Rule:
    event: str
    who: Callable[[Case, Event], list[Recipient]]
    message: str
    page: Callable[[Case], str]
    until: str = ""  # the key of the event's data that holds a moment


RULES = (
    Rule("case.opened", citizen_of, "case.opened", links.of_citizen),
    Rule("case.citizen_asked", citizen_of, "case.citizen_asked", links.of_citizen, until="answer_by"),
    Rule("case.extended", citizen_of, "case.extended", links.of_citizen, until="due"),
    Rule("case.decided", citizen_of, "case.decided", links.of_citizen),
    Rule("case.notified", citizen_of, "case.notified", links.of_citizen),
    Rule("case.closed", citizen_unless_decided, "case.closed", links.of_citizen),
    Rule("case.reopened", citizen_of, "case.reopened", links.of_citizen),
    Rule("case.citizen_answered", in_charge, "case.citizen_answered", links.of_officer),
    Rule("case.assigned", newly_in_charge, "case.assigned", links.of_officer),
)


def register() -> None:
    for rule in RULES:
        outbox.listen(rule.event, partial(hear, rule))
    outbox.listen("institution.requests_imported", name_channels)
    outbox.listen("code.sent", codes.tell_code)
    for kind in alerts.ALERTS:
        outbox.listen(kind, alerts.alert)


def hear(rule: Rule, event: Event) -> None:
    from channels.services import tell

    case = Case.objects.select_related("institution", "procedure", "citizen", "team").filter(pk=event.case_id or 0).first()
    if case is None:  # gone, or nobody's to tell of any more
        return
    for recipient in rule.who(case, event):
        tell(event, recipient, rule.message, values(rule, case, event, recipient), by=Machine("notices", event.institution_id))
    outbox.after_commit("channels.tasks.deliver")


def values(rule: Rule, case: Case, event: Event, recipient: Recipient) -> dict[str, str]:
    """As little as serves: whose case, which one, and where to look. No description, no document, no key."""
    return {
        "name": recipient.name, "number": case.number, "procedure": case.procedure.name, "institution": case.institution.name,
        "link": rule.page(case), "until": day(event.data.get(rule.until), case, recipient.language) if rule.until else "",
    }  # fmt: skip


def day(moment: object, case: Case, language: str) -> str:
    if not isinstance(moment, str):
        return ""
    with override(language):
        return date_format(datetime.fromisoformat(moment).astimezone(ZoneInfo(case.institution.time_zone)), "DATE_FORMAT")
