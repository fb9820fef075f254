"""Where the desk's common pages are."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from .views import access_log, administration, agreements, clients, home, members, offices, platform, profile, purposes, transfers

app_name = "institutions"
urlpatterns = [
    path("", home.home, name="home"),
    path("institution/", home.choose, name="choose"),
    path("second-factor/", home.second_factor, name="second_factor"),
    path("invitation/<str:token>/", members.invitation, name="invitation"),
    path("language/", login_not_required(set_language), name="language"),
    path("profile/", profile.profile, name="profile"),
    path("accesses/", access_log.access_log, name="access_log"),
    path("accesses/mine/", access_log.access_own, name="access_own"),
    path("accesses/export/", access_log.access_export, name="access_export"),
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/new/", agreements.agreement_new, name="agreement_new"),
    path("agreements/<uuid:uid>/", agreements.agreement, name="agreement"),
    path("agreements/<uuid:uid>/draft/", agreements.agreement_edit, name="agreement_edit"),
    path("agreements/<uuid:uid>/approval/", agreements.approve, name="agreement_approve"),
    path("agreements/<uuid:uid>/suspension/", agreements.suspend, name="agreement_suspend"),
    path("agreements/<uuid:uid>/resumption/", agreements.resume, name="agreement_resume"),
    path("agreements/<uuid:uid>/revocation/", agreements.revoke, name="agreement_revoke"),
    path("transfers/", transfers.transfers, name="transfers"),
    path("transfers/export/", transfers.transfers_export, name="transfers_export"),
    path("administration/", administration.administration, name="administration"),
    path("administration/institution/", administration.edit, name="institution"),
    path("administration/institution/logo/", administration.logo_change, name="logo_change"),
    path("administration/institution/colour/", administration.color_sample, name="color_sample"),
    path("administration/offices/", offices.offices, name="offices"),
    path("administration/offices/new/", offices.office_new, name="office_new"),
    path("administration/offices/<uuid:uid>/", offices.office, name="office"),
    path("administration/teams/new/", offices.team_new, name="team_new"),
    path("administration/teams/<uuid:uid>/", offices.team, name="team"),
    path("administration/members/", members.members, name="members"),
    path("administration/members/new/", members.invite, name="invite"),
    path("administration/members/<uuid:uid>/", members.member, name="member"),
    path("administration/members/<uuid:uid>/deactivation/", members.deactivate, name="member_deactivate"),
    path("administration/members/<uuid:uid>/reactivation/", members.reactivate, name="member_reactivate"),
    path("administration/members/<uuid:uid>/reminder/", members.remind, name="member_remind"),
    path("administration/systems/", clients.clients, name="clients"),
    path("administration/systems/new/", clients.client_new, name="client_new"),
    path("administration/systems/<uuid:uid>/revocation/", clients.client_revoke, name="client_revoke"),
    path("platform/", platform.platform, name="platform"),
    path("platform/new/", platform.institution_new, name="institution_new"),
    path("platform/purposes/", purposes.purposes, name="purposes"),
    path("platform/purposes/new/", purposes.purpose_new, name="purpose_new"),
    path("platform/purposes/<slug:code>/", purposes.purpose, name="purpose"),
    path("platform/<uuid:uid>/", platform.institution_place, name="institution_place"),
    path("platform/<uuid:uid>/deactivation/", platform.institution_deactivate, name="institution_deactivate"),
    path("platform/<uuid:uid>/reactivation/", platform.institution_reactivate, name="institution_reactivate"),
    path("theme/<slug:slug>/<slug:color>.css", administration.theme, name="theme"),
    path("theme/<slug:slug>/logo-<slug:mark>.png", administration.logo, name="logo"),
]
