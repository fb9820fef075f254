"""Django's admin: reference data, behind the same log-in and second factor as the desk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin import apps
from django.http import HttpRequest
from django.shortcuts import redirect

OURS = ("institutions", "citizens", "cases", "channels", "reporting")


class AdminConfig(apps.AdminConfig):
    default_site = "czrm.institutions.site.Site"


class Site(admin.AdminSite):
    site_header = site_title = "CzRM"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """What other packages bring (tokens, authenticators, groups) is not for editing by hand."""
        models = model_or_iterable if isinstance(model_or_iterable, Iterable) else [model_or_iterable]
        super().register([model for model in models if model._meta.app_label in OURS], admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        from . import mfa  # settings name this module before the models are ready

        return super().has_permission(request) and mfa.passed(request.user, request)

    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        from allauth.account.decorators import secure_admin_login

        from . import mfa

        if request.user.is_authenticated and not mfa.passed(request.user, request):
            return redirect("institutions:second_factor")
        return secure_admin_login(super().login)(request, extra_context)
