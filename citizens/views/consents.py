"""What somebody agreed to, at the counter; and the words they agree to, for administrators."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from citizens import services, states
from citizens.forms_mandates import SignForm, WordsForm
from citizens.models import Citizen, ConsentText
from citizens.services import record
from citizens.services.consents import ledger
from czrm.doors.pages import page
from czrm.kit.actor import Request
from czrm.kit.refused import Refused

from .shared import clerk


@page("consent.see", opens=Citizen, categories=("legal",))
def consents(request: Request, citizen: Citizen) -> HttpResponse:
    return panel(request, citizen)


@page("consent.give", opens=Citizen)
def give(request: Request, citizen: Citizen, text: str) -> HttpResponse:
    return signed(request, citizen, text, agrees=True)


@page("consent.withdraw", opens=Citizen)
def withdraw(request: Request, citizen: Citizen, text: str) -> HttpResponse:
    return signed(request, citizen, text, agrees=False)


def signed(request: Request, citizen: Citizen, uid: str, *, agrees: bool) -> HttpResponse:
    """The dialog, in which the officer reads the words to the person; then the panel as it stands."""
    own = clerk(request).institution_id
    text, form = get_object_or_404(ConsentText, uid=uid, institution=own), SignForm(request.POST or None)
    if form.is_valid():
        deed = services.give_consent if agrees else services.withdraw_consent
        try:
            deed(citizen, text, channel=form.cleaned_data["channel"], evidence=form.cleaned_data["evidence"], by=request.actor)
        except Refused as refused:
            form.add_error(None, refused.words)
        else:
            messages.success(request, _("Written down. The person may read it in the portal."))
            return panel(request, citizen, anew=True)
    context = {"form": form, "citizen": citizen, "text": text, "agrees": agrees, "action": request.get_full_path()}
    return render(request, "citizens/consent_sign.html", context, status=422 if form.errors else 200)


def panel(request: Request, citizen: Citizen, *, anew: bool = False) -> HttpResponse:
    own = clerk(request).institution_id
    found = ledger(citizen.pk, institution_id=own)
    linked = record.dealings(citizen, by=request.actor).linked and not states.forbids(citizen.state, states.RELATE)
    context = {
        "citizen": citizen, "rows": found.standings, "lines": found.lines, "anew": anew,
        "may": {verb: linked and request.actor.may(f"consent.{verb}") for verb in ("give", "withdraw")},
    }  # fmt: skip
    answer = render(request, "citizens/consent_panel.html", context)
    if anew:
        answer["HX-Retarget"], answer["HX-Reswap"] = "#consents", "outerHTML"
    return answer


@page("consent.word")
def texts(request: Request) -> HttpResponse:
    """What is asked for now, and what was."""
    found = list(ConsentText.objects.filter(institution=clerk(request).institution_id).order_by("title", "-version"))
    context = {"current": [one for one in found if one.current], "old": [one for one in found if not one.current]}
    return render(request, "citizens/consent_texts.html", context)


@page("consent.word")
def word(request: Request, uid: str = "") -> HttpResponse:
    """The first words of a topic, or its next version."""
    before = get_object_or_404(ConsentText, uid=uid, institution=clerk(request).institution_id) if uid else None
    initial = {name: getattr(before, name) for name in ("title", "text", "consequence")} if before else {}
    form = WordsForm(request.POST or None, initial=initial)
    if form.is_valid():
        services.word_consent(**form.cleaned_data, topic=before.topic if before else "", by=request.actor)
        messages.success(request, _("These words count from now on. Who agreed to the earlier ones agreed to those."))
        return redirect("citizens:consent_texts")
    return render(request, "citizens/consent_word.html", {"form": form, "before": before}, status=422 if form.errors else 200)


@page("consent.drop", opens=ConsentText)
@require_POST
def drop(request: Request, text: ConsentText) -> HttpResponse:
    services.drop_consent(text, by=request.actor)
    messages.success(request, _("It is asked for no more. Who agreed can still withdraw."))
    return redirect("citizens:consent_texts")
