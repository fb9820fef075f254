"""What the pages of this floor share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from czrm.institutions.models import Institution
from czrm.kit.actor import Clerk, Request
from czrm.kit.refused import Refused


def clerk(request: HttpRequest) -> Clerk:
    actor = request.actor  # type: ignore[attr-defined]
    assert isinstance(actor, Clerk)
    return actor


def own_institution(request: HttpRequest) -> Institution:
    return Institution.objects.defer("logo", "theme").get(pk=clerk(request).institution_id)


def done(request: HttpRequest, form: forms.BaseForm, deed: Callable[[], object]) -> bool:
    """The form was sent, it is in shape and its deed is done; a refusal stands on the form, with all that was typed."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        deed()
    except Refused as refused:
        form.add_error(None, refused.words)
        return False
    return True


def form_page(request: Request, form: forms.BaseForm, **context: Any) -> HttpResponse:
    """A page that is one form: its title, its way back and the words on its button."""
    template = context.pop("template", "institutions/form.html")
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)
