"""What a guest or a citizen may do at the portal; the institution's own hands do the rest, by the services the staff use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from cases import holding, questions
from cases.answers import STATED
from cases.models import Case, DocumentRequest, Procedure
from cases.numbers import normalise_case_number, tracking_digest
from cases.services import Opened, add_note, open_case, receive_answer
from cases.services.keeping import Upload
from citizens.models import Citizen
from citizens.services.logins import come_to_portal
from czrm.kit.actor import Actor, Guest, Visitor, acting, deputy
from czrm.kit.refused import Refused
from czrm.kit.service import service

from . import drafts, tracking
from .drafts import Draft
from .steps import is_anonymous

TITLE = 120


@service("portal.save")
def save_draft(draft: Draft, *, by: Actor) -> Draft:
    if not drafts.write(draft):
        raise Refused("draft.sent", gettext("This request has already been sent."))
    return draft


@service("portal.discard")
def discard_draft(draft: Draft, *, by: Actor) -> None:
    drafts.drop(draft)


@service("portal.apply")
def send_request(code: str, procedure: Procedure, *, by: Actor) -> Opened | None:
    """The draft becomes a case, once: None for whoever taps again."""
    draft = drafts.find(code)
    if draft is None or draft.procedure_id != procedure.pk:
        raise Refused("draft.gone", gettext("We no longer have this request: it may have expired. Please begin again."))
    if draft.sent_as:
        return None
    insist_on_the_same(draft, by)
    opened = open_case(
        procedure=procedure, citizen=citizen_of(by), agent=agent_of(by), channel="portal", **told(procedure, draft), by=deputy(by, "portal")
    )
    note_claim(opened.case, draft, by=by)
    drafts.empty(draft, opened.case.pk)
    transaction.on_commit(lambda: holding.forget_all(draft.kept))
    return opened


@service("portal.track")
def open_by_key(number: str, key: str, *, by: Actor) -> tuple[int, str] | None:
    """The case's id and the digest that opened it, or None: for a number unknown here as for a wrong key."""
    assert isinstance(by, Guest | Visitor)
    number, digest = normalise_case_number(number), tracking_digest(key, settings.SECRET_KEY)
    found = tracking.find(number, digest, by.portal_id)
    return (found, digest) if found else None


@service("portal.answer")
def answer_request(request: DocumentRequest, *, text: str, files: Sequence[Upload], by: Actor) -> DocumentRequest:
    """The request must be of a case the guest may see; the institution receives it, and its clock goes on."""
    request = DocumentRequest.objects.get(pk=request.pk)
    return receive_answer(request, text=text, files=files, agent=agent_of(by), channel="portal", by=deputy(by, "portal"))


def told(procedure: Procedure, draft: Draft) -> dict[str, Any]:
    """What the draft says, as `open_case` takes it."""
    schema, words = version_of(procedure).form, draft.words
    answers = {name: draft.answers[name] for name in questions.names(schema, draft.answers) if name in draft.answers}
    anonymous = is_anonymous(procedure, draft)
    person = {} if anonymous else {f"reply_{name}": words.get(name, "") for name in ("name", "email", "phone")}
    return {
        "title": title(procedure, schema, answers, words), "description": words.get("description", ""), "answers": answers,
        "place": words.get("place", ""), "files": holding.files(draft.kept),
        "stated_document": "" if anonymous else words.get("document", ""),
        "confidentiality": Case.Confidentiality.ANONYMOUS if anonymous else Case.Confidentiality.NORMAL, **person,
    }  # fmt: skip


def title(procedure: Procedure, schema: dict[str, Any], answers: dict[str, Any], words: dict[str, str]) -> str:
    """A line by which the team knows it: the procedure and the first thing said."""
    first = next((value for _title, value in questions.told(schema, answers)), "") or words.get("description", "").partition("\n")[0]
    line = f"{procedure.name}: {first}" if first else procedure.name
    return line if len(line) <= TITLE else f"{line[: TITLE - 1].rstrip()}…"


def note_claim(case: Case, draft: Draft, *, by: Actor) -> None:
    """A typed document proves nothing: the team reads it, and links the person once it is verified."""
    stated = case.answers.get(STATED)
    if stated:
        words = gettext("The person states this identity document: %(document)s. It is not verified: check it before you link anybody.")
        add_note(case, text=words % {"document": stated}, by=deputy(by, "portal"))


def citizen_of(by: Actor) -> Citizen | None:
    """Only who has logged in is known, and becomes so to the institution they ask; of whom they act for, only if it knows them."""
    if not isinstance(by, Visitor):
        return None
    come_to_portal(by)
    with acting(deputy(by, "portal")):
        return Citizen.objects.filter(pk=by.citizen_id).first()


def agent_of(by: Actor) -> Citizen | None:
    """Who logged in, where they act for another."""
    if not isinstance(by, Visitor) or by.behalf is None:
        return None
    with acting(deputy(by, "portal")):
        return Citizen.objects.get(pk=by.behalf.agent_id)


def insist_on_the_same(draft: Draft, by: Actor) -> None:
    """What was begun for one person is not sent for another, though in another tab one acts for somebody else by now."""
    begun_for = draft.kept.get(drafts.WHOSE)
    if begun_for and isinstance(by, Visitor) and begun_for != by.citizen_id:
        raise Refused(
            "draft.another", gettext("This request was begun for another person. Go back to act for them, or begin anew for this one.")
        )


def version_of(procedure: Procedure) -> Any:
    if procedure.current is None:
        raise Refused("procedure.not_published", gettext("This procedure is not published, so no case can be opened under it."))
    return procedure.current
