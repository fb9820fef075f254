"""Plain words for the verbs that the access log and a client's rights name."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LOOKS: dict[str, Promise] = {
    "citizen.see": _("Opened a person's page"),
    "citizen.find": _("Searched people"),
    "citizen.identify": _("Looked a person up by document"),
    "citizen.reveal": _("Revealed a hidden value"),
    "citizen.export": _("Exported people"),
    "citizen.attend": _("Began to attend a person"),
    "citizen.break_glass": _("Broke the glass of a protected person"),
    "citizen.close_glass": _("Closed a record opened by breaking the glass"),
    "citizen.protect": _("Opened a person's page to protect the record"),
    "citizen.unprotect": _("Ended the protection of a person"),
    "citizen.name_officer": _("Named who sees a protected person"),
    "citizen.unname_officer": _("Took somebody from those who see a protected person"),
    "protected.see": _("Looked at who sees protected people"),
    "citizen.edit": _("Opened a person's data to correct them"),
    "fact.see": _("Looked at the data of a person"),
    "relationship.see": _("Read a person's family and household"),
    "case.see": _("Opened a case"),
    "case.receipt": _("Opened a receipt"),
    "case.file": _("Opened a document"),
    "case.export": _("Exported cases"),
    "queue.see": _("Looked through a list of cases"),
    "contact.see": _("Opened a contact"),
    "portal.track": _("Followed a case with its key"),
    "citizen.register": _("Compared people before registering one"),
    "mandate.see": _("Looked at who acts for a person"),
    "consent.see": _("Looked at a person's consents"),
    "access.about": _("Looked at who saw a person's data"),
    "match.see": _("Compared two records that may be of one person"),
    "access.see": _("Looked through the access log"),
    "access.watch": _("Reviewed unusual accesses"),
    "access.watch_person": _("Looked through the people to watch over"),
    "portal.see_accesses": _("Looked at who saw their data"),
    "access.export": _("Exported the access log"),
    "transfer.export": _("Exported the register of transfers"),
    "refused": _("Was refused"),
}
OTHERWISE: dict[str, Promise] = {  # by the noun of the verb, for looks that need no words of their own
    "citizen": _("Worked on a person's record"),
    "fact": _("Worked on a person's record"),
    "case": _("Worked on a case"),
    "contact": _("Worked on a contact"),
    "mandate": _("Worked on who acts for a person"),
    "consent": _("Worked on a person's consents"),
    "match": _("Decided whether two records are of one person"),
    "login": _("Looked at who wants to get into the portal"),
    "notice": _("Read a notice"),
    "mailbox": _("Read the notices sent to people"),
    "portal": _("Saw their own affairs in the portal"),
}
DEEDS: dict[str, Promise] = {
    "case.see": _("Read the cases it filed"),
    "case.submit": _("File a case"),
    "case.list": _("List the cases it filed"),
    "citizen.find": _("Search people as the desk's box does"),
    "citizen.identify": _("Find a person by document and birth date or surname"),
    "citizen.see": _("Read a person's data"),
    "procedure.see": _("Read the procedures"),
}


def look(verb: str) -> str:
    return str(LOOKS.get(verb) or OTHERWISE.get(verb.partition(".")[0]) or verb)


def deed(verb: str) -> str:
    return str(DEEDS.get(verb, verb))
