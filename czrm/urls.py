"""The whole map."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import TemplateView
from drf_spectacular.views import SpectacularAPIView
from oauth2_provider import views as oauth
from rest_framework.routers import DefaultRouter

from cases.api import CaseViewSet
from citizens.api import CitizenViewSet, RecordViewSet
from citizens.api_find import FindViewSet
from czrm.doors import gallery, health
from czrm.institutions import views as institutions

handler404 = "czrm.doors.failures.not_found"
handler500 = "czrm.doors.failures.server_error"

api = DefaultRouter()
api.include_format_suffixes = False
api.register("cases", CaseViewSet, "api-cases")
api.register("citizens/identification", CitizenViewSet, "api-identification")
api.register("citizens/search", FindViewSet, "api-search")
api.register("citizens", RecordViewSet, "api-citizens")

urlpatterns = [
    path("", institutions.root, name="root"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", include("czrm.institutions.accounts")),
    path("desk/", include("czrm.institutions.urls")),
    path("desk/people/", include("citizens.urls")),
    path("desk/cases/", include("cases.urls")),
    path("desk/contacts/", include("channels.urls")),
    path("desk/reports/", include("reporting.urls")),
    path("portal/", institutions.landing, name="portals"),
    path("portal/<slug:institution>/", include("channels.portal.urls")),
    path("api/v1/", include(api.urls)),
    path("api/v1/schema/", login_not_required(SpectacularAPIView.as_view()), name="schema"),
    path(
        "api/v1/docs/",
        login_not_required(TemplateView.as_view(template_name="api_docs.html")),
        name="api_docs",
    ),
    path("oauth/token/", login_not_required(oauth.TokenView.as_view()), name="oauth_token"),
    path("oauth/revoke_token/", login_not_required(oauth.RevokeTokenView.as_view()), name="oauth_revoke"),
    path("admin/", admin.site.urls),
]
if settings.DEMO or settings.DEBUG:
    urlpatterns += [path("desk/components/", gallery.components, name="components")]
