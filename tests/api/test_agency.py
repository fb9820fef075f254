"""Another agency's system at the API, from its token to the case it filed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils.timezone import now
from oauth2_provider.models import AccessToken

from cases.models import Case
from cases.views.showing import whole
from czrm.institutions.models import Client, Institution
from czrm.institutions.roles import CLIENT
from czrm.kit import near
from czrm.kit.actor import Machine, acting
from czrm.trail.models import AccessEntry, Event
from tests import factories
from tests.world import World, machine

JSON = "application/json"
PROBLEM = "application/problem+json"


class Agency:
    """A system with a token: of an institution itself, or of an outside body that files into a host."""

    def __init__(self, of: Institution, host: Institution | None = None, **fields: Any) -> None:
        near.forget_all()
        with acting(machine(host or of)):
            self.client = Client.objects.create(
                name=f"system of {of.short_name}", institution=of, host=host, verbs=sorted(fields.pop("verbs", CLIENT)),
                client_type="confidential", authorization_grant_type="client-credentials", **fields,
            )  # fmt: skip
        token = AccessToken.objects.create(
            application=self.client, token=f"t{self.client.pk}", expires=now() + timedelta(minutes=5), scope="api"
        )
        self.web = Browser(raise_request_exception=False, headers={"Authorization": f"Bearer {token.token}"})

    def file(self, procedure: str, headers: dict[str, str] | None = None, **body: Any) -> Any:
        return self.web.post("/api/v1/cases/", {"procedure": procedure, "title": "Lamp out", **body}, JSON, headers=headers)


@pytest.fixture
def outside(world: World) -> Agency:
    fuera = factories.institution("Fuera", "FU", kind="outside")
    return Agency(fuera, world.norte, purpose=world.purpose)


def test_an_outside_body_files_into_norte_and_follows_only_what_it_filed(world: World, outside: Agency):
    assert world.case_of_norte
    answer = outside.file(world.procedure.slug)
    assert answer.status_code == 201, answer.content
    filed = answer.json()
    assert filed["tracking_key"]
    assert answer["Location"].endswith(f"/api/v1/cases/{filed['number']}/")
    assert outside.web.get(answer["Location"]).json()["status"] == "received"
    assert [row["number"] for row in outside.web.get("/api/v1/cases/").json()["results"]] == [filed["number"]]
    assert outside.web.get(f"/api/v1/cases/{world.case_of_norte.number}/").status_code == 404
    with acting(world.ana):
        case = Case.objects.get(number=filed["number"])
        assert (case.filed_by_id, case.institution, case.channel) == (outside.client.pk, world.norte, "api")
        assert Event.objects.filter(case_id=case.pk, kind="case.opened").count() == 1
    with acting(Machine("raw", outside.client.institution_id, client_id=outside.client.pk)):
        assert Case._base_manager.count() == 1  # the database's own wall


def test_a_client_switched_off_or_never_registered_files_nothing(world: World, outside: Agency):
    with acting(machine(world.norte)):
        Client.objects.update(active=False)
    assert outside.file(world.procedure.slug).status_code == 401
    near.forget_all()
    stranger = Agency(factories.institution("Lejos", "LE", kind="outside"))
    answer = stranger.file(world.procedure.slug)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_procedure")


def test_bruno_s_system_sees_nothing_of_norte(world: World):
    agency = Agency(world.sur)
    assert agency.web.get("/api/v1/cases/").json()["results"] == []
    for number in (world.case_of_norte.number, "NO-2026-0000001-0"):
        answer = agency.web.get(f"/api/v1/cases/{number}/")
        assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (404, PROBLEM, "not_found")


def test_an_agreement_opens_cases_to_read_for_its_purpose(world: World):
    assert world.case_of_sur
    world.agreement("case")
    with_purpose, without = Agency(world.norte, purpose=world.purpose), Agency(world.norte)
    assert with_purpose.web.get(f"/api/v1/cases/{world.case_of_sur.number}/").json()["title"] == "of Sur"
    assert without.web.get(f"/api/v1/cases/{world.case_of_sur.number}/").status_code == 404


def test_the_cases_of_a_retired_procedure_are_read_by_whom_they_were_open_to(world: World):
    procedure = world.case_of_sur.procedure
    world.agreement("case")
    with acting(machine(world.sur)):
        procedure.status = "retired"
        procedure.save(update_fields=["status"])
    read = Agency(world.norte, purpose=world.purpose).web.get(f"/api/v1/cases/{world.case_of_sur.number}/")
    assert (read.status_code, read.json()["procedure"]) == (200, procedure.slug)
    with acting(replace(world.ana, purpose_id=world.purpose.pk)):
        assert whole(world.case_of_sur.number).procedure == procedure
    assert Agency(world.sur).file(procedure.slug).json()["code"] == "invalid_procedure"


def test_a_case_reads_the_same_when_it_is_filed_and_afterwards(world: World, outside: Agency):
    with acting(machine(world.norte)):
        rules = world.procedure.current
        assert rules
        rules.promised, rules.legal = {"amount": 5, "unit": "working_day"}, {"amount": 20, "unit": "working_day"}
        rules.save()
    answer = outside.file(world.procedure.slug)
    filed = answer.json()
    assert filed.pop("tracking_key")
    assert filed == outside.web.get(answer["Location"]).json() == outside.web.get("/api/v1/cases/").json()["results"][0]
    moments = [filed[name] for name in ("opened_at", "promised_at", "legal_at")]
    assert all(moment.endswith("Z") and datetime.fromisoformat(moment).utcoffset() == timedelta() for moment in moments)


FORM = {
    "required": ["problem", "other"],
    "properties": {
        "problem": {"title": "¿Qué pasa?", "enum": ["off", "else"]},
        "other": {"x-if": {"problem": "else"}},
        "posts": {"type": "integer", "minimum": 1},
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({}, {"problem"}), ({"problem": "off", "posts": "3"}, {"posts"}), ({"problem": "else"}, {"other"}),
        ({"problem": "off", "posts": 0, "colour": "red"}, {"posts", "colour"}), ({"problem": {"a": ["b"]}, "\ud800": 1}, {"problem", "?"}),
    ],
)  # fmt: skip
def test_answers_that_do_not_fit_the_form_are_a_problem_with_errors_by_question(world: World, answers: Any, wrong: set[str]):
    fuera = factories.institution("Fuera", "FU", kind="outside", language="en")
    outside = Agency(fuera, world.norte, purpose=world.purpose)
    with acting(machine(world.norte)):
        version = world.procedure.current
        assert version
        version.form = FORM
        version.save()
    answer = outside.file(world.procedure.slug, headers={"Idempotency-Key": "once"}, answers=answers)
    told = answer.json()
    assert (answer.status_code, answer["Content-Type"], told["code"]) == (422, PROBLEM, "invalid_answers")
    assert set(told["errors"]) == wrong
    assert all(isinstance(words, str) for found in told["errors"].values() for words in found)
    assert "Correct it" in told["detail"]  # in the language of the body that files, not of the one that receives
    with acting(world.ana):
        assert not Case.objects.exists()
    right = {"problem": "off", "posts": 2}
    assert outside.file(world.procedure.slug, headers={"Idempotency-Key": "once"}, answers=right).status_code == 201
    with acting(world.ana):
        assert Case.objects.get().answers == right


def test_the_same_request_twice_is_done_once(world: World, outside: Agency):
    key = {"Idempotency-Key": "a-key-of-theirs"}
    first, again = (outside.file(world.procedure.slug, headers=key) for _n in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    other = outside.file(world.procedure.slug, headers=key, place="elsewhere")
    assert (other.status_code, other.json()["code"]) == (422, "invalid_idempotency_key_reused")
    with acting(world.ana):
        assert Case.objects.count() == 1


def test_a_request_that_failed_leaves_its_key_free(world: World, outside: Agency):
    key = {"Idempotency-Key": "once-more"}
    assert outside.file("no-such-thing", headers=key).status_code == 422
    assert outside.file(world.procedure.slug, headers=key).status_code == 201


def test_a_person_comes_with_the_case_only_when_confirmed(world: World, outside: Agency):
    person = {"kind": "cl.rut", "number": "12.345.678-5"}
    assert outside.file(world.procedure.slug, citizen=person | {"surname": "Otra"}).json()["code"] == "no_match"
    filed = outside.file(world.procedure.slug, citizen=person | {"birth": "1972-03-12"}).json()
    with acting(world.ana):
        assert Case.objects.get(number=filed["number"]).citizen == world.carla


def test_confirming_a_person_answers_alike_for_strangers_and_for_wrong_data(world: World):
    agency = Agency(world.norte, purpose=world.purpose)
    url, dario = "/api/v1/citizens/identification/", {"kind": "cl.rut", "number": "11111111-1"}
    wrong = agency.web.post(url, dario | {"surname": "Pérez"}, JSON)
    nobody = agency.web.post(url, {"kind": "cl.rut", "number": "22222222-2", "surname": "Pérez"}, JSON)
    assert wrong.status_code == nobody.status_code == 404
    assert wrong.json() == nobody.json()
    found = agency.web.post(url, dario | {"surname": "Rojas"}, JSON).json()
    assert found == {"name": "Darío Rojas", "document": found["document"], "linked": False, "uid": None}
    assert "111111" not in found["document"]


def test_without_a_purpose_nobody_is_confirmed(world: World):
    answer = Agency(world.norte).web.post("/api/v1/citizens/identification/", {"kind": "cl.rut", "number": "1-9", "surname": "x"}, JSON)
    assert (answer.status_code, answer.json()["code"]) == (409, "purpose_missing")


def test_what_a_client_may_not_do_is_a_problem_with_words(world: World):
    agency = Agency(world.norte, verbs={"case.see"})
    refused = agency.file(world.procedure.slug)
    assert (refused.status_code, refused["Content-Type"]) == (403, PROBLEM)
    assert agency.web.delete(f"/api/v1/cases/{world.case_of_norte.number}/").status_code in (403, 405)
    anonymous = Browser().get("/api/v1/cases/")
    assert (anonymous.status_code, anonymous["WWW-Authenticate"]) == (401, "Bearer")
    bad = Agency(world.norte).web.post("/api/v1/cases/", "{not json", JSON)
    assert (bad.status_code, bad["Content-Type"]) == (400, PROBLEM)
    shape = Agency(world.norte).web.post("/api/v1/cases/", {"title": ""}, JSON)
    assert set(shape.json()["errors"]) == {"procedure", "title"}


def test_every_reading_is_written_down(world: World):
    agency = Agency(world.norte)
    agency.web.get(f"/api/v1/cases/{world.case_of_norte.number}/")
    agency.web.get("/api/v1/cases/")
    with acting(world.visitor):
        assert AccessEntry.objects.get().verb == "case.see"
    with acting(world.ana):
        assert sorted(AccessEntry.objects.values_list("verb", flat=True)) == ["case.list", "case.see"]


def test_an_unchanged_case_is_not_sent_again(world: World):
    agency, url = Agency(world.norte), f"/api/v1/cases/{world.case_of_norte.number}/"
    etag = agency.web.get(url)["ETag"]
    assert agency.web.get(url, headers={"If-None-Match": etag}).status_code == 304
    with acting(machine(world.norte)):
        Case.objects.update(title="changed")
    assert agency.web.get(url, headers={"If-None-Match": etag}).status_code == 200


def test_the_list_pages_by_cursor_and_filters(world: World):
    for _n in range(3):
        factories.case(world.norte, None, world.procedure)
    factories.case(world.norte, None, world.procedure, status="closed")
    agency = Agency(world.norte)
    first = agency.web.get("/api/v1/cases/?page_size=2").json()
    assert len(first["results"]) == 2
    second = agency.web.get(first["next"]).json()
    assert not {row["number"] for row in first["results"]} & {row["number"] for row in second["results"]}
    assert len(agency.web.get("/api/v1/cases/?status=closed").json()["results"]) == 1
    assert agency.web.get("/api/v1/cases/?status=nonsense").status_code == 400
    assert agency.web.get(f"/api/v1/cases/?procedure={world.procedure.slug}&opened_after={now():%Y-%m-%d}T00:00:00Z").status_code == 200
