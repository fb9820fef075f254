"""Where one arrives: the root, the choice of an institution, the first page of each role."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from czrm.doors.pages import page
from czrm.institutions import checklist, mfa, portals
from czrm.institutions.entrance import ACTIVE
from czrm.institutions.models import Institution, Membership
from czrm.institutions.review import recent
from czrm.kit.actor import Request

from .agreements import glance
from .common import clerk, own_institution


@login_not_required
@require_safe
def root(request: HttpRequest) -> HttpResponseBase:
    """An institution's own host name leads to its portal, staff to the desk, anybody else to the list of portals."""
    own = portals.remembered("host", request.get_host().partition(":")[0].lower())
    if own is not None:
        slug = Institution.objects.values_list("slug", flat=True).get(pk=own)
        return redirect("portal:home", slug)
    if request.user.is_authenticated and works_of(request).exists():
        return redirect("institutions:home")
    return landing(request)


@login_not_required
@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """Every institution that attends citizens here."""
    bodies = Institution.objects.filter(kind=Institution.Kind.BODY, active=True).defer("theme", "logo").order_by("name")
    return render(request, "institutions/landing.html", {"bodies": bodies})


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponseBase:
    """For which institution one acts from now on; who belongs to one only never sees this."""
    memberships = list(works_of(request))
    if not memberships:
        return render(request, "institutions/nowhere.html")
    if not mfa.passed(request.user, request):
        return redirect("institutions:second_factor")
    if request.method == "POST" or len(memberships) == 1:
        wanted = request.POST.get("membership", str(memberships[0].uid))
        chosen = next((membership for membership in memberships if str(membership.uid) == wanted), None)
        if chosen is not None:
            request.session[ACTIVE] = chosen.institution_id
            return redirect("institutions:home")
    current = getattr(getattr(request, "actor", None), "institution_id", None)
    return render(request, "institutions/choose.html", {"memberships": memberships, "current": current})


@require_safe
def second_factor(request: HttpRequest) -> HttpResponseBase:
    """Leads a member to set up what is missing, or to show what they have, before anything else."""
    if mfa.passed(request.user, request):
        return redirect("institutions:home")
    if mfa.has_one(request.user):
        return redirect(f"{reverse('mfa_reauthenticate')}?next={reverse('institutions:home')}")
    return render(request, "institutions/second_factor.html")


@page("home.see")
def home(request: Request) -> HttpResponse:
    actor, context = clerk(request), dict[str, Any]()
    membership = Membership.objects.select_related("user").prefetch_related("teams").get(
        user=actor.user_id, institution=actor.institution_id
    )  # fmt: skip
    context |= {"membership": membership, "roles": membership.roles}
    if actor.may("institution.edit"):
        context["steps"] = checklist.steps(own_institution(request))
    if actor.may("access.see"):
        context |= recent(actor)
    if actor.may("transfer.see"):
        context["agreements"] = glance(actor.institution_id)
    if actor.may("institution.see"):
        context["bodies"] = Institution.objects.filter(kind=Institution.Kind.BODY)
    return render(request, "institutions/home.html", context)


def works_of(request: HttpRequest) -> Any:
    return (
        Membership.objects.filter(user=request.user.pk, active=True, institution__active=True)
        .select_related("institution")
        .defer("institution__theme", "institution__logo")
        .order_by("institution__name")
    )
