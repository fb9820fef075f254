"""What every page of the portal has around it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from czrm.institutions.context import institution_of
from czrm.institutions.models import Institution, Office
from czrm.kit.actor import Request, Visitor

ACCEPTED = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx,.odt,.txt"


def here(request: Request) -> Institution:
    """The institution of this portal; where there is none, no view is reached."""
    institution = institution_of(request)
    assert institution is not None
    return institution


def show(request: Request, template: str, context: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    """Never kept by a browser or a proxy: the next person at this computer finds nothing."""
    response = render(request, f"portal/{template}", surroundings(request) | (context or {}), status=status)
    response["Cache-Control"] = "no-store"
    return response


def surroundings(request: Request) -> dict[str, Any]:
    institution = here(request)
    home, track = address(request, "home"), address(request, "track")
    return {
        "portal_url": home,
        "portal_nav": [
            {"url": home, "label": _("Procedures"), "current": request.path == home or "/procedures/" in request.path},
            {"url": track, "label": _("Follow a request"), "current": request.path.startswith(track) or "/cases/" in request.path},
            whose(request),
        ],
        "logout_url": address(request, "log_out") if isinstance(request.actor, Visitor) else "",
        "languages": [(code, name) for code, name in settings.LANGUAGES if code != request.LANGUAGE_CODE],
        "slug": institution.slug,
        "accepted": ACCEPTED,
    }


def whose(request: Request) -> dict[str, Any]:
    """Who is logged in, which leads to their account; or how to."""
    if isinstance(request.actor, Visitor):
        url, label = address(request, "mine"), str(request.user)
    else:
        url, label = address(request, "log_in"), _("Sign in")
    return {"url": url, "label": label, "icon": "user-circle", "apart": True, "current": request.path.startswith(url)}


def address(request: Request, name: str, *args: Any) -> str:
    return reverse(f"portal:{name}", args=[here(request).slug, *args])


def go(request: Request, name: str, *args: Any) -> HttpResponse:
    response = redirect(address(request, name, *args))
    response["Cache-Control"] = "no-store"
    return response


def pdf(data: bytes, name: str) -> HttpResponse:
    safe = "".join(letter for letter in name if letter.isalnum() or letter in " -_.")
    safe = safe.encode("ascii", "ignore").decode() or "document.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{safe}"', "Cache-Control": "no-store"}
    return HttpResponse(data, content_type="application/pdf", headers=headers)


def help_of(institution: Institution) -> dict[str, Any]:
    """How else one reaches the institution."""
    return {"offices": list(Office.objects.filter(institution=institution, active=True).order_by("name")[:12])}


def uploaded(request: Request, name: str) -> list[UploadedFile[Any]]:
    """The files of a field; an empty choice sends a file without a name."""
    return [file for file in request.FILES.getlist(name) if isinstance(file, UploadedFile) and file.name]
