"""The channels of another system whose requests came in: named in the institution's list, not offered for new contacts."""

from __future__ import annotations

from django.utils.translation import override

from channels.defaults import CHANNELS
from channels.models import Channel
from czrm.institutions.models import Institution
from czrm.trail.models import Event

LAST = 90  # position in the list


def name_channels(event: Event) -> None:
    """Those the list has already keep their name; a list that was empty first gets the usual ones, which stay in use."""
    at = event.institution_id
    told = event.data.get("channels", {})
    usual = {} if Channel.objects.filter(institution=at).exists() else usual_names(at)
    rows = [Channel(institution_id=at, code=code, name=name, position=nth) for nth, (code, name) in enumerate(usual.items(), 1)]
    others = {code: name for code, name in told.items() if code not in usual}
    rows += [Channel(institution_id=at, code=code, name=name[:60], position=LAST, active=False) for code, name in others.items()]
    Channel.objects.bulk_create(rows, ignore_conflicts=True)


def usual_names(institution_id: int) -> dict[str, str]:
    with override(Institution.objects.only("language").get(pk=institution_id).language):
        return {code: str(name) for code, name in CHANNELS.items()}
