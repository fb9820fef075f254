"""What every page of the desk and of the portal shows around its content."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.translation import gettext_lazy as _

from czrm.doors.failures import start_of
from czrm.kit import near
from czrm.kit.actor import Actor, Clerk, Guest, Visitor

from .models import Institution

MEMORY = 10  # seconds an institution's name and colour may be old


def institution_of(request: HttpRequest) -> Institution | None:
    """The institution one acts for, or whose portal one stands at."""
    actor: Actor | None = getattr(request, "actor", None)
    key = getattr(actor, "institution_id", None) or getattr(actor, "portal_id", None)
    return remembered(key) if key else None


def remembered(key: int) -> Institution | None:
    """To be read, not changed: everybody in this process gets the same."""
    return near.remembered(("institution", key), lambda: Institution.objects.defer("theme", "logo").filter(pk=key).first(), seconds=MEMORY)


def forget(institution: Institution) -> None:
    near.forget(("institution", institution.pk))


BELOW = {  # pages of upper floors that are reached from one of these places
    "institutions:agreements": ("institutions:transfers",),
    "institutions:administration": (
        "cases:calendars",
        "channels:texts",
        "channels:channels",
        "channels:results",
        "citizens:attributes",
        "citizens:consent_texts",
    ),
}
RAIL = (  # verb, url, icon, label
    ("home.see", "institutions:home", "home", _("Home")),
    ("queue.see", "cases:queue", "inbox", _("Queue")),
    ("citizen.find", "citizens:search", "users", _("People")),
    ("case.see", "cases:list", "folders", _("Cases")),
    ("dashboard.see", "reporting:dashboard", "chart-bar", _("Dashboards")),
    ("access.see", "institutions:access_log", "eye", _("Accesses")),
    ("agreement.see", "institutions:agreements", "arrows-exchange", _("Agreements")),
    ("institution.edit", "institutions:administration", "settings", _("Settings")),
    ("institution.create", "institutions:platform", "building-community", _("System")),
)


def desk(request: HttpRequest) -> dict[str, Any]:
    actor: Actor | None = getattr(request, "actor", None)
    institution = institution_of(request)
    return {
        "actor": actor,
        "institution": institution,
        "theme_url": theme_url(institution),
        "errand": getattr(request, "errand", None),
        "page_view": getattr(request, "page_view", ""),
        "logout_url": reverse("account_logout"),
        "start_url": start_of(request) if institution else "/",
        **(for_staff(request, actor) if isinstance(actor, Clerk) else {}),
        "log_in_url": log_in_url(institution) if isinstance(actor, Guest | Visitor) else "",
    }


def log_in_url(institution: Institution | None) -> str:
    return reverse("portal:log_in", args=[institution.slug]) if institution else ""


def for_staff(request: HttpRequest, actor: Clerk) -> dict[str, Any]:
    user: Any = request.user
    menu = [{"url": reverse("institutions:profile"), "icon": "user-circle", "label": _("My profile")}]
    if actor.may("access.own"):
        menu.append({"url": reverse("institutions:access_own"), "icon": "eye", "label": _("My accesses")})
    if getattr(request, "memberships", 1) > 1:
        menu.append({"url": reverse("institutions:choose"), "icon": "switch-horizontal", "label": _("Work for another institution")})
    if actor.may("login.decide") and (logins := address("citizens:logins")):
        menu.append({"url": logins, "icon": "id-badge-2", "label": _("Log-ins to decide")})
    if actor.may("match.see") and (matches := address("citizens:matches")):
        menu.append({"url": matches, "icon": "users", "label": _("Is it the same person?")})
    if actor.may("protected.see") and (protected := address("citizens:protected")):
        menu.append({"url": protected, "icon": "shield-lock", "label": _("Protected people")})
    if settings.DEMO and actor.may("mailbox.see") and (mailbox := address("channels:mailbox")):
        menu.append({"url": mailbox, "icon": "mail", "label": _("Sample mailbox")})
    return {
        "rail": rail(request, actor),
        "desk_url": reverse("institutions:home"),
        "user_menu": menu,
        "user_name": str(user),
        "user_initials": (user.first_name[:1] + user.last_name[:1]) or user.username[:2],
        "shortcuts": "on" if user.shortcuts else "off",
        "search_url": address("citizens:search") if actor.may("citizen.find") else "",
        "new_contact_url": address("channels:start") if actor.may("contact.start") else "",
    }


def theme_url(institution: Institution | None) -> str:
    if institution is None:
        return ""
    return reverse("institutions:theme", args=[institution.slug, institution.color.lstrip("#").lower()])


def rail(request: HttpRequest, actor: Clerk) -> list[dict[str, Any]]:
    """The places this actor may go to, the present one marked: the longest address that begins this page's; home begins them all."""
    here = get_script_prefix() + request.path_info.lstrip("/")
    items: list[dict[str, Any]] = [
        {"url": url, "icon": icon, "label": label, "reach": reach(name, url, here)}
        for verb, name, icon, label in RAIL
        if actor.may(verb) and (url := address(name))
    ]
    farthest = max((item["reach"] for item in items), default=0)
    return [item | {"current": 0 < item["reach"] == farthest} for item in items]


def reach(name: str, url: str, here: str) -> int:
    """How much of this page's address a place covers."""
    if name == "institutions:home":
        return len(url) if here == url else 0
    covered = [url, *(address(below) for below in BELOW.get(name, ()))]
    return max((len(one) for one in covered if one and here.startswith(one)), default=0)


def address(name: str) -> str:
    """Upper floors' pages, where they are."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
