"""Whom somebody may act for at a portal, and which cases a mandate for some acts opens there.

Both answer only for a mandate in force, of that agent, before that institution, in that channel, between people who can act:
so a revocation closes at the next request. A whole mandate is told to the database as `czrm.citizen` together with `czrm.before`.
"""

import citizens.models.mandate
import czrm.kit.policies
from django.db import migrations, models


FUNCTIONS = """
grant select on citizens_mandate, citizens_citizen to czrm_definer;

create function czrm.portal_mandate(held bigint, who bigint) returns setof citizens_mandate
language sql stable security definer set search_path = public, pg_temp as $$
  select m.* from citizens_mandate m
    join citizens_citizen principal on principal.id = m.principal_id and principal.state not in ('deceased', 'dissolved')
    join citizens_citizen agent on agent.id = m.agent_id and agent.state not in ('deceased', 'dissolved')
   where m.id = held and m.agent_id = who and m.revoked_at is null
     and m.valid_from <= statement_timestamp() and (m.valid_until is null or m.valid_until > statement_timestamp())
     and (m.channels = '{}' or 'portal' = any(m.channels))
$$;

create function czrm.held_mandate(held bigint, who bigint, portal bigint) returns table (principal bigint, named text, allowed varchar[])
language sql stable security definer set search_path = public, pg_temp as $$
  select m.principal_id, c.name::text, m.acts from czrm.portal_mandate(held, who) m
    join citizens_citizen c on c.id = m.principal_id where m.institution_id = portal
$$;

create function czrm.mandated_cases() returns bigint[]
language plpgsql stable parallel safe security definer set search_path = public, pg_temp as $$
declare
  held bigint := nullif(current_setting('czrm.mandate', true), '')::bigint;
begin
  if held is null then
    return '{}';
  end if;
  return array(
    select c.id from czrm.portal_mandate(held, nullif(current_setting('czrm.agent', true), '')::bigint) m
      join cases_case c on c.citizen_id = m.principal_id and c.institution_id = m.institution_id
      join cases_procedure p on p.id = c.procedure_id
     where m.institution_id = nullif(current_setting('czrm.portal', true), '')::bigint
       and m.acts && array['*', 'cases.*', 'cases.see', 'cases.see:' || p.slug]::varchar[]);
end $$;

alter function czrm.portal_mandate owner to czrm_definer;
alter function czrm.held_mandate owner to czrm_definer;
alter function czrm.mandated_cases owner to czrm_definer;
revoke execute on function czrm.portal_mandate, czrm.held_mandate from public;
grant execute on function czrm.held_mandate to czrm_app;
"""
UNDO = "drop function czrm.mandated_cases; drop function czrm.held_mandate; drop function czrm.portal_mandate"


class Migration(migrations.Migration):
    dependencies = [
        ("citizens", "0004_record"),
        ("institutions", "0002_walls"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="citizenlink",
            name="citizens_citizenlink_fence",
        ),
        migrations.RemoveConstraint(
            model_name="consent",
            name="citizens_consent_fence",
        ),
        migrations.RemoveConstraint(
            model_name="contactpoint",
            name="citizens_contactpoint_fence",
        ),
        migrations.RemoveConstraint(
            model_name="fact",
            name="citizens_fact_fence",
        ),
        migrations.RemoveConstraint(
            model_name="mandate",
            name="citizens_mandate_fence",
        ),
        migrations.RemoveConstraint(
            model_name="relationship",
            name="citizens_relationship_fence",
        ),
        migrations.RemoveConstraint(
            model_name="sourcerecord",
            name="citizens_sourcerecord_fence",
        ),
        migrations.AddField(
            model_name="mandate",
            name="revoked_as",
            field=models.CharField(
                blank=True,
                choices=[("person", "The person"), ("agent", "Who acts for them"), ("office", "The institution"), ("court", "A court")],
                default="",
                max_length=6,
                verbose_name="revoked by",
            ),
        ),
        migrations.AlterField(
            model_name="mandate",
            name="document",
            field=models.FileField(blank=True, null=True, upload_to=citizens.models.mandate.unguessable),
        ),
        migrations.AddConstraint(
            model_name="citizenlink",
            constraint=czrm.kit.policies.Policies(
                add="false",
                change="false",
                name="citizens_citizenlink_fence",
                see="institution_id = any((select czrm.visible_institutions('citizen'))::bigint[]) or (citizen_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id))",
            ),
        ),
        migrations.AddConstraint(
            model_name="consent",
            constraint=czrm.kit.policies.Policies(
                add="citizens_consent.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint",
                change="citizens_consent.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint",
                name="citizens_consent_fence",
                see="institution_id = any((select czrm.visible_institutions('legal'))::bigint[]) or (citizen_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id))",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactpoint",
            constraint=czrm.kit.policies.Policies(
                add="citizens_contactpoint.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint",
                change="citizens_contactpoint.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint",
                name="citizens_contactpoint_fence",
                see="institution_id = any((select czrm.visible_institutions('contact'))::bigint[]) or (citizen_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id))",
            ),
        ),
        migrations.AddConstraint(
            model_name="fact",
            constraint=czrm.kit.policies.Policies(
                add="citizens_fact.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint",
                change="citizens_fact.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint",
                name="citizens_fact_fence",
                see="institution_id = nullif(current_setting('czrm.institution', true), '')::bigint or (category = 'identity' and institution_id = any((select czrm.visible_institutions('identity'))::bigint[])) or (category = 'contact' and institution_id = any((select czrm.visible_institutions('contact'))::bigint[])) or (category = 'residence' and institution_id = any((select czrm.visible_institutions('residence'))::bigint[])) or (category = 'family' and institution_id = any((select czrm.visible_institutions('family'))::bigint[])) or (category = 'education' and institution_id = any((select czrm.visible_institutions('education'))::bigint[])) or (category = 'work' and institution_id = any((select czrm.visible_institutions('work'))::bigint[])) or (category = 'income' and institution_id = any((select czrm.visible_institutions('income'))::bigint[])) or (category = 'benefits' and institution_id = any((select czrm.visible_institutions('benefits'))::bigint[])) or (category = 'health' and institution_id = any((select czrm.visible_institutions('health'))::bigint[])) or (category = 'tax' and institution_id = any((select czrm.visible_institutions('tax'))::bigint[])) or (category = 'legal' and institution_id = any((select czrm.visible_institutions('legal'))::bigint[])) or (citizen_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id))",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=czrm.kit.policies.Policies(
                add="citizens_mandate.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint",
                change="citizens_mandate.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint",
                name="citizens_mandate_fence",
                see="institution_id = any((select czrm.visible_institutions('legal'))::bigint[]) or (principal_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id)) or (agent_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id))",
            ),
        ),
        migrations.AddConstraint(
            model_name="relationship",
            constraint=czrm.kit.policies.Policies(
                add="citizens_relationship.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint",
                change="citizens_relationship.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint",
                name="citizens_relationship_fence",
                see="institution_id = any((select czrm.visible_institutions('family'))::bigint[]) or (citizen_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id)) or (other_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id))",
            ),
        ),
        migrations.AddConstraint(
            model_name="sourcerecord",
            constraint=czrm.kit.policies.Policies(
                add="citizens_sourcerecord.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint",
                change="citizens_sourcerecord.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint",
                name="citizens_sourcerecord_fence",
                see="institution_id = any((select czrm.visible_institutions('source'))::bigint[]) or (citizen_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id))",
            ),
        ),
        migrations.RunSQL(FUNCTIONS, UNDO),
    ]
