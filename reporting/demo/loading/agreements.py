"""Agreements between the two municipalities, in every state, and what was read by them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.timezone import localdate

from czrm.institutions import definers
from czrm.institutions.forms_agreements import midnight
from czrm.institutions.models import Agreement
from czrm.institutions.openings import act
from czrm.kit.actor import Clerk, acting
from czrm.kit.owner import as_owner
from czrm.trail.models import AccessEntry, Event
from czrm.trail.say import subject_of
from reporting.demo.declared import Declared, declared
from reporting.demo.dice import dice

from .setting import Setting

DAY = timedelta(days=1)
MONTH = timedelta(days=30)
EARLIER = timedelta(days=12)  # a draft is read for some days before it is signed


def agree(settings: dict[str, Setting], people: Sequence[int], now: datetime) -> None:
    """`people` are attended by both. Signed now: only their owner can make them as old as they say (see `backdate`)."""
    for row in declared("agreements")["agreements"]:
        provider, consumer = settings[row["provider"]], settings[row["consumer"]]
        first, last = term(row, now)
        drafter = consumer.clerk(row["approved"].get(row["consumer"]) or ("pablo" if "pablo" in consumer.staff else "elisa"))
        with acting(drafter):
            made = Agreement.objects.create(
                title=row["title"], provider=provider.institution, consumer=consumer.institution, purpose=consumer.purposes[row["purpose"]],
                legal_basis=row["legal_basis"], scopes=row["scopes"], procedures=[act(slug) for slug in row.get("procedures", ())],
                responsible=row["responsible"], document=row.get("document", ""), valid_from=first, valid_to=max(last, now + DAY),
                drafted_by=drafter.name,
            )  # fmt: skip
        signed = signing(first, now)
        tell("drafted", made, drafter, signed - EARLIER, title=made.title)
        for turn, (side, who) in enumerate(row["approved"].items()):
            with acting(settings[side].clerk(who)) as by:
                definers.approve(made.pk, 1)
            tell("approved", made, by, signed - DAY * (1 - turn), in_force=turn == 1)
        if life := row.get("life"):
            stop(made, life, settings, now)
        read(made, row, consumer, people, now)


def term(row: Declared, now: datetime) -> tuple[datetime, datetime]:
    """Whole days, the last one included."""
    first, last = (localdate(now) + DAY * day for day in row["days"])
    return midnight(first), midnight(last + DAY)


def signing(first: datetime, now: datetime) -> datetime:
    """On the morning of the day before it begins."""
    return min(first, midnight(localdate(now))) - timedelta(hours=13)


def stop(made: Agreement, life: Declared, settings: dict[str, Setting], now: datetime) -> None:
    side = next(setting for setting in settings.values() if life["by"] in setting.staff)
    with acting(side.clerk(life["by"])) as by:
        definers.end(made.pk, life["wanted"], life["reason"])
    tell(life["wanted"], made, by, now + DAY * life["days"], reason=life["reason"])


def tell(what: str, made: Agreement, by: Any, at: datetime, **data: object) -> None:
    assert isinstance(by, Clerk)
    with acting(by):
        Event.objects.create(
            institution_id=by.institution_id, kind=f"agreement.{what}", by=by.name, user_id=by.user_id, subject=subject_of(made), data=data,
            at=at, dispatched_at=at,
        )  # fmt: skip


def read(made: Agreement, row: Declared, consumer: Setting, people: Sequence[int], now: datetime) -> None:
    if uses := row.get("uses"):
        with acting(consumer.machine):
            AccessEntry.objects.bulk_create(looks(made, uses, consumer, people, now))


def looks(made: Agreement, uses: Declared, consumer: Setting, people: Sequence[int], now: datetime) -> Iterator[AccessEntry]:
    """The last month stands last."""
    rng = dice("agreements", made.title)
    for back, times in enumerate(reversed(uses["times"])):
        for _time in range(times):
            who, citizen = consumer.clerk(rng.choice(uses["by"])), rng.choice(people)
            at = consumer.calendar.opening(now - MONTH * back - timedelta(days=rng.uniform(5, 28)))
            yield AccessEntry(
                institution=consumer.institution, citizen_id=citizen, purpose_id=made.purpose_id, user_id=who.user_id, by=who.name,
                verb="citizen.see", subject=f"citizens.citizen:{citizen}", categories=rng.choice(uses["data"]), owners=[made.provider_id],
                page_view=UUID(int=rng.getrandbits(128), version=4), at=at, visible_from=at,
            )  # fmt: skip


def backdate(now: datetime) -> None:
    """As old as they say: the definer functions that sign and stop know only the present."""
    with as_owner():
        for row in declared("agreements")["agreements"]:
            made = Agreement._base_manager.filter(title=row["title"])
            first, last = term(row, now)
            signed = signing(first, now)
            made.update(drafted_at=signed - EARLIER, valid_to=last)
            for turn, side in enumerate(row["approved"]):
                made.update(**{f"{'provider' if side == row['provider'] else 'consumer'}_approved_at": signed - DAY * (1 - turn)})
            if life := row.get("life"):
                at = now + DAY * life["days"]
                made.exclude(provider_suspended_at=None).update(provider_suspended_at=at)
                made.exclude(revoked_at=None).update(revoked_at=at)
