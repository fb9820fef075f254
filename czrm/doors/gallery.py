"""The page of all components, for those who build and those who check; in a demonstration only."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_not_required
def components(request: HttpRequest) -> HttpResponse:
    layout = "portal.html" if request.GET.get("face") == "portal" else "desk.html"
    return render(request, "components.html", {"layout": layout})
