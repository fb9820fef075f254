"""Other agencies' systems."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from czrm.doors.pages import page
from czrm.institutions import mfa, words
from czrm.institutions.forms import ClientForm
from czrm.institutions.models import Client
from czrm.institutions.services.clients import Registered, register_client, revoke_client
from czrm.kit.actor import Request

from .common import clerk, done, form_page


@page("client.see")
def clients(request: Request) -> HttpResponse:
    found = Client.objects.filter(host=clerk(request).institution_id).select_related("institution", "purpose").order_by("-active", "name")
    rows = [{"client": client, "verbs": [words.deed(verb) for verb in client.verbs]} for client in found]
    return render(request, "institutions/client_list.html", {"rows": rows})


@page("client.register")
@mfa.fresh
def client_new(request: Request) -> HttpResponse:
    """The secret is on this answer and nowhere else: it is not kept, nor in the session."""
    form = ClientForm(request.POST or None)
    made: list[Registered] = []
    if done(request, form, lambda: made.append(register_client(**form.cleaned_data, by=request.actor))):
        response = render(request, "institutions/client_secret.html", {"client": made[0].client, "secret": made[0].secret})
        response["Cache-Control"] = "no-store"
        return response
    return form_page(
        request, form, title=_("Register a system"), back=reverse("institutions:clients"), submit=_("Register the system"),
        intro=_("Another body's system that uses the API. It sees only what it filed here, or what an agreement opens."),
    )  # fmt: skip


@page("client.revoke")
@require_POST
@mfa.fresh
def client_revoke(request: Request, uid: UUID) -> HttpResponse:
    client = get_object_or_404(Client, uid=uid, host=clerk(request).institution_id)
    revoke_client(client, by=request.actor)
    messages.success(request, _("Revoked: within five seconds %(name)s can do nothing more.") % {"name": client.name})
    return redirect("institutions:clients")
