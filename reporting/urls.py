"""The view from the roof."""

from __future__ import annotations

from django.urls import path

from . import views, views_people
from .oversight import views as oversight

app_name = "reporting"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("tables/<slug:key>.csv", views.table, name="table"),
    path("accesses/", oversight.review, name="review"),
    path("accesses/rules/", oversight.rules, name="review_rules"),
    path("accesses/rules/people/", oversight.watch, name="watch"),
    path("accesses/rules/people/<uuid:uid>/removal/", oversight.unwatch, name="unwatch"),
    path("accesses/delays/", oversight.delays, name="delays"),
    path("accesses/delays/<uuid:uid>/end/", oversight.delay_end, name="delay_end"),
    path("accesses/<uuid:uid>/", oversight.finding, name="finding"),
    path("exports/", views.exports_page, name="exports"),
    path("exports/new/", views.export_new, name="export_new"),
    path("people/", views_people.people, name="people"),
    path("people/<uuid:uid>/", views_people.people_file, name="people_file"),
    path("people/<uuid:uid>/file/", views_people.people_fetch, name="people_fetch"),
    path("exports/<uuid:uid>/", views.export_page, name="export"),
    path("exports/<uuid:uid>/file/", views.export_file, name="export_file"),
]
