"""People, at desk/people/."""

from __future__ import annotations

from django.urls import path

from .views import person, registration, search

app_name = "citizens"
urlpatterns = [
    path("", search.search, name="search"),
    path("find/", search.find, name="find"),
    path("find/settled/", search.settled, name="settled"),
    path("identification/", search.identify, name="identify"),
    path("attention/", search.attend, name="attend"),
    path("new/", registration.new, name="new"),
    path("contact-points/<uuid:uid>/retirement/", person.retire, name="retire"),
    path("<uuid:uid>/", person.show, name="show"),
    path("<uuid:uid>/correction/", person.edit, name="edit"),
    path("<uuid:uid>/documents/", person.identifier, name="identifier"),
    path("<uuid:uid>/documents/shown/", person.reveal, name="reveal"),
    path("<uuid:uid>/documents/<uuid:number>/verification/", person.verify, name="verify"),
    path("<uuid:uid>/contact-points/", person.contact_point, name="contact_point"),
]
