"""The API keeps to its own description, whatever it is sent."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS

from tests.api.test_agency import Agency
from tests.world import World

SPARED = ("ignored_auth", "missing_required_header", "positive_data_acceptance", "unsupported_method")
ASKED = [check for check in CHECKS.get_all() if check.__name__ not in SPARED]


@pytest.fixture
def token(transactional_db: None) -> str:
    """Really committed: the server closes its connection after each request."""
    world = World()
    assert world.case_of_norte
    return f"Bearer t{Agency(world.norte, purpose=world.purpose).client.pk}"


@pytest.mark.slow
def test_no_failure_and_no_answer_outside_the_description(token: str):
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", get_wsgi_application()).exclude(path_regex="schema|docs")
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) >= 4
    for operation in operations:

        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=operation.as_strategy())
        def keeps_to_it(case: Any) -> None:
            response = case.call(headers={"Authorization": token})
            case.validate_response(response, checks=ASKED)

        keeps_to_it()


def test_the_description_is_complete(db, tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))
