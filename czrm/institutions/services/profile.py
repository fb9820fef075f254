"""What members decide about themselves."""

from __future__ import annotations

from typing import Any

from czrm.institutions.models import Membership, User
from czrm.kit.actor import Actor, Clerk
from czrm.kit.service import service
from czrm.trail.say import say

from .common import change

EDITABLE = ("first_name", "last_name", "language", "shortcuts")


@service("profile.edit")
def edit_profile(user: User, *, changes: dict[str, Any], by: Actor) -> User:
    """One's own only: DoesNotExist for anybody else's."""
    assert isinstance(by, Clerk)
    user = User.objects.select_for_update(no_key=True).filter(pk=by.user_id).get(pk=user.pk)
    if changed := change(user, changes, EDITABLE):
        say("profile.edited", Membership.objects.get(user=user, institution=by.institution_id), by=by, fields=changed)
    return user
