"""Texts are filled by names alone, and are checked before they reach anybody."""

from __future__ import annotations

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from channels import texts
from channels.models import MessageText
from channels.services import remove_text, write_text
from channels.views.texts import addresses, sample
from czrm.kit.actor import acting
from czrm.kit.refused import Refused
from czrm.trail.models import Event
from tests.world import World

from .scenes import said


def write(world: World, body: str = "Hola, {name}: {link}", subject: str = "Su caso {number}", event: str = "case.opened", **fields):
    return write_text(**{"event": event, "language": "es", "subject": subject, "body": body, "by": world.alma} | fields)


def test_an_institutions_own_words_are_used_and_can_be_taken_back(world: World):
    write(world)
    with acting(world.alma):
        said = texts.render("case.opened", "es", {"name": "Eva", "number": "N-1", "link": "L"}, world.norte.pk)
        assert said == ("Su caso N-1", "Hola, Eva: L")
        assert Event.objects.filter(kind="institution.text_written").count() == 1
    with acting(world.bruno):
        assert texts.own("case.opened", "es", world.norte.pk) is None
    remove_text(event="case.opened", language="es", by=world.alma)
    with acting(world.alma):
        assert texts.own("case.opened", "es", world.norte.pk) is None


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"body": "Hola, {nombre}"}, "invalid_variable"),
        ({"body": "Hasta {until}"}, "invalid_variable"),  # this message has no such day
        ({"body": "{name.__class__}"}, "invalid_variable"),
        ({"body": "{0}"}, "invalid_variable"),
        ({"body": "Hola {name"}, "invalid_variable"),
        ({"subject": "{{ settings.SECRET_KEY }}"}, "invalid_variable"),
        ({"body": "  "}, "invalid_empty"),
        ({"event": "case.exploded"}, "invalid_text"),
        ({"language": "xx"}, "invalid_text"),
    ],
    ids=str,
)
def test_what_nothing_would_fill_is_refused(world: World, fields, code):
    with pytest.raises(Refused) as refused:
        write(world, **fields)
    assert refused.value.code == code


def test_a_text_may_be_written_over_and_over_and_is_one(world: World):
    for n in range(3):
        write(world, body=f"Hola {n}")
    with acting(world.alma):
        assert [text.body for text in MessageText.objects.all()] == ["Hola 2"]


@pytest.mark.parametrize("language", texts.LANGUAGES)
@pytest.mark.parametrize("event", texts.MESSAGES)
def test_every_message_we_ship_has_subject_text_and_only_variables_that_are_filled(event, language):
    subject, body = texts.shipped(event, language)
    assert subject
    assert body
    assert "\n" not in subject
    assert texts.unknown_variables(f"{subject}\n{body}", texts.MESSAGES[event].variables) == []
    assert "{%" not in subject + body


@given(value=st.text(), name=st.sampled_from(sorted(texts.VARIABLES)))
def test_a_value_adds_no_line_and_is_not_filled_again(value, name):
    filled = texts.fill(f"a {{{name}}} b", {"name": "x", name: value})
    assert len(filled.splitlines()) == 1
    if value.strip() == "{link}":
        assert filled == "a {link} b"


@given(text=st.text(alphabet="{}abn_.é0 \n%"))
def test_what_passes_the_check_is_filled_without_a_brace_left(text):
    if not texts.unknown_variables(text, ("ab", "n")):
        assert "{" not in texts.fill(text, {"name": "x", "ab": "1", "n": "2"})
        assert "}" not in texts.fill(text, {"name": "x", "ab": "1", "n": "2"})


def test_every_rule_has_its_message_and_every_message_its_rule():
    from channels.alerts import ALERTS
    from channels.codes import MESSAGES
    from channels.listeners import RULES

    assert {*(rule.message for rule in RULES), *ALERTS, *MESSAGES.values()} == set(texts.MESSAGES)
    for rule in RULES:
        assert ("until" in texts.MESSAGES[rule.message].variables) == bool(rule.until)


def test_the_notice_says_the_institutions_words(world: World):
    from .test_notices import email_of, hand_on_all, notices

    email_of(world.carla, "carla@x.cl", world.norte)
    write(world)
    said("case.opened", world.case_of_norte)
    hand_on_all()
    [notice] = notices(world.norte)
    assert notice.subject == f"Su caso {world.case_of_norte.number}"


def test_short_messages_are_written_and_taken_back_apart_from_e_mails(world: World):
    browser, here = world.browser(world.alma), reverse("channels:text_short", args=["case.opened", "es"])
    assert here in browser.get(reverse("channels:texts")).text
    page = browser.get(here)
    assert 'name="subject"' not in page.text
    assert browser.post(here, {"body": "{institution}: recibido {number}", "language": "es"}).status_code == 302
    values = {"name": "Eva", "number": "N-1", "institution": "Norte", "link": "L"}
    with acting(world.alma):
        assert texts.render("case.opened", "es", values, world.norte.pk, "sms")[1] == "Norte: recibido N-1"
        assert texts.own("case.opened", "es", world.norte.pk) is None
    browser.post(addresses("case.opened", "es", "sms")["removal"])
    with acting(world.alma):
        assert texts.own("case.opened", "es", world.norte.pk, "sms") is None


@pytest.mark.parametrize(
    ("body", "status"),
    [("Hola, {nombre}", 422), ("x" * 700, 302), ("x" * 800, 422), ("漢" * 300, 302), ("漢" * 340, 422)],
    ids=lambda v: str(v)[:8],
)
def test_a_short_message_with_what_nothing_fills_or_too_long_is_not_kept(world: World, body, status):
    here = reverse("channels:text_short", args=["case.opened", "es"])
    assert world.browser(world.alma).post(here, {"body": body, "language": "es"}).status_code == status


@pytest.mark.parametrize(
    ("letter", "times", "letters", "parts", "plain"),
    [("a", 160, 160, 1, True), ("a", 161, 161, 2, True), ("á", 160, 160, 1, True), ("€", 81, 162, 2, True), ("漢", 71, 71, 2, False)],
)
def test_the_page_counts_what_a_short_message_costs(world: World, letter, times, letters, parts, plain):
    shown = sample({"body": letter * times}, world.norte, "sms")
    assert (shown["letters"], shown["parts"], shown["plain"]) == (letters, parts, plain)
    page = world.browser(world.alma).post(reverse("channels:text_preview_short", args=["case.opened", "es"]), {"body": letter * times})
    assert str(letters) in page.text


def test_an_officers_message_goes_by_e_mail_only(world: World):
    assert world.browser(world.alma).get(reverse("channels:text_short", args=["case.assigned", "es"])).status_code == 404
    with pytest.raises(Refused):
        write(world, event="case.assigned", channel="sms", body="x")


@pytest.mark.parametrize("event", texts.MESSAGES)
def test_every_text_has_its_page(world: World, event):
    browser = world.browser(world.alma)
    assert browser.get(reverse("channels:text", args=[event, "es"])).status_code == 200
    if "sms" in texts.MESSAGES[event].channels:
        assert browser.get(reverse("channels:text_short", args=[event, "es"])).status_code == 200
