"""The channels and the wrap-up results an institution has until it lists its own."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from channels.models import Channel, ContactResult
from czrm.kit import near

CHANNELS: dict[str, Promise] = {
    "counter": pgettext_lazy("channel", "Counter"),
    "phone": pgettext_lazy("channel", "Phone"),
    "email": pgettext_lazy("channel", "E-mail"),
    "post": pgettext_lazy("channel", "Post"),
}
RESULTS: tuple[Promise, ...] = (
    pgettext_lazy("result", "Answered"),
    pgettext_lazy("result", "Case opened"),
    pgettext_lazy("result", "Case followed up"),
    pgettext_lazy("result", "Sent to another office"),
    pgettext_lazy("result", "Not reached"),
)
IN_PROGRESS: dict[str, Promise] = {"counter": _("At the counter"), "phone": _("On a call")}
MEMORY = 10  # seconds a list may be old in another process
ICONS = {
    "counter": "building", "phone": "phone-call", "email": "mail", "post": "mail-opened", "portal": "world", "whatsapp": "brand-whatsapp",
    "chat": "message-circle", "sms": "device-mobile", "visit": "map-pin",
}  # fmt: skip


@dataclass(frozen=True)
class Way:
    """A channel as pages show it."""

    code: str
    name: str

    @property
    def icon(self) -> str:
        return ICONS.get(self.code, "messages")

    @property
    def now(self) -> str:
        """Said of a contact that is going on."""
        return str(IN_PROGRESS.get(self.code, self.name))


def ways(institution_id: int, *, all_of_them: bool = False) -> dict[str, Way]:
    """By code, in their order; without those out of use, unless `all_of_them`. Every page of the desk asks."""
    listed = Channel.objects.filter(institution=institution_id).order_by("position", "pk").values_list("code", "name", "active")
    rows = near.remembered(("channels", institution_id), lambda: list(listed), seconds=MEMORY)
    if rows:
        return {code: Way(code, name) for code, name, active in rows if active or all_of_them}
    return {code: Way(code, str(name)) for code, name in CHANNELS.items()}


def forget(institution_id: int) -> None:
    near.forget(("channels", institution_id))


def way_of(code: str, known: dict[str, Way]) -> Way:
    return known.get(code) or Way(code, str(CHANNELS.get(code, code)))


def results(institution_id: int) -> list[str]:
    """At most nine: each has one key."""
    rows = ContactResult.objects.filter(institution=institution_id).order_by("position", "pk")
    own = [row.name for row in rows if row.active] if rows else [str(name) for name in RESULTS]
    return own[:9]
