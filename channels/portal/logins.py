"""Coming in at the portal: what a provider vouched for, or a code to an address of one's own; the institution's hands do the rest."""

from __future__ import annotations

from django.conf import settings

from channels import codes
from citizens import contact_points, services, vouching
from citizens.services import Arrival
from citizens.vouching import Vouched
from czrm.institutions.models import User
from czrm.kit.actor import Actor, acting, deputy
from czrm.kit.refused import Refused
from czrm.kit.service import service

REASON = "portal log-in"


@service("portal.log_in")
def come_in(vouched: Vouched, *, by: Actor) -> Arrival:
    return services.arrive(vouched, by=deputy(by, REASON))


@service("portal.ask_code")
def ask_code(to: str, *, region: str, language: str, by: Actor) -> None:
    """Nothing comes back: whether the e-mail or the phone is anybody's is nobody's to learn here."""
    hands = deputy(by, REASON)
    made = services.send_login_code(*way_to(to, region), language=language, by=hands)
    if made is None:
        return
    _code, event = made
    with acting(hands):
        codes.tell_code(event)


@service("portal.use_code")
def use_code(to: str, typed: str, *, region: str, by: Actor) -> User | None:
    return services.use_login_code(*way_to(to, region), typed, by=deputy(by, REASON))


def way_to(to: str, region: str) -> tuple[str, str]:
    """Which kind of contact point was meant, and its value as it is compared; empty where it cannot be one."""
    try:
        if "@" in to:
            return "email", contact_points.email_key(contact_points.normalise_email(to))
        return "phone", contact_points.normalise_phone(to, region)
    except Refused:
        return "email", ""


def rules() -> vouching.Rules:
    """How this deployment's provider names its claims."""
    return vouching.rules_of(
        settings.OIDC_DOCUMENT, settings.OIDC_KINDS, settings.OIDC_KIND, given=settings.OIDC_GIVEN, surname=settings.OIDC_SURNAME,
        birth=settings.OIDC_BIRTH,
    )  # fmt: skip
