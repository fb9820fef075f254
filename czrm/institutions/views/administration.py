"""What an institution is and shows: its data, its colour and its logo."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from czrm.doors.pages import page
from czrm.institutions import checklist
from czrm.institutions.forms import InstitutionForm, LogoForm
from czrm.institutions.models import Institution, Membership, Office, Team
from czrm.institutions.services.institution import edit_institution, set_logo
from czrm.institutions.theme import Theme, contrast, make_theme
from czrm.kit.actor import Request

from .common import clerk, done, own_institution

FOREVER = cache_control(public=True, max_age=31536000, immutable=True)


@page("institution.edit")
def administration(request: Request) -> HttpResponse:
    """The one page that links all there is to set."""
    own = {"institution": clerk(request).institution_id}
    steps = checklist.steps(own_institution(request))
    context = {
        "steps": steps,
        "missing": not all(step.done for step in steps),
        "offices": Office.objects.filter(**own, active=True).count(),
        "teams": Team.objects.filter(**own, active=True).count(),
        "members": Membership.objects.filter(**own, active=True).count(),
    }
    return render(request, "institutions/administration.html", context)


@page("institution.edit")
def edit(request: Request) -> HttpResponse:
    institution = own_institution(request)
    form = InstitutionForm(request.POST or None, instance=Institution.objects.get(pk=institution.pk))
    if done(request, form, lambda: edit_institution(institution, changes=form.cleaned_data, by=request.actor)):
        messages.success(request, _("Saved. Everybody sees it within ten seconds."))
        return redirect("institutions:institution")
    return show(request, institution, form, LogoForm())


@page("institution.draw")
def logo_change(request: Request) -> HttpResponse:
    """Sent with a file it draws the logo, without one it takes it away."""
    if request.method != "POST":
        return redirect("institutions:institution")
    institution = own_institution(request)
    form = LogoForm(request.POST, request.FILES)
    if "remove" in request.POST:
        set_logo(institution, upload=None, by=request.actor)
        messages.success(request, _("The logo is gone; the crest stands in its place."))
        return redirect("institutions:institution")
    if done(request, form, lambda: set_logo(institution, upload=form.cleaned_data["logo"].read(), by=request.actor)):
        messages.success(request, _("The logo is in its place."))
        return redirect("institutions:institution")
    return show(request, institution, InstitutionForm(instance=Institution.objects.get(pk=institution.pk)), form)


def show(request: Request, institution: Institution, form: InstitutionForm, logo: LogoForm) -> HttpResponse:
    context = {"form": form, "logo_form": logo, "edited": institution, **sample(str(form["color"].value()))}
    return render(request, "institutions/institution_edit.html", context, status=422 if form.errors or logo.errors else 200)


@page("institution.edit")
def color_sample(request: Request) -> HttpResponse:
    """What the pages would really show of a colour, while it is being chosen."""
    return render(request, "institutions/institution_edit.html#color", sample(request.GET.get("color", "")))


def sample(color: str) -> dict[str, Any]:
    try:
        theme: Theme = make_theme(color)
    except ValueError:
        return {"theme": None}
    return {"theme": theme, "ratio": contrast(theme.used, "#ffffff")}


@login_not_required
@require_safe
@FOREVER
def theme(request: HttpRequest, slug: str, color: str) -> HttpResponse:
    """The colour is in the address, so a page never mixes two; a colour no longer used is made again for pages still open."""
    institution = get_object_or_404(Institution.objects.defer("logo"), slug=slug)
    current = institution.color.lstrip("#").lower() == color.lower()
    css = institution.theme if current and institution.theme else css_of(color)
    return HttpResponse(css, content_type="text/css")


def css_of(color: str) -> str:
    try:
        return make_theme(f"#{color}").css
    except ValueError:
        raise Http404 from None


@login_not_required
@require_safe
@FOREVER
def logo(request: HttpRequest, slug: str, mark: str) -> HttpResponse:
    found = get_object_or_404(Institution.objects.only("logo"), slug=slug, logo_mark=mark, logo__isnull=False)
    return HttpResponse(bytes(found.logo or b""), content_type="image/png")
