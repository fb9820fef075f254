"""What each role may do, on one screen; kept as guardian's object permissions of a group on its institution."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermission

from .models import Institution

OFFICER = {
    "home.see", "access.own", "citizen.find", "citizen.see", "citizen.identify", "citizen.register", "citizen.edit", "citizen.reveal",
    "citizen.attend",
    "citizen.add_identifier", "citizen.add_contact_point", "citizen.retire_contact_point", "contact.start", "contact.close", "contact.see",
    "contact.note", "contact.ask", "contact.answer", "notice.see", "notice.read", "case.see", "case.open", "case.edit", "case.start",
    "case.ask", "case.note", "case.file", "case.receive", "case.refile", "case.receipt", "case.export", "queue.see", "queue.save",
    "queue.forget", "case.list", "case.submit", "profile.edit", "mailbox.see", "mandate.see", "mandate.grant", "mandate.revoke",
    "consent.see", "consent.give", "consent.withdraw",
    "fact.see", "citizen.state_fact", "citizen.retire_fact", "citizen.verify_fact", "relationship.see", "citizen.state_relationship",
    "citizen.retire_relationship", "citizen.break_glass", "citizen.close_glass",
    "citizen.edit_contact_point", "citizen.verify_contact_point", "citizen.send_code", "citizen.check_code",
    "match.see", "match.suspect", "access.about",
}  # fmt: skip
SUPERVISOR = OFFICER | {
    "citizen.export",
    "protected.see", "citizen.protect", "citizen.unprotect", "citizen.name_officer", "citizen.unname_officer",
    "login.decide", "match.decide",
    "case.assign", "case.pause", "case.resume", "case.extend", "case.decide", "case.notify", "case.close", "case.reopen", "dashboard.see",
    "agreement.see",
}  # fmt: skip
AGREEMENTS = {
    "agreement.see", "agreement.draft", "agreement.edit", "agreement.approve", "agreement.suspend", "agreement.resume", "agreement.revoke",
    "transfer.see", "transfer.export",
}  # fmt: skip
MEMBERS = {"member.see", "member.invite", "member.remind", "member.edit", "member.deactivate", "member.reactivate"}
ADMINISTRATOR = {
    *MEMBERS, *AGREEMENTS, "home.see", "access.own", "institution.edit", "institution.draw", "office.create", "office.edit", "team.create",
    "team.edit",
    "calendar.edit", "calendar.close_day", "calendar.open_day", "channel.edit", "result.edit", "text.edit", "text.remove", "client.see",
    "client.register", "client.revoke", "profile.edit", "mailbox.see", "dashboard.see", "consent.word", "consent.drop",
    "attribute.create", "attribute.edit", "attribute.retire",
}  # fmt: skip
WATCH = {
    "access.see", "access.export", "access.watch", "access.review", "access.decide", "access.set_rules", "access.watch_person",
    "access.unwatch_person", "access.delay", "access.end_delay",
}  # fmt: skip
ROLES: dict[str, set[str]] = {
    "officer": OFFICER,
    "supervisor": SUPERVISOR,
    "administrator": ADMINISTRATOR,
    "dpo": AGREEMENTS | WATCH | {"home.see", "access.own", "profile.edit", "citizen.export"},
    "auditor": {
        "home.see", "access.see", "access.export", "access.watch", "access.own", "profile.edit", "agreement.see", "transfer.see",
        "transfer.export",
    },
    "operator": MEMBERS | {
        "home.see", "institution.create", "institution.see", "institution.place", "institution.deactivate", "institution.reactivate",
        "profile.edit", "access.own", "purpose.see", "purpose.create", "purpose.edit",
    },
    "steward": {"home.see", "match.see", "match.decide", "profile.edit", "access.own"},
}  # fmt: skip
CLIENT = {"case.list", "case.see", "case.submit", "citizen.find", "citizen.identify", "citizen.see"}
GUEST = frozenset({"portal.see", "portal.save", "portal.discard", "portal.apply", "portal.track", "portal.answer", "portal.log_in",
                   "portal.ask_code", "portal.use_code", "portal.log_out"})  # fmt: skip
VISITOR = GUEST | {"portal.see_own", "portal.see_cases", "portal.see_contact"}
VISITOR_HIGH = VISITOR | {
    "portal.see_mandates", "portal.find_agent", "portal.grant_mandate", "portal.revoke_mandate", "portal.act_for", "portal.see_consents",
    "portal.give_consent", "portal.withdraw_consent", "portal.see_accesses", "portal.see_data", "portal.rectify", "portal.see_decisions",
    "portal.prefer", "portal.add_contact_point", "portal.edit_contact_point", "portal.send_code", "portal.check_code",
    "portal.retire_contact_point",
}  # fmt: skip

LABELS: dict[str, Promise] = {
    "officer": _("Officer"),
    "supervisor": _("Supervisor"),
    "administrator": _("Administrator"),
    "dpo": _("Data-protection officer"),
    "auditor": _("Auditor"),
    "operator": _("Platform operator"),
    "steward": _("Steward of the register"),
}
KINDS = {"platform": ("operator", "steward"), "body": ("officer", "supervisor", "administrator", "dpo", "auditor"), "outside": ()}


# Deeds of our own code, which no role does by hand.
INTERNAL: set[str] = {"notice.tell", "member.accept", "login.arrive", "login.send_code", "login.use_code"}


def all_verbs() -> set[str]:
    return set().union(*ROLES.values(), CLIENT, GUEST, VISITOR_HIGH)


def sync(*institutions: Institution) -> None:
    """Make the grants of these institutions (of all, at the end of a migration) what this page says."""
    content_type = ContentType.objects.get_for_model(Institution)
    verbs = set().union(*ROLES.values())
    Permission.objects.bulk_create(
        [Permission(content_type=content_type, codename=verb, name=verb) for verb in sorted(verbs)], ignore_conflicts=True
    )
    permission = dict(Permission.objects.filter(content_type=content_type).values_list("codename", "pk"))
    for institution in institutions or Institution.objects.all():
        for role in KINDS[institution.kind]:
            group, _new = Group.objects.get_or_create(name=f"{institution.pk}:{role}")
            held = GroupObjectPermission.objects.filter(group=group)
            held.exclude(permission__codename__in=ROLES[role]).delete()
            GroupObjectPermission.objects.bulk_create(
                [
                    GroupObjectPermission(
                        group=group, permission_id=permission[verb], content_type=content_type, object_pk=str(institution.pk)
                    )
                    for verb in sorted(ROLES[role])
                ],
                ignore_conflicts=True,
            )


HELD = """
select m.institution_id, coalesce(array_agg(distinct p.codename) filter (where p.codename is not null), '{}')
  from institutions_membership m
  join institutions_institution i on i.id = m.institution_id and i.active
  left join auth_group g on g.name = any(select m.institution_id || ':' || role from unnest(m.roles) role)
  left join guardian_groupobjectpermission gp on gp.group_id = g.id and gp.object_pk = m.institution_id::text
  left join auth_permission p on p.id = gp.permission_id
 where m.user_id = %s and m.active group by m.institution_id order by m.institution_id
"""


def verbs_held(user_id: int) -> dict[int, frozenset[str]]:
    """The active memberships of a user, each with its verbs: one query at every page, so that a revocation counts at once."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, [user_id])
        return {institution: frozenset(verbs) for institution, verbs in cursor.fetchall()}
