"""Lists one keeps."""

from __future__ import annotations

from django.utils.translation import gettext

from cases.models import SavedView
from czrm.kit.actor import Clerk
from czrm.kit.refused import Refused
from czrm.kit.service import service


@service("queue.save")
def save_view(name: str, query: dict[str, str], *, by: Clerk) -> SavedView:
    """Under a name of one's own; the same name again replaces it."""
    if not name.strip():
        raise Refused("view.name", gettext("Give the view a name."))
    view, _new = SavedView.objects.update_or_create(
        institution_id=by.institution_id, user_id=by.user_id, name=name.strip()[:60], defaults={"query": query}
    )
    return view


@service("queue.forget")
def forget_view(view: SavedView, *, by: Clerk) -> None:
    """Only one's own."""
    SavedView.objects.get(pk=view.pk, user_id=by.user_id).delete()
