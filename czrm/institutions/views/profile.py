"""What members decide about themselves."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from czrm.doors.pages import page
from czrm.institutions.forms import ProfileForm
from czrm.institutions.models import User
from czrm.institutions.services.profile import edit_profile
from czrm.kit.actor import Request

from .common import done


@page("profile.edit")
def profile(request: Request) -> HttpResponse:
    me: Any = request.user
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=me.pk))
    if done(request, form, lambda: edit_profile(me, changes=form.cleaned_data, by=request.actor)):
        with translation.override(form.cleaned_data["language"] or translation.get_language()):
            messages.success(request, _("Saved."))
        response = redirect("institutions:profile")
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)  # what was picked at log-in; the profile counts from now on
        return response
    context = {
        "form": form,
        "factors": Authenticator.objects.filter(user=me.pk).exclude(type=Authenticator.Type.RECOVERY_CODES).count(),
        "sessions": UserSession.objects.filter(user=me.pk).count(),
        "demo": settings.DEMO,
    }
    return render(request, "institutions/profile_edit.html", context, status=422 if form.errors else 200)
