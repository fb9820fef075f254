"""The portal of one institution; its slug reaches every view as `institution`."""

from __future__ import annotations

from django.urls import path

from .views import apply, case, home, sent, track

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
    path("requests/<uuid:uid>/", case.answer, name="answer"),
]
