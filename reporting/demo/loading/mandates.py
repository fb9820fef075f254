"""Who acts for whom, and what people agreed to: by the services, as the officers of the municipality would."""

from __future__ import annotations

from datetime import datetime, timedelta

from citizens import services
from citizens.mandates import for_procedures
from citizens.models import Consent, ConsentText, Mandate
from czrm.institutions.models import Institution
from czrm.kit.actor import Machine, acting
from czrm.kit.owner import as_owner
from czrm.trail.models import Event
from reporting.demo.cast import BODY
from reporting.demo.declared import Declared, declared

from .record import citizen
from .registering import Citizens
from .setting import Setting


def grant(setting: Setting, people: Citizens, now: datetime) -> None:
    found = declared("mandates")
    for row in found["mandates"]:
        grant_one(setting, people, row, now)
    texts = [word(setting, row) for row in found["consents"]]
    for row in found["said"]:
        by = setting.clerk(row["by"])
        deed = services.give_consent if row["given"] else services.withdraw_consent
        deed(citizen(people[row["who"]], by), texts[row["text"]], channel=row["channel"], evidence=row["evidence"], by=by)
    for text, row in zip(texts, found["consents"], strict=True):
        if "newer" in row:
            services.word_consent(
                title=row["title"], text=row["newer"], consequence=row["consequence"], topic=text.topic, by=setting.clerk("alma")
            )


def grant_one(setting: Setting, people: Citizens, row: Declared, now: datetime) -> None:
    by = setting.clerk(row["by"])
    mandate = services.grant_mandate(
        principal=citizen(people[row["principal"]], by), agent=citizen(people[row["agent"]], by),
        acts=row.get("acts") or for_procedures(row["procedures"]), channels=row.get("channels", ()), ground=row["ground"],
        evidence=row["evidence"], valid_from=now - timedelta(days=row["days"]),
        valid_until=now + timedelta(days=row["until"]) if "until" in row else None, by=by,
    )  # fmt: skip
    if "revoked" in row:
        services.revoke_mandate(mandate, ender=row["revoked"], why="", by=by)


def backdate(now: datetime) -> None:
    """Everything was said on its day, in the order in which it was said: services know only the present, the owner of the tables does."""
    found = declared("mandates")
    body = Institution.objects.get(slug=BODY)
    with as_owner(), acting(Machine("demo data", body.pk)):
        if not Mandate.objects.exists():  # a transaction that is still open keeps them to itself
            return
        for mandate, row in zip(Mandate.objects.order_by("pk"), found["mandates"], strict=True):
            said = Event.objects.filter(data__mandate=str(mandate.uid))
            said.filter(kind="mandate.granted").update(at=mandate.valid_from)
            ended = now - timedelta(days=row["ended"]) if "ended" in row else None
            said.filter(kind="mandate.revoked").update(at=ended or now)
            Mandate.objects.filter(pk=mandate.pk).update(stated_at=mandate.valid_from, revoked_at=ended)
        events = Event.objects.filter(kind__in=("consent.given", "consent.withdrawn")).order_by("pk")
        for line, event, row in zip(Consent.objects.order_by("pk"), events, found["said"], strict=True):
            at = now - timedelta(days=row["days"])
            Consent.objects.filter(pk=line.pk).update(at=at)
            Event.objects.filter(pk=event.pk).update(at=at)


def word(setting: Setting, row: Declared) -> ConsentText:
    return services.word_consent(title=row["title"], text=row["text"], consequence=row["consequence"], by=setting.clerk("alma"))
