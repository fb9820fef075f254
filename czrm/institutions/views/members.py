"""Members: who they are, what they may do, and the invitation by which they come."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from czrm.doors.pages import page
from czrm.institutions import invitations, mfa
from czrm.institutions.forms import AcceptForm, InviteForm, MemberForm
from czrm.institutions.models import Membership
from czrm.institutions.roles import LABELS
from czrm.institutions.services.members import (
    Invitee,
    accept_invitation,
    deactivate_member,
    edit_member,
    invite_member,
    reactivate_member,
    remind_member,
)
from czrm.kit.actor import Machine, Request
from czrm.kit.refused import Refused

from .common import clerk, done, form_page, own_institution

LINK = "invitation_link"  # the session's key: the link to hand over, shown once


@page("member.see")
def members(request: Request) -> HttpResponse:
    found = (
        Membership.objects.filter(institution=clerk(request).institution_id)
        .select_related("user", "office")
        .prefetch_related("teams")
        .order_by("-active", "user__first_name", "user__last_name")
    )
    rows = [{"member": member, "roles": [LABELS[role] for role in member.roles if role in LABELS]} for member in found]
    return render(request, "institutions/member_list.html", {"rows": rows, "link": request.session.pop(LINK, None)})


@page("member.invite")
@mfa.fresh
def invite(request: Request) -> HttpResponse:
    form = InviteForm(request.POST or None, institution=own_institution(request), initial={"roles": ["officer"]})
    made: list[Membership] = []
    if done(request, form, lambda: made.append(invite_member(Invitee(**form.cleaned_data), by=request.actor))):
        tell(request, made[0])
        return redirect("institutions:members")
    return form_page(
        request, form, title=_("Invite somebody"), back=reverse("institutions:members"), submit=_("Send the invitation"),
        intro=_("They get a link by e-mail, valid for seven days. Who uses CzRM already joins at once."),
    )  # fmt: skip


@page("member.edit")
@mfa.fresh
def member(request: Request, uid: UUID) -> HttpResponse:
    found = get_object_or_404(Membership.objects.select_related("user"), uid=uid, institution=clerk(request).institution_id)
    initial: dict[str, Any] = {"roles": found.roles, "post": found.post, "office": found.office, "teams": found.teams.all()}
    form = MemberForm(request.POST or None, institution=own_institution(request), initial=initial)
    if done(request, form, lambda: edit_member(found, changes=form.cleaned_data, by=request.actor)):
        messages.success(request, _("Saved. It counts from their next page."))
        return redirect("institutions:members")
    return form_page(request, form, template="institutions/member_edit.html", member=found, back=reverse("institutions:members"))


@page("member.deactivate")
@require_POST
@mfa.fresh
def deactivate(request: Request, uid: UUID) -> HttpResponse:
    found = get_object_or_404(Membership, uid=uid, institution=clerk(request).institution_id)
    return with_words(request, lambda: deactivate_member(found, by=request.actor), _("Deactivated: their access has ended."))


@page("member.reactivate")
@require_POST
@mfa.fresh
def reactivate(request: Request, uid: UUID) -> HttpResponse:
    found = get_object_or_404(Membership, uid=uid, institution=clerk(request).institution_id)
    return with_words(request, lambda: tell(request, reactivate_member(found, by=request.actor)))


@page("member.remind")
@require_POST
@mfa.fresh
def remind(request: Request, uid: UUID) -> HttpResponse:
    found = get_object_or_404(Membership, uid=uid, institution=clerk(request).institution_id)
    return with_words(request, lambda: tell(request, remind_member(found, by=request.actor)))


def with_words(request: Request, deed: Any, words: str = "") -> HttpResponse:
    try:
        deed()
    except Refused as refused:
        messages.error(request, refused.words)
    else:
        if words:
            messages.success(request, words)
    return redirect("institutions:members")


def tell(request: Request, membership: Membership) -> None:
    if membership.invited_at is None:
        messages.success(request, _("%(name)s works here from now on.") % {"name": membership.user})
        return
    messages.success(request, _("%(name)s is invited.") % {"name": membership.user})
    if invitations.shown_on_screen():
        request.session[LINK] = invitations.link(membership)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """Opened by the link: nobody acts yet, the institution itself receives them."""
    membership = invitations.read(token)
    if membership is None:
        return render(request, "institutions/invitation.html", status=410)
    user = membership.user
    form = AcceptForm(request.POST or None, user=user, initial={"given": user.first_name, "surname": user.last_name})
    if user.has_usable_password():  # another institution's invitation was accepted meanwhile
        form.fields.clear()
        form.is_bound = request.method == "POST"
    door = Machine("invitation", membership.institution_id)

    def accept() -> Membership:
        data = form.cleaned_data
        return accept_invitation(
            membership, given=data.get("given", ""), surname=data.get("surname", ""), password=data.get("password", ""), by=door
        )

    if done(request, form, accept):
        logout(request)  # whoever sat here before
        messages.success(request, _("Welcome. Sign in with your e-mail and your password."))
        return redirect("account_login")
    context = {"form": form, "membership": membership, "host": membership.institution}
    return render(request, "institutions/invitation.html", context, status=422 if form.errors else 200)
