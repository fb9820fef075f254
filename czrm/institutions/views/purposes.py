"""The purposes for which data may be read: the operator's list."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from czrm.doors.pages import page
from czrm.institutions import mfa
from czrm.institutions.forms import PurposeForm
from czrm.institutions.models import Purpose
from czrm.institutions.services.purposes import create_purpose, edit_purpose
from czrm.kit.actor import Request

from .common import done, form_page


@page("purpose.see")
def purposes(request: Request) -> HttpResponse:
    return render(request, "institutions/purpose_list.html", {"purposes": Purpose.objects.order_by("name")})


@page("purpose.create")
@mfa.fresh
def purpose_new(request: Request) -> HttpResponse:
    form = PurposeForm(request.POST or None)
    if done(request, form, lambda: create_purpose(**form.cleaned_data, by=request.actor)):
        messages.success(request, _("Institutions can state it from now on."))
        return redirect("institutions:purposes")
    return form_page(request, form, title=_("New purpose"), back=reverse("institutions:purposes"), submit=_("Add the purpose"))


@page("purpose.edit")
@mfa.fresh
def purpose(request: Request, code: str) -> HttpResponse:
    row = get_object_or_404(Purpose, code=code)
    form = PurposeForm(request.POST or None, initial={"name": row.name, "legal_basis": row.legal_basis})
    if done(request, form, lambda: edit_purpose(row, **form.cleaned_data, by=request.actor)):
        messages.success(request, _("Saved."))
        return redirect("institutions:purposes")
    return form_page(request, form, title=row.name, back=reverse("institutions:purposes"), submit=_("Save"))
