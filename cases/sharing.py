"""Of other institutions' cases, only those of the procedures that an agreement is for."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q

from czrm.institutions.openings import Opening, openings
from czrm.kit.actor import Actor, Clerk, Machine
from czrm.kit.fence import Owned


class OfProcedures(Owned):
    """Owned rows that belong to a procedure: the policies do not know procedures, so the manager narrows what they let through."""

    def q(self, actor: Actor) -> Q:
        if not isinstance(actor, Clerk | Machine) or actor.purpose_id is None:
            return super().q(actor)
        mine = Q(institution=actor.institution_id)
        client = Q(filed_by=actor.client_id) if isinstance(actor, Machine) and actor.client_id else Q(pk__in=[])
        allowed = [self.allowed(opening) for opening in openings(actor, self.scope)]
        return super().q(actor) & reduce(or_, allowed, mine | client)

    def allowed(self, opening: Opening) -> Q:
        theirs = Q(institution=opening.provider_id) & Q(opening.stands())
        if opening.procedures is None:
            return theirs
        procedures = self.model._meta.get_field("procedure").related_model._base_manager  # type: ignore[union-attr]
        return theirs & Q(procedure__in=procedures.filter(institution=opening.provider_id, slug__in=opening.procedures))


def of_open_cases(actor: Actor, scope: str) -> Q:
    """For rows with a `case_id` that an agreement opens: where it names procedures, only those of cases that it opens too."""
    named = [opening.provider_id for opening in openings(actor, scope) if opening.procedures is not None]
    if not named:
        return Q()
    from cases.models import Case

    return ~Q(institution__in=named) | Q(case_id=None) | Q(Exists(Case.objects.filter(pk=OuterRef("case_id"))))
