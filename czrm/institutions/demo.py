"""The sample accounts of the demonstration: known passwords, so only where settings.DEMO says that it is one."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext as _

from czrm.kit.actor import Machine, acting

from .models import Client, Institution

PASSWORD = "valle-sereno-2026"  # noqa: S105 (shown on purpose)
CLIENT_ID, CLIENT_SECRET = "vivienda-demo", "vivienda-secreto-2026"
SAMPLE = "Elena Quiroga Paz"  # see channels/portal/samples.py
BODY, FOLLOWED, TRACKING_KEY = "valle-sereno", "poda-los-tilos", "K7PM-3XQD-9HTW-C4VR"


def accounts() -> list[list[str]]:
    """Role, e-mail (or number, or client id), password (or key, or secret), and what one can do; none outside a demonstration."""
    if not settings.DEMO:
        return []
    rows = [
        [_("Officer"), "ana@example.org", _("attends at the counter and by phone, opens cases")],
        [_("Supervisor"), "sofia@example.org", _("assigns, decides, notifies, sees the dashboard")],
        [_("Administrator"), "alma@example.org", _("people, offices, calendar, channels and texts")],
        [_("Data-protection officer"), "pablo@example.org", _("sees who looked at whose data")],
        [_("Auditor"), "oscar@example.org", _("sees accesses and changes")],
        [_("Officer of another body"), "bruno@example.org", _("works for Los Aromos and sees nothing of Valle Sereno")],
        [_("Officer of both"), "camila@example.org", _("chooses for which municipality to work")],
        [_("Platform operator"), "operator@example.org", _("makes institutions and sees the health of the system")],
        [_("Steward of the register"), "nora@example.org", _("decides who is the same person where no institution attends both records")],
    ]
    return [[role, email, PASSWORD, may] for role, email, may in rows] + outside()


def outside() -> list[list[str]]:
    """Who comes without a user: a citizen with the key of a receipt, and an agency's system."""
    rows = []
    if number := followed():
        rows.append([_("Citizen, on the portal"), number, TRACKING_KEY, _("follows her case and sends what is asked of her")])
        rows.append([_("Citizen, signed in"), SAMPLE, _("“Sign in” on the portal"), _("sees her requests, her data, and who looked")])
    if Client.objects.filter(client_id=CLIENT_ID).exists():
        rows.append([_("Agency's system (API)"), CLIENT_ID, CLIENT_SECRET, _("files cases into Valle Sereno and sees only those")])
    return rows


def followed() -> str:
    """The number of the case whose key is known."""
    institution = Institution.objects.filter(slug=BODY).first()
    if institution is None:
        return ""
    with acting(Machine("sample accounts", institution.pk)):
        case = apps.get_model("cases", "Case").objects.filter(institution=institution, source="demo", external_id=FOLLOWED).first()
        return case.number if case else ""
