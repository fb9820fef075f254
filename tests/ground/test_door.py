"""The door: who comes in, as whom, in which transaction."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.test import Client as Browser
from django.urls import path, reverse
from django.utils.timezone import now
from oauth2_provider.models import AccessToken

from cases.models import Case
from czrm import urls
from czrm.doors import tokens
from czrm.doors.pages import page
from czrm.institutions.models import Client, Institution, Membership
from czrm.kit import near
from czrm.kit.actor import acting, current_actor
from czrm.kit.refused import Refused
from czrm.trail.models import AccessEntry
from tests import factories
from tests.world import World, machine


@page("case.see")
def boom(request):
    Case.objects.update(title="half done")
    raise RuntimeError("boom")


@page("case.see")
def half_done(request):
    Case.objects.update(title="half done")
    return HttpResponse(status=500)


@page("case.see")
def against_a_rule(request):
    Case.objects.update(title="half done")
    raise Refused("too_late", "It is too late.")


@page("case.see")
def lazy(request):
    template = engines["django"].from_string("{% for case in cases %}{{ case.title }};{% endfor %}")
    return TemplateResponse(request, template, {"cases": Case.objects.all()})


@page("case.see", opens=Case, key="number")
def show(request, case):
    return HttpResponse(f"{case.title} {reverse('show', args=[case.number])}")


@page("case.decide")
def only_supervisors(request):
    return HttpResponse("in")


@page("case.see")
def export(request):
    return StreamingHttpResponse((f"{case.title}\n" for case in Case.objects.order_by("pk").iterator()), content_type="text/csv")


@page("portal.see", guests=True)
def portal(request, institution):
    return HttpResponse(type(request.actor).__name__)


def forgotten(request):
    return HttpResponse("naked")


urlpatterns = [
    path("t/boom", boom), path("t/half", half_done), path("t/rule", against_a_rule), path("t/lazy", lazy), path("t/export", export),
    path("t/cases/<str:number>/", show, name="show"), path("t/decide", only_supervisors), path("portal/<slug:institution>/t", portal),
    path("t/forgotten", forgotten), *urls.urlpatterns,
]  # fmt: skip
pytestmark = pytest.mark.urls(__name__)


def token(world: World, *verbs: str, seconds: int = 60) -> dict[str, str]:
    with acting(machine(world.norte)):
        client = Client.objects.create(
            name="agency",
            institution=world.norte,
            verbs=list(verbs),
            client_type="confidential",
            authorization_grant_type="client-credentials",
        )
    AccessToken.objects.create(application=client, token="secret", expires=now() + timedelta(seconds=seconds), scope="api")
    return {"Authorization": "Bearer secret"}


def title(world: World) -> str:
    with acting(world.ana):
        return Case.objects.get().title


def test_nobody_passes_a_page_or_a_view_that_forgot_its_verb(db):
    for url in ("/t/decide", "/t/forgotten"):
        answer = Browser().get(url)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("account_login"))


def test_own_case_is_shown_and_the_look_is_written_down(world: World):
    number = world.case_of_norte.number
    assert world.browser(world.ana).get(f"/t/cases/{number}/").content.decode() == f"of Norte /t/cases/{number}/"
    with acting(world.visitor):
        entry = AccessEntry.objects.get()
    assert (entry.by, entry.verb, entry.subject, entry.refused) == ("Ana", "case.see", f"cases.case:{world.case_of_norte.pk}", None)


def test_the_panels_of_a_page_are_one_look(world: World):
    ana, url = world.browser(world.ana), f"/t/cases/{world.case_of_norte.number}/"
    ana.get(url, headers={"X-Page-View": "0190aaaa-0000-7000-8000-000000000001"})
    ana.get(url, headers={"X-Page-View": "0190aaaa-0000-7000-8000-000000000001"})
    ana.get(url, headers={"X-Page-View": "nonsense"})
    with acting(world.ana):
        assert AccessEntry.objects.values("page_view").distinct().count() == 2


def test_404_across_the_fence_and_403_without_the_verb_and_both_are_written_down(world: World):
    ana = world.browser(world.ana)
    assert ana.get(f"/t/cases/{world.case_of_sur.number}/").status_code == 404
    assert ana.get("/t/decide").status_code == 403
    with acting(world.ana):
        assert list(AccessEntry.objects.order_by("id").values_list("verb", "refused")) == [("refused", 404), ("refused", 403)]
    assert world.browser(world.sofia).get("/t/decide").content == b"in"


@pytest.mark.parametrize(("url", "status"), [("/t/boom", 500), ("/t/half", 500), ("/t/rule", 409)])
def test_a_failure_is_undone_whole(world: World, url: str, status: int):
    assert world.case_of_norte
    assert world.browser(world.ana).get(url).status_code == status
    assert title(world) == "of Norte"


def test_a_template_response_is_rendered_inside(world: World):
    assert world.case_of_norte
    assert world.case_of_sur
    assert world.browser(world.ana).get("/t/lazy").content == b"of Norte;"


def test_a_streamed_export_is_fenced(world: World):
    assert world.case_of_norte
    assert world.case_of_sur
    assert world.browser(world.ana).get("/t/export").getvalue() == b"of Norte\n"


def test_a_reader_who_hangs_up_leaves_no_actor_and_no_transaction_behind(world: World):
    assert world.case_of_norte
    answer = world.browser(world.ana).get("/t/export")
    depth = len(connection.savepoint_ids)
    assert next(iter(answer))
    answer.close()
    assert current_actor() is None
    assert len(connection.savepoint_ids) == depth


def test_a_revoked_membership_ends_at_the_next_request(world: World):
    ana, url = world.browser(world.ana), f"/t/cases/{world.case_of_norte.number}/"
    assert ana.get(url).status_code == 200
    with acting(machine(world.norte)):
        Membership.objects.filter(user_id=world.ana.user_id).update(active=False)
    assert ana.get(url).status_code == 302


def test_a_role_taken_away_ends_at_the_next_request(world: World):
    sofia = world.browser(world.sofia)
    assert sofia.get("/t/decide").status_code == 200
    with acting(machine(world.norte)):
        Membership.objects.filter(user_id=world.sofia.user_id).update(roles=["officer"])
    assert sofia.get("/t/decide").status_code == 403


def test_an_institution_switched_off_lets_nobody_in(world: World):
    ana = world.browser(world.ana)
    with acting(machine(world.norte)):
        Institution.objects.filter(pk=world.norte.pk).update(active=False)
    assert ana.get("/t/lazy").status_code == 302


def test_a_member_of_two_institutions_acts_for_the_one_chosen(world: World):
    from czrm.institutions.models import User

    ana = User.objects.get(pk=world.ana.user_id)
    factories.clerk("Ana", world.sur, "officer", who=ana)
    assert world.case_of_norte
    assert world.case_of_sur
    browser = world.browser(world.ana)
    assert browser.get("/t/lazy").content == b"of Norte;"
    session = browser.session
    session["institution"] = world.sur.pk
    session.save()
    assert browser.get("/t/lazy").content == b"of Sur;"
    del session["institution"]
    session.save()
    assert browser.get("/t/lazy").status_code == 302


def test_the_portal_is_open_to_guests_and_citizens_and_only_where_it_exists(world: World):
    assert Browser().get("/portal/norte/t").content == b"Guest"
    assert world.browser(world.visitor).get("/portal/norte/t").content == b"Visitor"
    assert world.browser(world.ana).get("/portal/norte/t").content == b"Guest"
    assert Browser().get("/portal/nowhere/t").status_code == 404


def test_a_citizen_has_no_desk(world: World):
    assert world.browser(world.visitor).get("/t/lazy").status_code == 302


def test_a_bearer_token_acts_with_its_own_verbs(world: World):
    assert world.case_of_norte
    api = Browser(headers=token(world, "case.see"))
    assert api.get("/t/lazy").status_code == 302  # pages are for sessions: LoginRequiredMiddleware stands before them
    near.forget_all()
    assert tokens.bearer("secret", None).verbs == {"case.see"}


def test_an_expired_token_and_a_revoked_one_are_nobody(world: World):
    token(world, "case.see", seconds=-1)
    near.forget_all()
    assert tokens.bearer("secret", None) is None
    AccessToken.objects.update(expires=now() + timedelta(minutes=1))
    assert tokens.bearer("secret", None) is not None
    AccessToken.objects.all().delete()
    assert tokens.MEMORY <= 5
    near.forget_all()  # as five seconds do
    assert tokens.bearer("secret", None) is None


def test_a_client_gets_a_token_by_its_credentials(world: World):
    with acting(machine(world.norte)):
        Client.objects.create(
            name="agency", institution=world.norte, verbs=["case.see"], client_type="confidential",
            authorization_grant_type="client-credentials", client_id="id", client_secret="secret",
        )  # fmt: skip
    answer = Browser().post("/oauth/token/", {"grant_type": "client_credentials", "client_id": "id", "client_secret": "secret"})
    assert answer.status_code == 200, answer.content
    given = answer.json()["access_token"]
    assert AccessToken.objects.get().token_checksum == hashlib.sha256(given.encode()).hexdigest()
    assert tokens.bearer(given, None).institution_id == world.norte.pk


def test_every_answer_carries_its_request_id_and_the_policies_of_the_browser(world: World):
    answer = Browser().get("/healthz", headers={"X-Request-ID": "abcdefgh-1234"})
    assert answer["X-Request-ID"] == "abcdefgh-1234"
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Browser().get("/healthz", headers={"X-Request-ID": "<bad>"})["X-Request-ID"] != "<bad>"
    assert settings.SESSION_COOKIE_HTTPONLY
