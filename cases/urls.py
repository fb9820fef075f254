"""Cases at the desk."""

from __future__ import annotations

from django.urls import path

from .views import acts, calendars, lists, opening, showing

app_name = "cases"
urlpatterns = [
    path("", lists.list_page, name="list"),
    path("queue/", lists.queue_page, name="queue"),
    path("queue/views/", lists.save_view, name="save_view"),
    path("queue/views/<uuid:uid>/removal/", lists.forget_view, name="forget_view"),
    path("assignments/", lists.bulk, name="bulk"),
    path("new/", opening.new, name="new"),
    path("calendars/", calendars.calendars, name="calendars"),
    path("calendars/new/", calendars.new, name="calendar_new"),
    path("calendars/<uuid:uid>/", calendars.edit, name="calendar"),
    path("calendars/<uuid:uid>/default/", calendars.make_default, name="calendar_default"),
    path("calendars/<uuid:uid>/days/", calendars.closed_days, name="closed_days"),
    path("calendars/<uuid:uid>/days/<str:day>/removal/", calendars.open_again, name="open_day"),
    path("of/<uuid:uid>/", showing.of, name="of"),
    path("documents/<uuid:uid>/", showing.document, name="document"),
    path("requests/<uuid:uid>/answer/", acts.receive, name="receive"),
    path("<str:number>/", showing.show, name="show"),
    path("<str:number>/presence/", showing.who_is_here, name="presence"),
    path("<str:number>/opened/", opening.done, name="done"),
    path("<str:number>/receipt/", showing.receipt, name="receipt"),
    path("<str:number>/receipt/renewal/", acts.renew, name="renew"),
    path("<str:number>/assignment/", acts.assign, name="assign"),
    path("<str:number>/start/", acts.start, name="start"),
    path("<str:number>/notes/", acts.note, name="note"),
    path("<str:number>/request/", acts.ask, name="ask"),
    path("<str:number>/documents/", acts.attach, name="attach"),
    path("<str:number>/pause/", acts.pause, name="pause"),
    path("<str:number>/resumption/", acts.resume, name="resume"),
    path("<str:number>/extension/", acts.extend, name="extend"),
    path("<str:number>/data/", acts.edit, name="edit"),
    path("<str:number>/decision/", acts.decide, name="decide"),
    path("<str:number>/notification/", acts.notify, name="notify"),
    path("<str:number>/closure/", acts.close, name="close"),
    path("<str:number>/reopening/", acts.reopen, name="reopen"),
    path("<str:number>/refiling/", acts.refile, name="refile"),
]
