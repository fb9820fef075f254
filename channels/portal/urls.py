"""The portal of one institution; its slug reaches every view as `institution`."""

from __future__ import annotations

from django.urls import path

from .views import accesses, apply, case, consents, contact, data, home, login, mandates, mine, sent, track

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("language/", home.language, name="language"),
    path("procedures/<slug:slug>/", home.procedure, name="procedure"),
    path("procedures/<slug:slug>/request/", apply.apply, name="apply"),
    path("procedures/<slug:slug>/request/saved/", apply.saved, name="saved"),
    path("procedures/<slug:slug>/request/removal/", apply.discard, name="discard"),
    path("procedures/<slug:slug>/request/check/", sent.check, name="check"),
    path("procedures/<slug:slug>/request/<str:step>/", apply.step, name="step"),
    path("resume/", apply.resume, name="resume"),
    path("receipt/", sent.receipt, name="receipt"),
    path("receipt/pdf/", sent.receipt_pdf, name="receipt_pdf"),
    path("receipt/removal/", sent.forget, name="forget"),
    path("track/", track.track, name="track"),
    path("track/end/", track.leave, name="leave"),
    path("cases/<str:number>/", case.follow, name="case"),
    path("cases/<str:number>/receipt/", case.receipt, name="case_receipt"),
    path("login/", login.log_in, name="log_in"),
    path("login/identity/", login.identity, name="identity"),
    path("login/arrival/", login.arrival, name="arrival"),
    path("login/sample/", login.sample, name="sample"),
    path("login/code/", login.code, name="code"),
    path("login/code/check/", login.check_code, name="code_check"),
    path("logout/", login.log_out, name="log_out"),
    path("me/", mine.mine, name="mine"),
    path("me/cases/", mine.cases, name="my_cases"),
    path("me/cases/<str:number>/answer/", mine.decision, name="decision"),
    path("me/documents/<uuid:uid>/", mine.document, name="document"),
    path("me/data/", data.data, name="my_data"),
    path("me/data/<uuid:uid>/correction/", data.rectify, name="rectify"),
    path("me/contact/", contact.contact, name="my_contact"),
    path("me/contact/new/<slug:kind>/", contact.new, name="contact_new"),
    path("me/contact/<uuid:uid>/code/", contact.code, name="contact_code"),
    path("me/contact/<uuid:uid>/code/sending/", contact.send, name="contact_send"),
    path("me/contact/<uuid:uid>/household/", contact.shared, name="contact_shared"),
    path("me/contact/<uuid:uid>/removal/", contact.drop, name="contact_drop"),
    path("me/preferences/", data.preferences, name="preferences"),
    path("me/mandates/", mandates.mandates, name="mandates"),
    path("me/mandates/new/", mandates.grant, name="mandate_new"),
    path("me/mandates/<uuid:uid>/revocation/", mandates.revoke, name="mandate_revoke"),
    path("me/mandates/<uuid:uid>/acting/", mandates.begin, name="act_for"),
    path("me/consents/", consents.consents, name="consents"),
    path("me/consents/<uuid:uid>/agreement/", consents.give, name="consent_give"),
    path("me/consents/<uuid:uid>/withdrawal/", consents.withdraw, name="consent_withdraw"),
    path("acting/", mandates.acting, name="acting"),
    path("acting/end/", mandates.end, name="acting_end"),
    path("me/accesses/", accesses.accesses, name="accesses"),
    path("requests/<uuid:uid>/", case.answer, name="answer"),
]
