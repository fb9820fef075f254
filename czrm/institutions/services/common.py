"""What the deeds of this floor share."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext

from czrm.institutions.models import Institution
from czrm.kit.actor import Actor, Clerk, Machine
from czrm.kit.refused import Refused

T = TypeVar("T", bound=models.Model)


def mine(by: Actor) -> int:
    """The institution that acts; citizens and guests have none to administer."""
    if not isinstance(by, Clerk | Machine):
        raise PermissionDenied
    return by.institution_id


def locked(thing: T, by: Actor) -> T:
    """The row as it is now, held until the end of the deed; DoesNotExist if it is another institution's."""
    model: Any = type(thing)
    own = {"pk": mine(by)} if isinstance(thing, Institution) else {"institution_id": mine(by)}
    return model._default_manager.select_for_update(no_key=True).filter(**own).get(pk=thing.pk)


def change(thing: models.Model, changes: dict[str, Any], allowed: tuple[str, ...]) -> list[str]:
    """Save what differs, of the fields allowed; back come their names."""
    changed = [name for name, value in changes.items() if name in allowed and getattr(thing, name) != value]
    for name in changed:
        setattr(thing, name, changes[name])
    if changed:
        thing.save(update_fields=changed)
    return changed


def insist_on_new_name(model: Any, name: str, by: Actor, but: int | None = None) -> None:
    if model.objects.filter(institution=mine(by), name__iexact=name).exclude(pk=but).exists():
        raise Refused("invalid_name_taken", gettext("There is already one with that name: choose another."))
