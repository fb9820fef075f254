"""What somebody does in their own account, by the services that the staff use."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext, override

from cases.models import Procedure
from cases.services import Opened, open_case
from citizens.models import Citizen, Fact
from citizens.services import correct_citizen
from citizens.services.logins import come_to_portal
from czrm.institutions.models import User
from czrm.kit.actor import Actor, Visitor, acting, deputy
from czrm.kit.refused import Refused
from czrm.kit.service import service


@service("portal.rectify")
def ask_correction(fact: Fact, *, label: str, text: str, by: Actor) -> Opened:
    """A case of the institution that states it, under its procedure for data-protection rights, else for complaints."""
    assert isinstance(by, Visitor)
    fact = Fact.objects.select_related("institution").get(pk=fact.pk)
    hands = deputy(replace(by, portal_id=fact.institution_id), "portal")
    with acting(hands):
        procedure = procedure_for(fact.institution_id)
        citizen = Citizen.objects.filter(pk=by.citizen_id).first()
    with override(fact.institution.language):
        title = gettext("Correction asked for: %(label)s") % {"label": label}
    return open_case(procedure=procedure, citizen=citizen, title=title[:120], description=text, channel="portal", by=hands)


def procedure_for(institution_id: int) -> Procedure:
    rows = Procedure.objects.filter(institution=institution_id, status="published", current__isnull=False)
    for kind in (Procedure.Kind.RIGHTS, Procedure.Kind.COMPLAINT, Procedure.Kind.CLAIM):
        found = rows.filter(kind=kind).select_related("current").order_by("-portal", "pk").first()
        if found:
            return found
    words = gettext("This institution does not take it here yet. Ask at one of its offices, with your identity document.")
    raise Refused("no_correction_here", words)


@service("portal.prefer")
def prefer(*, language: str, channel: str, by: Actor) -> Citizen:
    """Both hold for every institution."""
    assert isinstance(by, Visitor)
    come_to_portal(by)
    hands, changes = deputy(by, "portal"), {"language": language, "channel": channel}
    User.objects.filter(pk=by.user_id).update(language=language)
    with acting(hands):
        citizen = Citizen.objects.get(pk=by.citizen_id)
        return correct_citizen(citizen, changes=dict(changes), reason=gettext("Chosen by the person at the portal"), by=hands)
