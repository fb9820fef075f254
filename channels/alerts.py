"""What supervisors are told of their officers, at once."""

from __future__ import annotations

from channels import links
from channels.recipients import Recipient
from channels.texts import LANGUAGES
from czrm.institutions.models import Institution, Membership, User
from czrm.kit.actor import Machine
from czrm.trail import outbox
from czrm.trail.models import Event

ALERTS = {  # events, each with the message of the same name, and the page where one sees more
    "access.budget_exceeded": "institutions:home",
    "citizen.glass_broken": "citizens:protected",
    "export.people_asked": "institutions:home",
}
ALSO_DPO = {"export.people_asked"}  # told to the data-protection officer beside whoever supervises


def alert(event: Event) -> None:
    from channels.services import tell

    officer = User.objects.filter(pk=event.user_id or 0).first()
    if officer is None:  # another agency's system: its register of keys says whom to ask
        return
    institution = Institution.objects.defer("logo", "theme").get(pk=event.institution_id)
    link = links.absolute(ALERTS[event.kind])
    values = {"officer": str(officer), "institution": institution.name, "link": link, "reason": str(event.data.get("reason", ""))}
    for person in told_of(event.kind, officer, institution.pk):
        language = person.language if person.language in LANGUAGES else institution.language
        recipient = Recipient(person.first_name or str(person), person.email.lower(), language if language in LANGUAGES else LANGUAGES[0])
        tell(event, recipient, event.kind, values | {"name": recipient.name}, by=Machine("notices", institution.pk))
    outbox.after_commit("channels.tasks.deliver")


def told_of(kind: str, officer: User, institution_id: int) -> list[User]:
    found = {person.pk: person for person in supervisors_of(officer, institution_id)}
    if kind in ALSO_DPO:
        members = Membership.objects.filter(institution=institution_id, active=True, user__is_active=True, roles__contains=["dpo"])
        found |= {row.user_id: row.user for row in members.exclude(user=officer).select_related("user")}
    return list(found.values())


def supervisors_of(officer: User, institution_id: int) -> list[User]:
    """Those of the officer's teams, else all of the institution, else its data-protection officer, else who administers it; never the
    officer themselves."""
    members = Membership.objects.filter(institution=institution_id, active=True, user__is_active=True).exclude(user=officer)
    supervisors = members.filter(roles__contains=["supervisor"]).select_related("user")
    near = supervisors.filter(teams__members__user=officer, teams__members__institution=institution_id).distinct()
    found = list(near) or list(supervisors)
    for role in ("dpo", "administrator"):
        found = found or list(members.filter(roles__contains=[role]).select_related("user"))
    return [membership.user for membership in found]
