"""A meeting with a citizen, from its start to its wrap-up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.utils.timezone import now
from django.utils.translation import gettext

from cases.models import Case
from channels import defaults
from channels.models import Contact, ContactQuestion
from citizens.models import Citizen
from czrm.institutions.models import Membership, Office, Purpose
from czrm.kit.actor import Actor, Clerk
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say


@service("contact.start")
def start_contact(*, channel: str, purpose: Purpose, phone: str = "", citizen: Citizen | None = None, office: Office | None = None,
                  by: Actor) -> Contact:  # fmt: skip
    """From now on its code in the address gives its purpose to whatever is read."""
    officer = at_work(by)
    if channel not in defaults.ways(officer.institution_id):
        raise Refused("invalid_channel", gettext("Choose one of the channels of this institution."))
    contact = Contact.objects.create(
        institution_id=officer.institution_id, user_id=officer.user_id, office=office or own_office(officer), channel=channel,
        purpose=purpose, phone=phone, citizen=citizen and Citizen.objects.get(pk=citizen.pk), started_at=now(),
    )  # fmt: skip
    say("contact.started", contact, by=replace(officer, contact_id=contact.pk), channel=channel, purpose=purpose.code)
    return contact


@service("contact.note")
def note_contact(contact: Contact, *, notes: str, before: str | None = None, by: Actor) -> Contact:
    """Saved while one types; `before` is the mark of what the writer had found, so that two tabs do not undo each other."""
    contact = in_progress(contact, by)
    if before is not None and before != mark(contact.notes) and contact.notes != notes:
        raise Refused("changed_meanwhile", gettext("These notes were changed in another tab: open this page again to see them."))
    contact.notes = notes
    contact.save(update_fields=["notes"])
    return contact


@service("contact.ask")
def add_question(contact: Contact, *, text: str, by: Actor) -> ContactQuestion:
    contact = in_progress(contact, by)
    if not text.strip():
        raise Refused("invalid_question", gettext("Write the question first."))
    return ContactQuestion.objects.create(contact=contact, text=text.strip()[:300])


@service("contact.answer")
def close_question(question: ContactQuestion, *, by: Actor) -> ContactQuestion:
    """Closed questions open again by the same deed: one tick, one way back."""
    in_progress(question.contact, by)
    question.closed_at = None if question.closed_at else now()
    question.save(update_fields=["closed_at"])
    return question


@service("contact.close")
def close_contact(contact: Contact, *, result: str, notes: str, answered: bool | None, citizen: Citizen | None = None,
                  cases: Iterable[Case] = (), by: Actor) -> Contact:  # fmt: skip
    """Ends the contact and, at once, its purpose; `citizen` and `cases` are whom and what it was about."""
    contact = in_progress(contact, by)
    if result not in defaults.results(contact.institution_id):
        raise Refused("invalid_result", gettext("Choose how the contact ended."))
    moment = now()
    contact.result, contact.notes, contact.answered, contact.ended_at = result, notes, answered, moment
    contact.citizen = citizen and Citizen.objects.get(pk=citizen.pk)
    contact.save(update_fields=["result", "notes", "answered", "ended_at", "citizen"])
    touched = Case.objects.filter(pk__in=[case.pk for case in cases])
    for case in touched:
        ContactQuestion.objects.create(contact=contact, case=case, text=case.title, closed_at=moment)
    ContactQuestion.objects.filter(contact=contact, closed_at=None).update(closed_at=moment)
    say("contact.closed", contact, by=replace(at_work(by), contact_id=contact.pk), result=result, cases=[case.number for case in touched])
    return contact


def mark(notes: str) -> str:
    """Short, and another for other notes."""
    return hashlib.sha256(notes.encode()).hexdigest()[:12]


def at_work(by: Actor) -> Clerk:
    if not isinstance(by, Clerk):
        raise PermissionDenied("a contact has an officer")
    return by


def own_office(officer: Clerk) -> Office | None:
    member = Membership.objects.filter(user=officer.user_id, institution=officer.institution_id).select_related("office").first()
    return member.office if member else None


def in_progress(contact: Contact, by: Actor) -> Contact:
    """The contact as it is now, one's own and still open, nobody else's to change until this transaction ends."""
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    if contact.user_id != at_work(by).user_id:
        raise Refused("contact_of_another", gettext("This contact is a colleague's: only they can go on with it."))
    if contact.ended_at is not None:
        raise Refused("contact_closed", gettext("This contact is closed. Start a new one to go on."))
    return contact
