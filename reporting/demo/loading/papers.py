"""The papers of the cases one is likely to open: what was handed in, the receipt, the decision. Others have their data only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import override

from cases import papers
from cases.lifecycle import FINAL
from cases.models import Case, Decision, Document, Entry
from cases.numbers import new_tracking_key, tracking_digest
from cases.services import decisions, keeping, receipts
from czrm.kit.actor import Machine
from reporting.demo.year import CaseStory

from .history import Chronicle
from .sheets import TITLES, sheet

RECENT = timedelta(days=12)


def keep_all(chronicle: Chronicle, stories: list[CaseStory]) -> int:
    """How many cases got theirs: the scenes, what is still open and needs documents, and what was decided lately."""
    wanted = {chronicle.cases[id(story)].pk: story for story in stories if wants_papers(chronicle, story)}
    cases = Case.objects.select_related("version", "procedure", "institution", "citizen", "team__office").in_bulk(wanted)
    for key, case in cases.items():
        entry = case.entries.filter(direction=Entry.Direction.IN).order_by("pk")[:1].get()
        documents = handed_in(case, entry, chronicle.setting.machine)
        handed_over(case, entry, documents, wanted[key].tracking_key, chronicle.setting.machine)
        for decision in case.decisions.all():
            decided(decision, case, chronicle.setting.machine)
    return len(cases)


def wants_papers(chronicle: Chronicle, story: CaseStory) -> bool:
    case = chronicle.cases[id(story)]
    lately = case.decided_at is not None and case.decided_at > chronicle.now - RECENT and case.outcome != "answered"
    return story.papers or lately or (story.status not in FINAL and any(row.get("required") for row in case.version.documents))


def handed_in(case: Case, entry: Entry, by: Machine) -> list[Document]:
    files = [(row["code"], sheet(row["code"])) for row in case.version.documents if row["code"] in TITLES]
    return keeping.keep_all(case, entry, keeping.inspect_all(files), by=by, at=entry.at)


def handed_over(case: Case, entry: Entry, documents: list[Document], key: str, by: Machine) -> None:
    """The receipt as it was printed that day; its key follows the case."""
    key = key or new_tracking_key()
    with override(case.institution.language):
        data = papers.receipt_pdf(receipts.receipt(case, entry, documents, key))
    name = f"Comprobante {entry.number}.pdf"
    receipts.keep_pdf(case, name, data, Document.Kind.RECEIPT, entry=entry, by=by, at=entry.at)
    Case.objects.filter(pk=case.pk).update(tracking_digest=tracking_digest(key, settings.SECRET_KEY))


def decided(decision: Decision, case: Case, by: Machine) -> None:
    decision.case = case
    document = decisions.printed(case, decision, by=by)
    out = case.entries.filter(direction=Entry.Direction.OUT).first()
    changes: dict[str, Any] = {"at": decision.decided_at} | ({"entry": out, "public": True} if decision.notified_at else {})
    Document.objects.filter(pk=document.pk).update(**changes)
    Decision.objects.filter(pk=decision.pk).update(document=document)
