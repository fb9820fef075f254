"""Plain words for a citizen: what was done with their data, and which of them were seen."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from citizens.categories import Category

DONE: dict[str, Promise] = {
    "citizen.see": _("Opened your page"),
    "citizen.find": _("You appeared in a search"),
    "citizen.register": _("You appeared among people like somebody to be registered"),
    "citizen.identify": _("Looked you up by your document"),
    "match.see": _("Compared you with a record that may be yours too"),
    "citizen.break_glass": _("Broke the glass: opened your protected record"),
    "protected.see": _("Looked at who sees your protected record"),
    "citizen.reveal": _("Saw your whole document number"),
    "citizen.export": _("Took a file of people with you"),
    "citizen.edit": _("Opened your data to correct them"),
    "case.see": _("Opened your requests"),
    "case.receipt": _("Opened a receipt of yours"),
    "case.file": _("Added a document to your request"),
    "case.export": _("Took a list of cases with yours"),
    "contact.see": _("Saw when you were attended"),
    "contact.close": _("Closed a contact with you"),
    "fact.see": _("Saw what is known of you"),
    "relationship.see": _("Saw your relatives and household"),
    "mandate.see": _("Saw who acts for you"),
    "consent.see": _("Saw your consents"),
    "portal.track": _("Followed your request"),
    "citizen.edit_contact_point": _("Opened a way to reach you to change what it is for"),
    "citizen.verify_contact_point": _("Opened a way to reach you to verify it"),
    "citizen.check_code": _("Typed the code that you read aloud"),
    "citizen.retire_contact_point": _("Opened a way to reach you to stop using it"),
    "citizen.add_contact_point": _("Added a way to reach you"),
}
OTHERWISE = {
    "citizen": _("Opened your data to work on them"),
    "case": _("Opened your request to work on it"),
    "contact": _("Saw when you were attended"),
    "portal": _("Looked at your affairs at the portal"),
    "access": _("Reviewed who looked at your data"),
}
SEEN: dict[str, Promise] = {
    "citizen": _("your name and document"),
    "contact": _("how to reach you"),
    "case": _("your requests"),
    "document": _("your documents"),
    "event": _("what happened in your requests"),
    "interaction": _("when you were attended"),
    "notice": _("what you were told"),
    "note": _("notes about your requests"),
    "mandate": _("who acts for you"),
    "consent": _("your consents"),
    "source": _("what you said of yourself"),
    "access": _("who looked at your data"),
    Category.IDENTITY.value: _("your identity"),
    Category.RESIDENCE.value: _("where you live"),
    Category.FAMILY.value: _("your family and household"),
    Category.EDUCATION.value: _("your education"),
    Category.WORK.value: _("your work"),
    Category.INCOME.value: _("your income"),
    Category.BENEFITS.value: _("your benefits"),
    Category.HEALTH.value: _("your health"),
    Category.TAX.value: _("your taxes"),
    Category.LEGAL.value: _("your legal situation"),
}


def done(verb: str) -> str:
    return str(DONE.get(verb) or OTHERWISE.get(verb.partition(".")[0], _("Looked at your data")))


def seen(kind: str) -> str:
    return str(SEEN.get(kind, kind))
