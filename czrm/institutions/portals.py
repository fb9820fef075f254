"""Which institution's portal a request stands at: by its address, or by the institution's own host name."""

from __future__ import annotations

import re

from django.core.cache import caches
from django.http import HttpRequest

from .models import Institution

ADDRESS = re.compile(r"^/portal/(?P<slug>[-\w]+)/")
MEMORY = 30  # seconds


def of_request(request: HttpRequest) -> int | None:
    """The id of the institution, or None where the request is not at a portal."""
    if match := ADDRESS.match(request.path_info):
        return remembered("slug", match["slug"])
    return None


def remembered(key: str, value: str) -> int | None:
    """Negative answers too: a stranger who tries names costs nothing."""
    near, name = caches["near"], f"portal:{key}:{value}"
    found = near.get(name, "unknown")
    if found == "unknown":
        found = Institution.objects.filter(**{key: value}, kind="body", active=True).values_list("pk", flat=True).first()
        near.set(name, found, MEMORY)
    return found


def forget() -> None:
    caches["near"].clear()
