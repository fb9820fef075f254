"""What scenes of sharing have in common: rows of every category with a word of their own, and the doors that may show them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test import Client as Browser
from django.utils.timezone import now

from cases.models import Case, Document
from channels.models import Contact, Notice
from citizens.categories import CATEGORIES
from citizens.models import Attribute, Citizen, ContactPoint, Fact
from czrm.institutions import mfa
from czrm.institutions.entrance import ACTIVE
from czrm.institutions.models import Institution, Purpose, User
from czrm.kit.actor import Clerk, acting
from czrm.kit.owner import as_owner
from czrm.trail.say import say
from tests import factories
from tests.api.test_agency import Agency
from tests.factories import machine

SCOPES = ("citizen", "case", "event", "interaction", "notice", *CATEGORIES)


def mark(scope: str, body: Institution, who: Citizen) -> str:
    """The word by which one recognises a row of this category."""
    return f"{scope}x{body.code.lower()}x{who.pk}x".replace("-", "")


@dataclass
class Rows:
    """What a body holds of a person, as far as a door needs its address."""

    case: Case
    document: Document


def hold(body: Institution, who: Citizen, purpose: Purpose, user_id: int) -> Rows:
    """One row of each category, of this body and of this person."""
    case = factories.case(body, who, factories.procedure(body), title=mark("case", body, who))
    with acting(machine(body)) as by:
        document = Document.objects.create(
            case=case, name="d.txt", media_type="text/plain", size=1, sha256="0", file=ContentFile(mark("case", body, who).encode(), "x"), by="x",
        )  # fmt: skip
        say("case.opened", case, by=by, procedure=mark("event", body, who))
        at = now() - timedelta(days=1)
        Contact.objects.create(
            institution=body,
            user_id=user_id,
            citizen=who,
            purpose=purpose,
            notes=mark("interaction", body, who),
            started_at=at,
            ended_at=at,
        )
        Notice.objects.create(
            institution=body, event_id=case.pk, kind="case.opened", citizen=who, case=case, channel="email", recipient=f"{case.pk}@x.cl",
            subject=mark("notice", body, who), body="b",
        )  # fmt: skip
        ContactPoint.objects.create(institution=body, citizen=who, kind="email", value=f"{mark('contact', body, who)}@example.org")
        for category in CATEGORIES:
            Attribute.objects.get_or_create(institution=body, code=f"own-{category}", defaults={"label": category, "category": category})
            Fact.objects.create(
                institution=body, citizen=who, category=category, attribute=f"own-{category}", value=mark(category, body, who), by="x"
            )
    return Rows(case, document)


@dataclass
class Viewer:
    """An officer at work for a purpose, or for none, with all the doors they could try."""

    clerk: Clerk
    contact: Contact | None
    browser: Browser
    system: Agency

    def get(self, address: str) -> str:
        prefix = f"/@{self.contact.code}" if self.contact else ""
        answer = self.browser.get(prefix + address)
        return answer.getvalue().decode(errors="replace") if answer.status_code == 200 else ""

    def api(self, address: str) -> str:
        answer = self.system.web.get(address)
        return answer.content.decode() if answer.status_code == 200 else ""


def viewer(body: Institution, purpose: Purpose | None, name: str) -> Viewer:
    clerk = factories.clerk(name, body, "officer", "supervisor")
    contact = None
    if purpose:
        with acting(clerk):
            contact = Contact.objects.create(institution=body, user_id=clerk.user_id, purpose=purpose, started_at=now())
        clerk = replace(clerk, purpose_id=purpose.pk, contact_id=contact.pk)
    browser = Browser(raise_request_exception=False)
    browser.force_login(User.objects.get(pk=clerk.user_id), "django.contrib.auth.backends.ModelBackend")
    session = browser.session
    session[ACTIVE], session[mfa.SHOWN] = body.pk, clerk.user_id
    session.save()
    return Viewer(clerk, contact, browser, Agency(body, purpose=purpose))


PAGE = ("contact", "interaction", "event", "notice", *(category for category in CATEGORIES if category != "contact"))
Door = Callable[[Viewer, Citizen, list[Rows]], str]
DOORS: dict[str, Door] = {
    "page": lambda by, who, rows: by.get(f"/desk/people/{who.uid}/"),
    "facts panel": lambda by, who, rows: by.get(f"/desk/people/{who.uid}/facts/"),
    "cases panel": lambda by, who, rows: by.get(f"/desk/cases/of/{who.uid}/"),
    "timeline panel": lambda by, who, rows: by.get(f"/desk/contacts/of/{who.uid}/"),
    "search": lambda by, who, rows: by.get(f"/desk/people/find/?q={who.surname}"),
    "cases": lambda by, who, rows: "".join(by.get(f"/desk/cases/{row.case.number}/") for row in rows),
    "documents": lambda by, who, rows: "".join(by.get(f"/desk/cases/documents/{row.document.uid}/") for row in rows),
    "list, for the export": lambda by, who, rows: by.get("/desk/cases/"),
    "API list": lambda by, who, rows: by.api("/api/v1/cases/"),
    "API case": lambda by, who, rows: "".join(by.api(f"/api/v1/cases/{row.case.number}/") for row in rows),
    "API person": lambda by, who, rows: by.api(f"/api/v1/citizens/{who.uid}/"),
    "manager": lambda by, who, rows: told(by, lambda: Fact.objects.filter(citizen=who).values_list("value", flat=True)),
    "database": lambda by, who, rows: told(by, lambda: ask("select value from citizens_fact where citizen_id = %s", who.pk)),
}


def told(by: Viewer, look: Callable[[], Any]) -> str:
    with acting(by.clerk):
        return " ".join(look())


def ask(sql: str, *args: object) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql, args)
        return [value for (value,) in cursor.fetchall()]


@dataclass
class Owned:
    """The owner's connection, become the application: it can go back to move a term into the past, which nobody else may."""

    lapsed: list[int] = field(default_factory=list)

    def lapse(self, agreement_id: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("set local role none; set local row_security = off")
            cursor.execute("update institutions_agreement set valid_to = valid_from + interval '1 minute' where id = %s", [agreement_id])
            cursor.execute("set local role czrm_app; set local row_security = on")
        self.lapsed.append(agreement_id)


@contextmanager
def as_owner_become_application() -> Iterator[Owned]:
    with as_owner(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set local role czrm_app; set local row_security = on")
        yield Owned()
        transaction.set_rollback(True)
