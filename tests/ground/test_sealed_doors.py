"""A protected person on every door: whoever is not cleared is shown nothing of them, from the next request on."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils.timezone import now

from channels.models import Contact, ContactQuestion
from citizens import services
from citizens.models import Citizen, Clearance, Consent, ConsentText, ContactPoint, Mandate, Relationship
from czrm.institutions.models import User
from czrm.institutions.roles import VISITOR_HIGH
from czrm.kit.actor import Visitor, acting
from reporting import exports
from reporting.models import Export
from tests import factories
from tests.world import World

from .sharing import DOORS, SCOPES, Owned, Viewer, as_owner_become_application, ask, hold, mark, told, viewer

NAME, NUMBER, LIVES, MAIL = "Zulema", "15.234.567-4", "Pasaje Escondido 7", "zq@example.org"
WHY = "She stands here and cannot wait"
TABLES = {
    "citizens_citizen": "name", "citizens_contactpoint": "value", "citizens_fact": "value", "citizens_identifier": "number",
    "cases_case": "title", "cases_document": "name", "cases_note": "text", "channels_contact": "notes", "channels_contactquestion": "text",
    "channels_notice": "subject", "trail_event": "data::text", "citizens_consent": "evidence", "citizens_mandate": "evidence",
    "citizens_relationship": "evidence", "citizens_citizenlink": "basis", "citizens_sourcerecord": "payload::text",
}  # fmt: skip
MORE: dict[str, Callable[[Viewer, Citizen, list[Any]], str]] = {
    "relationships panel": lambda by, who, rows: by.get(f"/desk/people/{who.uid}/relationships/"),
    "the other's relationships": lambda by, who, rows: by.get(f"/desk/people/{sister(who).uid}/relationships/"),
    "the other's mandates": lambda by, who, rows: by.get(f"/desk/people/{sister(who).uid}/mandates/"),
    "mandates panel": lambda by, who, rows: by.get(f"/desk/people/{who.uid}/mandates/"),
    "consents panel": lambda by, who, rows: by.get(f"/desk/people/{who.uid}/consents/"),
    "search by document": lambda by, who, rows: by.get(f"/desk/people/find/?q={NUMBER}"),
    "search by e-mail": lambda by, who, rows: by.get(f"/desk/people/find/?q={MAIL}"),
    "search by birth": lambda by, who, rows: by.get("/desk/people/find/?q=12/03/1972"),
    "queue": lambda by, who, rows: by.get("/desk/cases/queue/"),
    "home": lambda by, who, rows: by.get("/desk/"),
    "contacts": lambda by, who, rows: by.get("/desk/contacts/"),
    "dashboard": lambda by, who, rows: by.get("/desk/reports/"),
    "protected people": lambda by, who, rows: by.get("/desk/people/protected/"),
    "accesses": lambda by, who, rows: by.get("/desk/accesses/"),
    "export": lambda by, who, rows: exported(by),
    "every table": lambda by, who, rows: "".join(told(by, lambda t=t, c=c: ask(f"select {c} from {t}")) for t, c in TABLES.items()),
}  # fmt: skip
ALL = {**DOORS, **MORE}
SHOWS = {  # to who is cleared: the doors do look
    "page", "facts panel", "cases panel", "timeline panel", "search", "cases", "documents", "list, for the export", "manager", "database",
    "relationships panel", "the other's relationships", "search by document", "search by e-mail", "queue", "export", "every table", "protected people",
}  # fmt: skip


def sister(who: Citizen) -> Citizen:
    return Citizen._base_manager.model(uid=SISTERS[who.pk])


SISTERS: dict[int, Any] = {}


def exported(by: Viewer) -> str:
    with acting(by.clerk), tempfile.TemporaryFile() as raw:
        made = Export.objects.create(institution_id=by.clerk.institution_id, user_id=by.clerk.user_id, query={}, language="es")
        exports.fill(raw, made, by.clerk)
        raw.seek(0)
        return raw.read().decode()


class Scene:
    """Zulema, of Norte and Sur, who has a row of everything; protected by a supervisor of Norte."""

    def __init__(self, owned: Owned) -> None:
        self.owned, self.world = owned, World()
        world = self.world
        self.who = factories.citizen(NAME, "Quintrel", NUMBER, world.norte, world.sur)
        self.other = factories.citizen("Rosa", "Nahuel", "9.876.543-3", world.norte, world.sur)
        SISTERS[self.who.pk] = self.other.uid
        self.rows = [hold(body, self.who, world.purpose, world.ana.user_id) for body in (world.norte, world.sur)]
        for body in (world.norte, world.sur):
            self.relate(body)
        self.sofia = viewer(world.norte, None, "Susana")
        services.protect_citizen(self.who, reason=WHY, by=self.sofia.clerk)

    def relate(self, body: Any) -> None:
        who, other, word = self.who, self.other, mark("case", body, self.who)
        with acting(factories.machine(body)):
            for kind, value in (("address", LIVES), ("email", MAIL)):
                ContactPoint.objects.create(institution=body, citizen=who, kind=kind, value=value)
            Relationship.objects.create(institution=body, citizen=who, other=other, kind="sibling", evidence=word, by="x")
            Mandate.objects.create(institution=body, principal=who, agent=other, acts=["*"], ground="law", evidence=word, by="x")
            text = ConsentText.objects.create(institution=body, topic="t", title="t", text="t")
            Consent.objects.create(institution=body, citizen=who, text=text, given=True, channel="counter", evidence=word, by="x")
            contact = Contact.objects.get(citizen=who, institution=body)
            ContactQuestion.objects.create(contact=contact, text=word)

    def shown(self, by: Viewer) -> set[str]:
        """The doors that show anything of the person."""
        marks = [NAME, LIVES, *(mark(scope, body, self.who) for scope in SCOPES for body in (self.world.norte, self.world.sur))]
        return {door for door, open_door in ALL.items() if any(word in open_door(by, self.who, self.rows) for word in marks)}

    def clear(self, by: Viewer, how: str) -> None:
        if how == "named":
            services.name_officer(self.who, officer=User.objects.get(pk=by.clerk.user_id), reason=WHY, by=self.sofia.clerk)
        else:
            services.break_glass("cl.rut", NUMBER, birth=None, surname="Quintrel", reason=WHY, by=by.clerk)

    def run_out(self) -> None:
        """Time passes, as only the owner can make it."""
        with connection.cursor() as cursor:
            cursor.execute("set local role none; set local row_security = off")
            cursor.execute("update citizens_clearance set until = %s where how = 'glass'", [now() - timedelta(seconds=1)])
            cursor.execute("set local role czrm_app; set local row_security = on")


@pytest.fixture
def scene(db: None, settings: Any, tmp_path: Any) -> Iterator[Scene]:
    settings.MEDIA_ROOT = tmp_path
    with as_owner_become_application() as owned:
        yield Scene(owned)


@pytest.mark.slow
def test_who_is_not_named_is_shown_nothing_on_any_door(scene: Scene):
    assert scene.shown(viewer(scene.world.norte, None, "Nora")) == set()
    assert scene.shown(viewer(scene.world.norte, scene.world.purpose, "Nube")) == set()


@pytest.mark.slow
def test_who_protected_them_sees_them_on_every_door_but_where_they_live_on_none(scene: Scene):
    shown = scene.shown(scene.sofia)
    assert shown >= SHOWS
    assert not any(door.startswith("API") for door in shown)  # a system is named for nobody
    said = "".join(open_door(scene.sofia, scene.who, scene.rows) for door, open_door in ALL.items())
    assert LIVES not in said
    assert mark("residence", scene.world.norte, scene.who) not in said


@pytest.mark.slow
def test_a_broken_glass_opens_every_door_and_running_out_closes_them_at_the_next_request(scene: Scene):
    by = viewer(scene.world.norte, None, "Nora")
    scene.clear(by, "glass")
    assert scene.shown(by) >= SHOWS
    scene.run_out()
    assert scene.shown(by) == set()


@pytest.mark.slow
def test_who_is_no_longer_named_is_shown_nothing_at_the_next_request(scene: Scene):
    by = viewer(scene.world.norte, None, "Nora")
    scene.clear(by, "named")
    assert scene.shown(by) >= SHOWS
    with acting(scene.sofia.clerk):
        held = Clearance.objects.get(user=by.clerk.user_id)
    services.unname_officer(held, by=scene.sofia.clerk)
    assert scene.shown(by) == set()


@pytest.mark.slow
def test_another_institution_sees_nothing_of_its_own_rows_nor_by_an_agreement(scene: Scene):
    assert scene.shown(viewer(scene.world.sur, None, "Saúl")) == set()
    scene.world.agreement(*SCOPES)  # Sur opens to Norte
    assert scene.shown(viewer(scene.world.norte, scene.world.purpose, "Nube")) == set()
    este = factories.institution("Este", "ES")
    factories.agreement(scene.world.norte, este, scene.world.purpose, *SCOPES)
    assert scene.shown(viewer(este, scene.world.purpose, "Elsa")) == set()


@pytest.mark.slow
def test_the_person_sees_themselves_and_where_they_live(scene: Scene):
    login = factories.user("Zulema", citizen_id=scene.who.pk)
    me = Visitor("Zulema", scene.who.pk, login.pk, scene.world.norte.pk, VISITOR_HIGH, assurance="high")
    browser = scene.world.browser(me)
    pages = [browser.get(f"/portal/{scene.world.norte.slug}/{page}") for page in ("mine/", "mine/data/", "")]
    with acting(me):
        assert LIVES in "".join(ask("select value from citizens_contactpoint"))
        assert Citizen.objects.get().name == "Zulema Quintrel"
    assert pages[-1].status_code == 200
