"""Contacts of the past, who looked at whose data in them, and the notices that had gone out."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from cases.models import Case
from channels import links, texts
from channels.models import Contact, Notice
from channels.models.contact import LETTERS
from reporting.demo.dice import dice
from reporting.demo.year import CaseStory, Talk

from .history import Chronicle
from .pouring import Row, next_ids

MESSAGES = ("case.opened", "case.citizen_asked", "case.decided", "case.notified", "case.closed")
AFTER = timedelta(seconds=20)


def begin(chronicle: Chronicle, talks: list[Talk]) -> None:
    """Contacts come first: what happens in one points at it. They are in the order of their time."""
    rng = dice("codes", chronicle.setting.institution.slug)
    for talk, key in zip(talks, next_ids(Contact, len(talks)), strict=True):
        chronicle.book.contacts.append(contact_row(chronicle, talk, key, rng))
        if talk.opens and talk.story:
            chronicle.contacts[id(talk.story)] = key


def contact_row(chronicle: Chronicle, talk: Talk, key: int, rng: Random) -> Row:
    setting = chronicle.setting
    return {
        "id": key, "code": "".join(rng.choices(LETTERS, k=10)), "institution_id": setting.institution.pk,
        "user_id": setting.staff[talk.clerk].pk, "office_id": next(iter(setting.offices.values())).pk,
        "citizen_id": chronicle.citizens[talk.person.key] if talk.person else None,
        "purpose_id": setting.purposes[talk.purpose].pk, "channel": talk.way, "direction": "out" if talk.out else "in",
        "phone": talk.person.phone if talk.person and talk.way == "phone" else "", "notes": talk.notes,
        "result": setting.results[talk.result], "answered": talk.answered, "started_at": talk.started, "ended_at": talk.ended,
    }  # fmt: skip


def tell(chronicle: Chronicle, talks: list[Talk]) -> None:
    """What a contact says of itself, once its case is known; and that the officer looked."""
    book = chronicle.book
    for talk, row in zip(talks, book.contacts, strict=True):
        case = chronicle.cases.get(id(talk.story))
        signed, subject = chronicle.by(talk.clerk), f"channels.contact:{row['id']}"
        about = {"contact_id": row["id"], "case_id": None}
        started, ended = {"channel": talk.way, "purpose": talk.purpose}, {"result": row["result"], "cases": [case.number] if case else []}
        book.event("contact.started", talk.started, subject, signed, citizen_id=None, data=started, **about)
        book.event("contact.closed", talk.ended, subject, signed, citizen_id=row["citizen_id"], data=ended, **about)
        if case:
            book.questions.append({"contact_id": row["id"], "text": case.title, "case_id": case.pk, "closed_at": talk.ended})
        book.looks += looks(row, case, signed, opened_here=talk.opens)


def looks(row: Row, case: Case | None, signed: dict[str, Any], *, opened_here: bool) -> list[Row]:
    """The person's page is looked at in every contact with somebody known; a case only if it was there before."""
    citizen = row["citizen_id"]
    if citizen is None:
        return []
    at = row["started_at"] + AFTER
    shared = {name: row[name] for name in ("institution_id", "citizen_id", "purpose_id")} | {"contact_id": row["id"], **signed}
    page = {"verb": "citizen.see", "subject": f"citizens.citizen:{citizen}", "categories": ["citizen", "contact"]}
    seen = [{**shared, **page, "at": at, "visible_from": at}]
    if case and not opened_here:
        page = {"verb": "case.see", "subject": f"cases.case:{case.pk}", "categories": ["case"]}
        seen.append({**shared, **page, "at": at + AFTER, "visible_from": at + AFTER})
    return seen


def notify(chronicle: Chronicle, stories: list[CaseStory]) -> None:
    """Notices as they went out, in the words we ship; without an address, that nobody was told. Events have their keys already."""
    book, institution = chronicle.book, chronicle.setting.institution
    words = {message: texts.shipped(message, institution.language) for message in MESSAGES}
    link = links.of_citizen(Case(institution=institution))
    of_case = {chronicle.cases[id(story)].pk: (story, chronicle.cases[id(story)]) for story in stories}
    decided = {row["case_id"] for row in book.decisions}
    for event in book.events:
        told = of_case.get(event.get("case_id") or 0)
        if told is None or event["kind"] not in words or (event["kind"] == "case.closed" and event["case_id"] in decided):
            continue
        story, case = told
        address = (story.person.email if story.person else "") or story.reply_email
        if not address and story.person is None:
            continue
        name = (story.person.given or story.person.name) if story.person else story.reply_name
        values = {"name": name, "number": case.number, "procedure": case.procedure.name, "institution": institution.name, "link": link,
                  "until": day(event["data"].get("answer_by"))}  # fmt: skip
        book.notices.append(notice_row(event, case, address, [texts.fill(text, values) for text in words[event["kind"]]]))


def notice_row(event: Row, case: Case, address: str, words: list[str]) -> Row:
    sent = {"status": Notice.Status.SENT, "sent_at": event["at"] + AFTER, "provider_id": "mailbox", "attempt": 1}
    untold = {"status": Notice.Status.CANCELLED, "error": "no_address", "sent_at": None}
    return {
        "institution_id": case.institution_id, "event_id": event["id"], "kind": event["kind"], "citizen_id": case.citizen_id,
        "case_id": case.pk, "channel": "email", "recipient": address.lower(), "subject": words[0][:240],
        "body": words[1], "due_at": event["at"], "created_at": event["at"] + AFTER / 4, **(sent if address else untold),
    }  # fmt: skip


def day(moment: object) -> str:
    return datetime.fromisoformat(moment).strftime("%d-%m-%Y") if isinstance(moment, str) else ""
