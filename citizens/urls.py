"""People, at desk/people/."""

from __future__ import annotations

from django.urls import path

from .views import attributes, consents, facts, logins, mandates, person, registration, relationships, search

app_name = "citizens"
urlpatterns = [
    path("", search.search, name="search"),
    path("find/", search.find, name="find"),
    path("find/settled/", search.settled, name="settled"),
    path("identification/", search.identify, name="identify"),
    path("logins/", logins.logins, name="logins"),
    path("logins/<uuid:uid>/decision/", logins.decide, name="login_decide"),
    path("attention/", search.attend, name="attend"),
    path("new/", registration.new, name="new"),
    path("attributes/", attributes.attributes, name="attributes"),
    path("attributes/new/", attributes.new, name="attribute_new"),
    path("attributes/<uuid:uid>/", attributes.edit, name="attribute"),
    path("attributes/<uuid:uid>/retirement/", attributes.retire, name="attribute_retire"),
    path("facts/<uuid:uid>/retirement/", facts.retire, name="fact_retire"),
    path("facts/<uuid:uid>/verification/", facts.verify, name="fact_verify"),
    path("relationships/people/", relationships.people, name="people"),
    path("relationships/<uuid:uid>/retirement/", relationships.retire, name="relationship_retire"),
    path("contact-points/<uuid:uid>/retirement/", person.retire, name="retire"),
    path("mandates/<uuid:uid>/revocation/", mandates.revoke, name="mandate_revoke"),
    path("mandates/<uuid:uid>/document/", mandates.document, name="mandate_document"),
    path("consents/", consents.texts, name="consent_texts"),
    path("consents/new/", consents.word, name="consent_text_new"),
    path("consents/<uuid:uid>/", consents.word, name="consent_text"),
    path("consents/<uuid:uid>/removal/", consents.drop, name="consent_drop"),
    path("<uuid:uid>/mandates/", mandates.mandates, name="mandates"),
    path("<uuid:uid>/mandates/new/", mandates.new, name="mandate_new"),
    path("<uuid:uid>/acting/", mandates.acting, name="acting"),
    path("<uuid:uid>/consents/", consents.consents, name="consents"),
    path("<uuid:uid>/consents/<uuid:text>/agreement/", consents.give, name="consent_give"),
    path("<uuid:uid>/consents/<uuid:text>/withdrawal/", consents.withdraw, name="consent_withdraw"),
    path("<uuid:uid>/", person.show, name="show"),
    path("<uuid:uid>/facts/", facts.facts, name="facts"),
    path("<uuid:uid>/facts/new/", facts.new, name="fact_new"),
    path("<uuid:uid>/relationships/", relationships.relationships, name="relationships"),
    path("<uuid:uid>/relationships/new/", relationships.new, name="relationship_new"),
    path("<uuid:uid>/correction/", person.edit, name="edit"),
    path("<uuid:uid>/documents/", person.identifier, name="identifier"),
    path("<uuid:uid>/documents/shown/", person.reveal, name="reveal"),
    path("<uuid:uid>/documents/<uuid:number>/verification/", person.verify, name="verify"),
    path("<uuid:uid>/contact-points/", person.contact_point, name="contact_point"),
]
