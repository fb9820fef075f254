"""Contacts, notices and messages at the desk."""

from __future__ import annotations

from django.urls import path

from .views import contacts, lists, mailbox, notices, texts, timeline

app_name = "channels"
urlpatterns = [
    path("new/", contacts.start, name="start"),
    path("bar/", contacts.bar, name="bar"),
    path("mine/", contacts.mine, name="mine"),
    path("of/<uuid:uid>/", timeline.of, name="of"),
    path("notices/", notices.bell, name="bell"),
    path("notices/<uuid:uid>/", notices.open_notice, name="notice"),
    path("mailbox/", mailbox.mailbox, name="mailbox"),
    path("mailbox/<uuid:uid>/", mailbox.letter, name="letter"),
    path("channels/", lists.channels, name="channels"),
    path("results/", lists.results, name="results"),
    path("texts/", texts.catalogue, name="texts"),
    path("texts/<str:event>/<str:language>/", texts.text, name="text"),
    path("texts/<str:event>/<str:language>/short/", texts.text, {"channel": "sms"}, name="text_short"),
    path("texts/<str:event>/<str:language>/short/removal/", texts.remove, {"channel": "sms"}, name="text_removal_short"),
    path("texts/<str:event>/<str:language>/short/preview/", texts.preview, {"channel": "sms"}, name="text_preview_short"),
    path("texts/<str:event>/<str:language>/removal/", texts.remove, name="text_removal"),
    path("texts/<str:event>/<str:language>/preview/", texts.preview, name="text_preview"),
    path("<slug:code>/", contacts.wrap_up, name="wrap_up"),
    path("<slug:code>/notes/", contacts.note, name="note"),
    path("<slug:code>/questions/", contacts.ask, name="ask"),
    path("<slug:code>/questions/<int:pk>/", contacts.settle, name="settle"),
]
