"""The administrator's pages of what the institution wants to know beside what is built in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from citizens import services
from citizens.attributes import BUILT_IN
from citizens.categories import Category
from citizens.forms_record import AttributeForm
from citizens.models import Attribute
from citizens.services.attributes import stated
from czrm.doors.pages import page
from czrm.institutions.views.common import done
from czrm.kit.actor import Request

from .shared import clerk


@page("attribute.edit")
def attributes(request: Request) -> HttpResponse:
    """One's own, and those built in, so that nobody makes one twice."""
    own = Attribute.objects.filter(institution=clerk(request).institution_id).order_by("-active", "label")
    built_in: dict[str, list[Any]] = {}
    for definition in BUILT_IN.values():
        built_in.setdefault(str(Category(definition.category).label), []).append(definition.label)
    return render(request, "citizens/attribute_list.html", {"attributes": own, "built_in": built_in.items()})


@page("attribute.create")
def new(request: Request) -> HttpResponse:
    form = AttributeForm(request.POST or None)
    if done(request, form, lambda: services.create_attribute(facts=form.facts(), by=request.actor)):
        messages.success(request, _("Officers can state it from now on."))
        return redirect("citizens:attributes")
    return edited(request, form, None)


@page("attribute.edit")
def edit(request: Request, uid: UUID) -> HttpResponse:
    own = get_object_or_404(Attribute, uid=uid, institution=clerk(request).institution_id)
    form = AttributeForm(request.POST or None, instance=Attribute.objects.get(pk=own.pk))
    if done(request, form, lambda: services.edit_attribute(own, changes=form.facts() | {"active": True}, by=request.actor)):
        messages.success(request, _("Saved."))
        return redirect("citizens:attributes")
    return edited(request, form, own)


@require_POST
@page("attribute.retire")
def retire(request: Request, uid: UUID) -> HttpResponse:
    own = get_object_or_404(Attribute, uid=uid, institution=clerk(request).institution_id)
    services.retire_attribute(own, by=request.actor)
    messages.success(request, _("Nobody is asked for it any more. What was stated is kept and shown."))
    return redirect("citizens:attributes")


def edited(request: Request, form: AttributeForm, own: Attribute | None) -> HttpResponse:
    context = {"form": form, "own": own, "stated": own is not None and stated(own), "back": reverse("citizens:attributes")}
    return render(request, "citizens/attribute_edit.html", context, status=422 if form.errors else 200)
