"""The life of an agreement: only definer functions change it, who reads of it what one side wrote, and how it is used.

The access log and the trail are read here beyond the fence: each side learns of the other's deeds on their agreement, and the provider
how often its data was read, by month; never by whom nor of whom.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import czrm.kit.policies

LIFE = """
drop function czrm.approve_agreement(bigint);
drop function czrm.end_agreement(bigint, text);
grant select on institutions_institution, trail_event, trail_accessentry to czrm_definer;
create index event_of_agreement on trail_event (subject) where subject ^@ 'institutions.agreement:';
create index access_by_owner on trail_accessentry using gin (owners) where owners <> '{}';

create function czrm.edit_agreement(agreement bigint, seen integer, facts jsonb) returns integer
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  mine bigint := nullif(current_setting('czrm.institution', true), '')::bigint;
  made integer;
begin
  update institutions_agreement a set
      title = facts->>'title', purpose_id = (facts->>'purpose_id')::bigint, legal_basis = facts->>'legal_basis',
      scopes = array(select jsonb_array_elements_text(facts->'scopes')), procedures = array(select jsonb_array_elements_text(facts->'procedures')),
      responsible = facts->>'responsible', valid_from = (facts->>'valid_from')::timestamptz, valid_to = (facts->>'valid_to')::timestamptz,
      document = facts->>'document', edition = a.edition + 1,
      provider_approved_by = null, provider_approved_at = null, consumer_approved_by = null, consumer_approved_at = null
   where a.id = agreement and a.status = 'draft' and a.edition = seen and mine in (a.provider_id, a.consumer_id)
  returning a.edition into made;
  return made;
end $$;

create function czrm.approve_agreement(agreement bigint, seen integer default null) returns text
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  mine bigint := nullif(current_setting('czrm.institution', true), '')::bigint;
  me bigint := nullif(current_setting('czrm.user', true), '')::bigint;
  outcome text;
begin
  update institutions_agreement a set
      provider_approved_by = case when a.provider_id = mine then me else a.provider_approved_by end,
      provider_approved_at = case when a.provider_id = mine then now() else a.provider_approved_at end,
      consumer_approved_by = case when a.consumer_id = mine then me else a.consumer_approved_by end,
      consumer_approved_at = case when a.consumer_id = mine then now() else a.consumer_approved_at end
   where a.id = agreement and a.status = 'draft' and me is not null and a.edition = coalesce(seen, a.edition)
     and (a.provider_id = mine and me is distinct from a.consumer_approved_by
       or a.consumer_id = mine and me is distinct from a.provider_approved_by);
  update institutions_agreement a set status = 'in_force'
   where a.id = agreement and a.status = 'draft' and mine in (a.provider_id, a.consumer_id)
     and a.provider_approved_by is not null and a.consumer_approved_by is not null
     and a.provider_approved_by <> a.consumer_approved_by;
  select a.status into outcome from institutions_agreement a where a.id = agreement;
  return outcome;
end $$;

create function czrm.end_agreement(agreement bigint, wanted text, why text default '') returns text
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  mine bigint := nullif(current_setting('czrm.institution', true), '')::bigint;
  outcome text;
begin
  if wanted not in ('suspended', 'revoked') then
    raise invalid_parameter_value using message = 'an agreement ends suspended or revoked';
  end if;
  update institutions_agreement a set
      status = wanted, reason = why,
      provider_suspended_at = case when wanted = 'suspended' and a.provider_id = mine then now() else a.provider_suspended_at end,
      consumer_suspended_at = case when wanted = 'suspended' and a.consumer_id = mine then now() else a.consumer_suspended_at end,
      revoked_at = case when wanted = 'revoked' then now() end
   where a.id = agreement and mine in (a.provider_id, a.consumer_id)
     and (a.status in ('in_force', 'suspended') or wanted = 'revoked' and a.status = 'draft');
  select a.status into outcome from institutions_agreement a where a.id = agreement;
  return outcome;
end $$;

create function czrm.resume_agreement(agreement bigint) returns text
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  mine bigint := nullif(current_setting('czrm.institution', true), '')::bigint;
  outcome text;
begin
  update institutions_agreement a set
      provider_suspended_at = case when a.provider_id = mine then null else a.provider_suspended_at end,
      consumer_suspended_at = case when a.consumer_id = mine then null else a.consumer_suspended_at end
   where a.id = agreement and a.status = 'suspended' and mine in (a.provider_id, a.consumer_id);
  update institutions_agreement a set status = 'in_force', reason = ''
   where a.id = agreement and a.status = 'suspended' and mine in (a.provider_id, a.consumer_id)
     and a.provider_suspended_at is null and a.consumer_suspended_at is null
     and a.provider_approved_by <> a.consumer_approved_by;
  select a.status into outcome from institutions_agreement a where a.id = agreement;
  return outcome;
end $$;

create function czrm.agreement_history(agreement bigint)
returns table (at timestamptz, institution_id bigint, kind varchar, by varchar, data jsonb)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare mine bigint := nullif(current_setting('czrm.institution', true), '')::bigint;
begin
  return query
  select e.at, e.institution_id, e.kind, e.by, e.data
    from institutions_agreement a
    join trail_event e on e.subject ^@ 'institutions.agreement:' and e.subject = 'institutions.agreement:' || agreement
     and e.institution_id in (a.provider_id, a.consumer_id)
   where a.id = agreement and mine in (a.provider_id, a.consumer_id)
   order by e.id;
end $$;

create function czrm.agreement_usage(agreement bigint, since timestamptz default '-infinity', until timestamptz default 'infinity')
returns table (month date, officer varchar, categories varchar[], looks bigint, people bigint)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  mine bigint := nullif(current_setting('czrm.institution', true), '')::bigint;
  zone text;
begin
  select i.time_zone into zone from institutions_institution i where i.id = mine;
  return query
  select date_trunc('month', e.at at time zone zone)::date, case when a.consumer_id = mine then e.by else '' end,
         array_agg(distinct read.category), count(distinct coalesce(e.page_view::text, e.id::text)), count(distinct e.citizen_id)
    from institutions_agreement a
    join trail_accessentry e on e.owners <> '{}' and e.owners @> array[a.provider_id]
     and e.institution_id = a.consumer_id and e.purpose_id = a.purpose_id and e.refused is null
     and e.at >= greatest(a.valid_from, since) and e.at < least(a.valid_to, until)
   cross join lateral unnest(e.categories) read (category)
   where a.id = agreement and mine in (a.provider_id, a.consumer_id) and read.category = any(a.scopes)
   group by 1, 2
   order by 1 desc, 2;
end $$;

alter function czrm.edit_agreement owner to czrm_definer;
alter function czrm.approve_agreement owner to czrm_definer;
alter function czrm.end_agreement owner to czrm_definer;
alter function czrm.resume_agreement owner to czrm_definer;
alter function czrm.agreement_history owner to czrm_definer;
alter function czrm.agreement_usage owner to czrm_definer;
revoke execute on function czrm.edit_agreement, czrm.approve_agreement, czrm.end_agreement, czrm.resume_agreement, czrm.agreement_history,
  czrm.agreement_usage from public;
grant execute on function czrm.edit_agreement, czrm.approve_agreement, czrm.end_agreement, czrm.resume_agreement, czrm.agreement_history,
  czrm.agreement_usage to czrm_app;
"""

BORN = (
    "(institutions_agreement.provider_id = nullif(current_setting('czrm.institution', true), '')::bigint or "
    "institutions_agreement.consumer_id = nullif(current_setting('czrm.institution', true), '')::bigint) and "
    "status = 'draft' and provider_approved_by is null and consumer_approved_by is null and edition = 1"
)


class Migration(migrations.Migration):
    dependencies = [("institutions", "0003_walls"), ("trail", "0003_owners")]
    operations = [
        migrations.RemoveConstraint(model_name="agreement", name="institutions_agreement_fence"),
        migrations.AddField("agreement", "title", models.CharField(blank=True, default="", max_length=120, verbose_name="title")),
        migrations.AddField(
            "agreement", "responsible",
            models.CharField(blank=True, default="", max_length=160, verbose_name="officer responsible at the body that asks"),
        ),
        migrations.AddField("agreement", "edition", models.PositiveIntegerField(default=1)),
        migrations.AddField("agreement", "drafted_by", models.CharField(blank=True, default="", editable=False, max_length=200)),
        migrations.AddField(
            "agreement", "drafted_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)
        ),
        migrations.AddField("agreement", "provider_approved_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("agreement", "consumer_approved_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("agreement", "provider_suspended_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("agreement", "consumer_suspended_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("agreement", "revoked_at", models.DateTimeField(editable=False, null=True)),
        migrations.AddField("agreement", "reason", models.CharField(blank=True, default="", editable=False, max_length=300)),
        migrations.AlterField(
            "agreement", "provider",
            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="institutions.institution",
                              verbose_name="who gives the data"),
        ),
        migrations.AlterField(
            "agreement", "consumer",
            models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="institutions.institution",
                              verbose_name="who reads the data"),
        ),
        migrations.AlterField(
            "agreement", "purpose",
            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="institutions.purpose", verbose_name="purpose"),
        ),
        migrations.AlterField(
            "agreement", "legal_basis", models.CharField(blank=True, default="", max_length=300, verbose_name="legal basis")
        ),
        migrations.AlterField(
            "agreement", "scopes",
            django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None, verbose_name="data"),
        ),
        migrations.AlterField(
            "agreement", "procedures",
            django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), default=list, size=None,
                                                      verbose_name="procedures"),
        ),
        migrations.AlterField("agreement", "valid_from", models.DateTimeField(verbose_name="from")),
        migrations.AlterField("agreement", "valid_to", models.DateTimeField(verbose_name="until")),
        migrations.AlterField("agreement", "document", models.CharField(blank=True, default="", max_length=200, verbose_name="signed document")),
        migrations.AddConstraint(
            "agreement", czrm.kit.policies.Policies(add=BORN, change="false", name="institutions_agreement_fence", see="true")
        ),
        migrations.RunSQL(LIFE, migrations.RunSQL.noop),
    ]
