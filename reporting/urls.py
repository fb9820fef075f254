"""The view from the roof."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "reporting"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("tables/<slug:key>.csv", views.table, name="table"),
    path("exports/", views.exports_page, name="exports"),
    path("exports/new/", views.export_new, name="export_new"),
    path("exports/<uuid:uid>/", views.export_page, name="export"),
    path("exports/<uuid:uid>/file/", views.export_file, name="export_file"),
]
