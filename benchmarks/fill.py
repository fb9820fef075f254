"""100,000 citizens and cases in 20 institutions, the bare table beside them, and a client with a token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.timezone import now

SLUG = "bench-7"


@dataclass(frozen=True)
class Filled:
    """What the requests name."""

    number: str
    bare_id: int
    token: str


def fill() -> Filled:
    from oauth2_provider.models import AccessToken

    from czrm.institutions.models import Client, Institution
    from czrm.institutions.roles import CLIENT
    from czrm.kit.owner import as_owner

    with as_owner():
        if not Institution.objects.filter(slug=SLUG).exists():
            with connection.cursor() as cursor:
                pour(cursor)
        AccessToken.objects.filter(token="bench").delete()
        institution = Institution.objects.get(slug=SLUG)
        client, _new = Client.objects.get_or_create(
            name="bench", institution=institution,
            defaults={"verbs": sorted(CLIENT), "client_type": "confidential", "authorization_grant_type": "client-credentials"},
        )  # fmt: skip
        AccessToken.objects.create(application=client, token="bench", expires=now() + timedelta(days=1), scope="api")
        with connection.cursor() as cursor:
            cursor.execute("select number from cases_case where institution_id = %s order by id offset 2000 limit 1", [institution.pk])
            (number,) = cursor.fetchone()
            cursor.execute("select id from bench_case order by id offset 2000 limit 1")
            (bare,) = cursor.fetchone()
    return Filled(number, bare, "bench")


def pour(cursor: Any) -> None:
    cursor.execute((Path(__file__).parent / "fill.sql").read_text())
    cursor.execute("vacuum analyze")
