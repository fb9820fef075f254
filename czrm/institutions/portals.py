"""Which institution's portal a request stands at: by its address, or by the institution's own host name."""

from __future__ import annotations

import re

from django.http import HttpRequest

from czrm.kit import near

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
    found = Institution.objects.filter(**{key: value}, kind="body", active=True).values_list("pk", flat=True)
    one: tuple[int | None] = near.remembered(("portal", key, value), lambda: (found.first(),), seconds=MEMORY)
    return one[0]


def forget() -> None:
    near.forget_all()
