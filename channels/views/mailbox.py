"""The demonstration's mailbox: what the institution's notices look like to those who receive them."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render

from channels import codes, stories
from channels.models import Notice
from czrm.doors.pages import page
from czrm.kit.actor import Request

from .common import body, clerk

PAGE = 50


@page("mailbox.see")
def mailbox(request: Request) -> HttpResponse:
    return show(request, None)


@page("mailbox.see", opens=Notice)
def letter(request: Request, notice: Notice) -> HttpResponse:
    return show(request, notice)


def show(request: Request, notice: Notice | None) -> HttpResponse:
    """Only here: elsewhere people's letters are nobody's to read."""
    if not settings.DEMO:
        raise Http404
    if notice is not None:
        notice.body = codes.filled(notice)
    before = request.GET.get("before", "")
    rows = Notice.objects.filter(institution=clerk(request).institution_id).exclude(recipient="").order_by("-id")
    found = list((rows.filter(pk__lt=int(before)) if before.isdecimal() else rows)[: PAGE + 1])
    letters = [(row, *stories.DELIVERY[row.status]) for row in found[:PAGE]]
    context = {
        "letters": letters, "open": notice, "delivery": stories.DELIVERY[notice.status] if notice else None, "sender": body(request).name,
        "next": f"?before={found[PAGE - 1].pk}" if len(found) > PAGE else "",
    }  # fmt: skip
    return render(request, "channels/mailbox.html", context)
