"""Of another institution's cases an agreement opens those of the procedures it names, on every door that shows cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.base import ContentFile

from cases.models import Case, Document, DocumentRequest
from czrm.institutions.models import Agreement
from czrm.institutions.openings import act
from czrm.kit.actor import Clerk, acting
from czrm.trail.models import AccessEntry, Event
from czrm.trail.say import say
from tests import factories
from tests.api.test_agency import Agency
from tests.channels.scenes import contact
from tests.world import World, machine


@pytest.fixture
def grant(world: World) -> Case:
    """A case of Carla's in Sur, of one procedure."""
    return made(world, "Beca", "beca")


@pytest.fixture
def fine(world: World) -> Case:
    """Another of hers, of another."""
    return made(world, "Multa", "multa")


def made(world: World, name: str, slug: str) -> Case:
    case = factories.case(world.sur, world.carla, factories.procedure(world.sur, name, slug=slug), title=f"{name} de Sur")
    with acting(machine(world.sur)) as by:
        say("case.opened", case, by=by, procedure=name)
    return case


def agreed(world: World, *slugs: str, scopes: tuple[str, ...] = ("case", "event")) -> Agreement:
    return factories.agreement(world.sur, world.norte, world.purpose, *scopes, procedures=[act(slug) for slug in slugs])


def ana(world: World) -> Clerk:
    return replace(world.ana, purpose_id=world.purpose.pk)


def numbers(world: World) -> set[str]:
    with acting(ana(world)):
        return {case.number for case in Case.objects.exclude(institution=world.norte)}


def test_one_that_names_procedures_opens_their_cases_only(world: World, grant: Case, fine: Case):
    agreed(world, "beca")
    assert numbers(world) == {grant.number}
    with acting(ana(world)):
        assert list(Case._base_manager.filter(institution=world.sur).order_by("pk")) == [grant, fine]  # the policy does not know procedures


def test_one_that_names_none_opens_all(world: World, grant: Case, fine: Case):
    agreed(world)
    assert numbers(world) == {grant.number, fine.number}


def test_two_open_what_each_says(world: World, grant: Case, fine: Case):
    agreed(world, "beca")
    agreed(world, "multa", scopes=("event",))
    assert numbers(world) == {grant.number}
    agreed(world, "multa")
    from czrm.kit import near

    near.forget_all()
    assert numbers(world) == {grant.number, fine.number}


def test_a_wider_one_that_ends_leaves_the_narrow_one_though_both_are_remembered(world: World, grant: Case, fine: Case):
    agreed(world, "beca")
    wide = agreed(world)
    assert numbers(world) == {grant.number, fine.number}
    with acting(machine(world.sur)):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("select czrm.end_agreement(%s, 'revoked')", [wide.pk])
    assert numbers(world) == {grant.number}


def test_parts_of_a_case_follow_it(world: World, grant: Case, fine: Case):
    agreed(world, "beca")
    with acting(machine(world.sur)):
        for case in (grant, fine):
            DocumentRequest.objects.create(case=case, text="x", by="x", asked_at=case.opened_at)
    with acting(ana(world)):
        assert [row.case_id for row in DocumentRequest.objects.all()] == [grant.pk]


def test_without_a_purpose_or_as_the_citizen_nothing_changes(world: World, grant: Case, fine: Case):
    agreed(world, "beca")
    with acting(world.ana):
        assert not Case.objects.exists()
    with acting(world.visitor):
        assert set(Case.objects.all()) == {grant, fine}
    with acting(world.bruno):
        assert Case.objects.count() == 2


@pytest.fixture
def papers(world: World, grant: Case, fine: Case, settings: Any, tmp_path: Any) -> dict[int, Document]:
    settings.MEDIA_ROOT = tmp_path
    with acting(machine(world.sur)):
        return {
            case.pk: Document.objects.create(
                case=case, kind="receipt", name="r.txt", media_type="text/plain", size=3, sha256="0", file=ContentFile(b"abc", "x"), by="x"
            )
            for case in (grant, fine)
        }


DOORS: dict[str, Callable[[Any, Case, Any], tuple[str, str]]] = {  # an address, and what it shows only of an open case
    "panel": lambda world, case, papers: (f"/desk/cases/of/{world.carla.uid}/", case.number),
    "timeline": lambda world, case, papers: (f"/desk/contacts/of/{world.carla.uid}/", case.title),
    "page of the person": lambda world, case, papers: (f"/desk/people/{world.carla.uid}/", case.number),
    "page": lambda world, case, papers: (f"/desk/cases/{case.number}/", case.title),
    "receipt": lambda world, case, papers: (f"/desk/cases/{case.number}/receipt/", ""),
    "document": lambda world, case, papers: (f"/desk/cases/documents/{papers[case.pk].uid}/", "abc"),
}


@pytest.mark.parametrize("door", DOORS)
def test_every_page_keeps_to_the_procedures(world: World, grant: Case, fine: Case, papers: dict[int, Document], door: str):
    agreed(world, "beca")
    at, browser = f"/@{contact(world).code}", world.browser(world.ana)
    url, mark = DOORS[door](world, grant, papers)
    answer = browser.get(at + url)
    assert answer.status_code in (200, 302)
    assert mark in answer.getvalue().decode()
    url, mark = DOORS[door](world, fine, papers)
    answer = browser.get(at + url)
    assert answer.status_code == 404 or mark not in answer.getvalue().decode()


def test_the_api_keeps_to_the_procedures(world: World, grant: Case, fine: Case):
    agreed(world, "beca")
    web = Agency(world.norte, purpose=world.purpose).web
    assert [row["number"] for row in web.get("/api/v1/cases/").json()["results"]] == [grant.number]
    assert web.get(f"/api/v1/cases/{grant.number}/").status_code == 200
    assert web.get(f"/api/v1/cases/{fine.number}/").status_code == 404


def test_every_door_names_the_institution_whose_rows_it_showed(world: World, grant: Case, papers: dict[int, Document]):
    assert world.case_of_norte
    agreed(world)
    at, browser = f"/@{contact(world).code}", world.browser(world.ana)
    for door in DOORS:
        browser.get(at + DOORS[door](world, grant, papers)[0])
    web = Agency(world.norte, purpose=world.purpose).web
    web.get("/api/v1/cases/")
    web.get(f"/api/v1/cases/{grant.number}/")
    with acting(machine(world.norte)):
        looks = list(AccessEntry.objects.filter(owners=[world.sur.pk]).order_by("pk"))
    assert {(look.verb, look.subject.partition(":")[0], *look.categories) for look in looks} == {
        ("case.see", "citizens.citizen", "case"), ("contact.see", "citizens.citizen", "event", "interaction", "notice"),
        ("case.see", "cases.case", "case"), ("case.receipt", "cases.case", "case"), ("case.see", "cases.document", "case"),
        ("case.list", "api-cases list", "case"),
    }  # fmt: skip


def test_what_is_ones_own_names_nobody(world: World):
    """Neither one's own page in a contact, nor what an outside body filed into another's."""
    assert world.case_of_norte
    browser = world.browser(world.ana)
    browser.get(f"/@{contact(world).code}/desk/people/{world.carla.uid}/")
    outside = Agency(factories.institution("Fuera", "FU", kind="outside"), world.norte, purpose=world.purpose)
    filed = outside.file(world.procedure.slug).json()
    outside.web.get(f"/api/v1/cases/{filed['number']}/")
    outside.web.get("/api/v1/cases/")
    for body in (world.norte, outside.client.institution):
        with acting(machine(body)):
            assert AccessEntry.objects.exists()
            assert not AccessEntry.objects.exclude(owners=[]).exists()


def test_events_without_a_case_are_the_categories_to_decide(world: World, grant: Case):
    agreed(world, "multa", scopes=("event",))
    with acting(machine(world.sur)) as by:
        say("citizen.corrected", Facet(world), by=by)
    shown = world.browser(world.ana).get(f"/@{contact(world).code}/desk/contacts/of/{world.carla.uid}/").content.decode()
    assert grant.title not in shown
    with acting(ana(world)):
        assert Event.objects.filter(kind="citizen.corrected").count() == 1


class Facet:
    """Somebody, as Sur knows them."""

    def __init__(self, world: World) -> None:
        self.institution_id, self.citizen_id, self.pk, self._meta = world.sur.pk, world.carla.pk, world.carla.pk, world.carla._meta
