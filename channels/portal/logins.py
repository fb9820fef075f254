"""Coming in at the portal: what a provider vouched for, or a code to an address of one's own; the institution's hands do the rest."""

from __future__ import annotations

from django.conf import settings

from channels.recipients import Recipient
from channels.services import tell
from channels.texts import LANGUAGES
from citizens import contact_points, services, vouching
from citizens.models import Citizen
from citizens.services import Arrival
from citizens.vouching import Vouched
from czrm.institutions.models import User
from czrm.kit.actor import Actor, acting, deputy
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail import outbox

REASON, MESSAGE = "portal log-in", "login.code"


@service("portal.log_in")
def come_in(vouched: Vouched, *, by: Actor) -> Arrival:
    return services.arrive(vouched, by=deputy(by, REASON))


@service("portal.ask_code")
def ask_code(email: str, *, language: str, by: Actor) -> None:
    """Nothing comes back: whether the address is anybody's is nobody's to learn here."""
    hands = deputy(by, REASON)
    made = services.send_login_code(key_of(email), by=hands)
    if made is None:
        return
    code, event = made
    with acting(hands):
        citizen = Citizen.objects.get(pk=code.point.citizen_id)
        speaks = next(one for one in (citizen.language, language, *LANGUAGES) if one in LANGUAGES)
        recipient = Recipient(citizen.given or citizen.name, code.point.value, speaks, citizen_id=citizen.pk)
        values = {"name": recipient.name, "code": "{code}", "institution": code.institution.name}
        tell(event, recipient, MESSAGE, values, by=hands)
    outbox.after_commit("channels.tasks.deliver")


@service("portal.use_code")
def use_code(email: str, typed: str, *, by: Actor) -> User | None:
    return services.use_login_code(key_of(email), typed, by=deputy(by, REASON))


def key_of(email: str) -> str:
    try:
        return contact_points.email_key(contact_points.normalise_email(email))
    except Refused:
        return ""


def rules() -> vouching.Rules:
    """How this deployment's provider names its claims."""
    return vouching.rules_of(
        settings.OIDC_DOCUMENT, settings.OIDC_KINDS, settings.OIDC_KIND, given=settings.OIDC_GIVEN, surname=settings.OIDC_SURNAME,
        birth=settings.OIDC_BIRTH,
    )  # fmt: skip
