"""Agreements: the list of one's own, one of them, and what is done with it."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from czrm.doors.pages import page
from czrm.institutions import definers, mfa, sharing
from czrm.institutions.forms_agreements import AgreementForm, PartiesForm, ReasonForm, blank, initial
from czrm.institutions.models import Agreement, Institution, User
from czrm.institutions.services import agreements as services
from czrm.institutions.standing import side_of, sides, standing
from czrm.kit.actor import Clerk, Request
from czrm.kit.refused import Refused

from .common import clerk, done, form_page, own_institution

HISTORY: dict[str, tuple[str, Promise]] = {
    "agreement.drafted": ("file-plus", gettext_lazy("Drawn up")),
    "agreement.edited": ("pencil", gettext_lazy("Draft changed; approvals given before no longer count")),
    "agreement.approved": ("signature", gettext_lazy("Approved")),
    "agreement.suspended": ("player-pause", gettext_lazy("Suspended")),
    "agreement.resumed": ("player-play", gettext_lazy("Resumed")),
    "agreement.revoked": ("circle-x", gettext_lazy("Revoked")),
}
LIVING = ("draft", "waiting", "stale", "later", "in_force", "soon", "suspended")


@page("agreement.see")
def agreements(request: Request) -> HttpResponse:
    mine = clerk(request).institution_id
    rows = [row_of(agreement) for agreement in whole(Agreement.objects.of(mine)).order_by("valid_to", "pk")]
    rows.sort(key=lambda row: row["standing"].key not in LIVING)
    return render(request, "institutions/agreement_list.html", {
        "reads": [row for row in rows if row["agreement"].consumer_id == mine],
        "gives": [row for row in rows if row["agreement"].provider_id == mine],
    })  # fmt: skip


def row_of(agreement: Agreement) -> dict[str, Any]:
    return {
        "agreement": agreement, "standing": standing(agreement), "data": sharing.words(agreement.scopes),
        "until": sharing.last_day(agreement.valid_to),
    }  # fmt: skip


@page("agreement.see")
def agreement(request: Request, uid: UUID) -> HttpResponse:
    return show(request, own(request, uid))


def show(request: Request, agreement: Agreement, *, form: ReasonForm | None = None, asks: str = "") -> HttpResponse:
    """`form` came back with a mistake from the dialog that `asks` for a reason."""
    actor, stands = clerk(request), standing(agreement)
    use, bodies = definers.usage(agreement.pk), {agreement.provider_id: agreement.provider, agreement.consumer_id: agreement.consumer}
    told = [{"deed": deed, "body": bodies[deed.institution_id], "said": HISTORY[deed.kind]}
            for deed in reversed(definers.history(agreement.pk)) if deed.kind in HISTORY]  # fmt: skip
    return render(request, "institutions/agreement_show.html", row_of(agreement) | {
        "plain": sharing.plain(agreement), "procedures": sharing.procedures(agreement), "approvals": approvals(agreement),
        "reads": agreement.consumer_id == actor.institution_id, "may": possible(agreement, stands.key, actor), "history": told,
        "uses": [{"use": each, "data": sharing.words(each.categories)} for each in use], "looks": sum(each.looks for each in use),
        "form": form or ReasonForm(), "asks": asks,
    }, status=422 if form else 200)  # fmt: skip


def approvals(agreement: Agreement) -> list[dict[str, Any]]:
    people = User.objects.in_bulk([side.approved_by for side in sides(agreement) if side.approved_by])
    return [{"body": side.body, "who": people.get(side.approved_by or 0), "at": side.approved_at} for side in sides(agreement)]


def possible(agreement: Agreement, key: str, actor: Clerk) -> dict[str, bool]:
    """What this officer can do with it now."""
    side = side_of(agreement, actor.institution_id)
    both = (agreement.provider_approved_by, agreement.consumer_approved_by)
    signed, draft = key in ("later", "in_force", "soon", "suspended"), agreement.status == Agreement.Status.DRAFT
    fits = {
        "edit": draft, "approve": draft and key != "stale" and side.approved_by is None and actor.user_id not in both,
        "suspend": signed and side.suspended_at is None, "resume": signed and side.suspended_at is not None, "revoke": signed or draft,
    }  # fmt: skip
    return {deed: fit and actor.may(f"agreement.{deed}") for deed, fit in fits.items()}


@page("agreement.draft")
def agreement_new(request: Request) -> HttpResponseBase:
    """First with whom; then, at the same address with both sides in it, what."""
    mine, back = own_institution(request), reverse("institutions:agreements")
    parties = PartiesForm(request.GET if "role" in request.GET else None, of=mine.pk, initial={"role": "consumer"})
    if not parties.is_valid():
        return form_page(
            request, parties, title=_("New agreement"), back=back, submit=_("Go on"), template="institutions/agreement_parties.html",
            intro=_("First: with whom, and who reads whose data."),
        )  # fmt: skip
    other: Institution = parties.cleaned_data["other"]
    provider, consumer = (other, mine) if parties.cleaned_data["role"] == "consumer" else (mine, other)
    form, made = AgreementForm(request.POST or None, provider=provider, initial=blank()), list[Agreement]()
    if done(request, form, lambda: made.append(services.draft_agreement(
            provider=provider, consumer=consumer, terms=form.terms, by=request.actor))):  # fmt: skip
        messages.success(request, _("Drawn up. Read what it opens, then approve it for your side."))
        return redirect("institutions:agreement", made[0].uid)
    return form_page(request, form, title=_("New agreement"), back=back, submit=_("Save the draft"), intro=direction(provider, consumer))


@page("agreement.edit")
def agreement_edit(request: Request, uid: UUID) -> HttpResponseBase:
    found = own(request, uid)
    form = AgreementForm(request.POST or None, provider=found.provider, initial=initial(found))
    seen = request.POST.get("edition", str(found.edition))
    if done(request, form, lambda: services.edit_agreement(found, seen=number(seen), terms=form.terms, by=request.actor)):
        messages.success(request, _("Saved. Both sides approve what it says now."))
        return redirect("institutions:agreement", found.uid)
    return form_page(
        request, form, title=found.title or _("Draft"), back=reverse("institutions:agreement", args=[found.uid]),
        submit=_("Save the draft"), intro=direction(found.provider, found.consumer), edition=seen,
        template="institutions/agreement_edit.html",
    )  # fmt: skip


@require_POST
@page("agreement.approve")
@mfa.fresh
def approve(request: Request, uid: UUID) -> HttpResponseBase:
    found = own(request, uid)
    try:
        approved = services.approve_agreement(found, seen=number(request.POST.get("edition", "")), by=request.actor)
    except Refused as refused:
        messages.error(request, refused.words)
        return redirect("institutions:agreement", uid)
    in_force = approved.status == Agreement.Status.IN_FORCE
    messages.success(request, _("Approved by both sides: it opens what it says.") if in_force else _("Approved for your side."))
    return redirect("institutions:agreement", uid)


@require_POST
@page("agreement.resume")
@mfa.fresh
def resume(request: Request, uid: UUID) -> HttpResponseBase:
    try:
        services.resume_agreement(own(request, uid), by=request.actor)
        messages.success(request, _("Resumed for your side."))
    except Refused as refused:
        messages.error(request, refused.words)
    return redirect("institutions:agreement", uid)


@require_POST
@page("agreement.suspend")
def suspend(request: Request, uid: UUID) -> HttpResponseBase:
    return stop(request, uid, services.suspend_agreement, "suspend", _("Suspended: from now on it opens nothing."))


@require_POST
@page("agreement.revoke")
def revoke(request: Request, uid: UUID) -> HttpResponseBase:
    return stop(request, uid, services.revoke_agreement, "revoke", _("Revoked: from now on it opens nothing."))


def stop(request: Request, uid: UUID, deed: Any, asks: str, words: str) -> HttpResponseBase:
    found, form = own(request, uid), ReasonForm(request.POST)
    if done(request, form, lambda: deed(found, reason=form.cleaned_data["reason"], by=request.actor)):
        messages.success(request, words)
        return redirect("institutions:agreement", uid)
    return show(request, found, form=form, asks=asks)


def own(request: Request, uid: UUID) -> Agreement:
    return get_object_or_404(whole(Agreement.objects.of(clerk(request).institution_id)), uid=uid)


def whole(rows: Any) -> Any:
    heavy = [f"{side}__{column}" for side in ("provider", "consumer") for column in ("logo", "theme")]
    return rows.select_related("provider", "consumer", "purpose").defer(*heavy)


def glance(institution_id: int) -> dict[str, int]:
    """For the first page: those in force, those that end within a month, and drafts that this side has not approved."""
    keys = Counter(standing(one).key for one in whole(Agreement.objects.of(institution_id)))
    ours = Q(provider=institution_id, provider_approved_by=None) | Q(consumer=institution_id, consumer_approved_by=None)
    drafts = Agreement.objects.filter(ours, status=Agreement.Status.DRAFT, valid_to__gt=now())
    return {"all": keys.total(), "in_force": keys["in_force"] + keys["soon"], "soon": keys["soon"], "waiting": drafts.count()}


def number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def direction(provider: Institution, consumer: Institution) -> str:
    return _("%(consumer)s reads data of %(provider)s") % {"consumer": consumer, "provider": provider}
