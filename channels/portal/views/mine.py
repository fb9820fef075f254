"""The account: who one is here, and one's cases with their answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch

from cases.lifecycle import CLOCK_ENDED
from cases.models import Case, Decision, Document
from channels.portal.pages import address, here, show
from citizens import identifiers
from citizens.models import Citizen
from czrm.doors.pages import page
from czrm.institutions.entrance import HIGH
from czrm.kit.actor import Request, Visitor, acting, deputy
from czrm.trail.access import looked, write_down

MOST = 100
SAFE = (Document.Scan.NONE, Document.Scan.CLEAN)


def me(request: Request) -> Visitor:
    assert isinstance(request.actor, Visitor)
    return request.actor


@page("portal.see_own", guests=True)
def mine(request: Request, institution: str) -> HttpResponse:
    """Only what this session may open is offered."""
    actor = me(request)
    person = Citizen.objects.filter(pk=actor.citizen_id).prefetch_related("identifiers").first() if actor.behalf is None else None
    documents = [
        (identifiers.KINDS[one.kind].label, identifiers.mask(one.kind, one.number))
        for one in (person.identifiers.all() if person else ())
        if one.verified_at and one.kind in identifiers.KINDS
    ]
    return show(request, "mine.html", {
        "person": person, "behalf": actor.behalf, "sure": actor.assurance == HIGH, "documents": documents, "links": links(request),
    })  # fmt: skip


def links(request: Request) -> dict[str, str]:
    """Each page of the account that is there and that this session may open."""
    offered = (
        ("my_cases", "portal.see_cases"), ("my_data", "portal.see_data"), ("my_contact", "portal.see_contact"),
        ("preferences", "portal.prefer"), ("mandates", "portal.see_mandates"), ("consents", "portal.see_consents"),
        ("accesses", "portal.see_accesses"),
    )  # fmt: skip
    own = me(request).behalf is None
    found = {name: there(request, name) for name, verb in offered if request.actor.may(verb) and (own or name in ("my_cases", "mandates"))}
    return {name: url for name, url in found.items() if url}


def there(request: Request, name: str) -> str:
    try:
        return address(request, name)
    except NoReverseMatch:
        return ""


@page("portal.see_cases", guests=True)
def cases(request: Request, institution: str) -> HttpResponse:
    """Those with this institution, the newest first."""
    rows = list(Case.objects.filter(institution=here(request)).select_related("procedure").order_by("-opened_at")[:MOST])
    answered: set[int] = set()
    if request.actor.may("portal.see_decisions"):
        answered = set(notified().filter(case__in=[row.pk for row in rows]).values_list("case_id", flat=True))
    write_down("portal.see_cases", "cases", me(request).citizen_id, by=request.actor, categories=("case",))
    return show(request, "mine_cases.html", {"cases": rows, "answered": answered, "sure": request.actor.may("portal.see_decisions")})


@page("portal.see_decisions", guests=True)
def decision(request: Request, institution: str, number: str) -> HttpResponse:
    """What was decided and handed over, and the papers of the case; a decision that was not notified has no effect and is not shown."""
    case = get_object_or_404(Case.objects.select_related("procedure"), number=number, institution=here(request))
    decisions = list(notified().filter(case=case).order_by("pk"))
    looked(case, "portal.see_decisions", by=request.actor, categories=("case",))
    context = {"case": case, "decisions": decisions, "answer": answer(request, case), "documents": papers(case, decisions)}
    return show(request, "mine_decision.html", context)


def answer(request: Request, case: Case) -> str:
    """What was answered without a formal decision; where there is one, which only the institution's hands see before it is notified, its
    own text counts."""
    with acting(deputy(request.actor, "portal")):
        formal = Decision.objects.filter(case=case.pk, withdrawn_at=None).exists()
    return case.outcome_text if case.status in CLOCK_ENDED and not formal else ""


def papers(case: Case, decisions: list[Decision]) -> list[Document]:
    handed = {one.document_id for one in decisions}
    rows = Document.objects.filter(case=case, public=True, scan__in=SAFE).order_by("-pk")
    return [row for row in rows if row.kind != Document.Kind.DECISION or row.pk in handed]


@page("portal.see_decisions", guests=True)
def document(request: Request, institution: str, uid: UUID) -> FileResponse:
    """As an attachment, never shown inside our pages."""
    rows = Document.objects.filter(public=True, scan__in=SAFE, case__institution=here(request)).select_related("case")
    paper = get_object_or_404(rows, uid=uid)
    if paper not in papers(paper.case, list(notified().filter(case=paper.case))):
        raise Http404
    looked(paper.case, "portal.see_decisions", by=request.actor, categories=("case",))
    response = FileResponse(paper.file.open("rb"), as_attachment=True, filename=paper.name, content_type=paper.media_type)
    response["X-Content-Type-Options"], response["Cache-Control"] = "nosniff", "private, no-store"
    return response


def notified() -> Any:
    return Decision.objects.filter(withdrawn_at=None, notified_at__isnull=False)
