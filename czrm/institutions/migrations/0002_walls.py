"""The schema of the definer functions, the one that every policy asks, and the only ways to put an agreement in force or end it."""

from django.db import migrations

WALLS = """
create schema if not exists czrm;
grant usage on schema czrm to czrm_app, czrm_definer;
grant create on schema czrm to czrm_definer;
grant select, update on institutions_agreement to czrm_definer;

create function czrm.visible_institutions(scope text) returns bigint[]
language plpgsql stable parallel safe security definer set search_path = public, pg_temp as $$
declare
  mine bigint := nullif(current_setting('czrm.institution', true), '')::bigint;
  why bigint := nullif(current_setting('czrm.purpose', true), '')::bigint;
begin
  if why is null then
    return array[mine];
  end if;
  return mine || array(
    select a.provider_id from institutions_agreement a
     where a.consumer_id = mine and a.purpose_id = why and scope = any(a.scopes)
       and a.status = 'in_force' and a.valid_from <= now() and a.valid_to > now());
end $$;

create function czrm.approve_agreement(agreement bigint) returns text
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  mine bigint := nullif(current_setting('czrm.institution', true), '')::bigint;
  me bigint := nullif(current_setting('czrm.user', true), '')::bigint;
  outcome text;
begin
  update institutions_agreement a set
      provider_approved_by = case when a.provider_id = mine then me else a.provider_approved_by end,
      consumer_approved_by = case when a.consumer_id = mine then me else a.consumer_approved_by end
   where a.id = agreement and a.status = 'draft' and mine in (a.provider_id, a.consumer_id) and me is not null;
  update institutions_agreement a set status = 'in_force'
   where a.id = agreement and a.status = 'draft' and mine in (a.provider_id, a.consumer_id)
     and a.provider_approved_by is not null and a.consumer_approved_by is not null
     and a.provider_approved_by <> a.consumer_approved_by;
  select a.status into outcome from institutions_agreement a where a.id = agreement;
  return outcome;
end $$;

create function czrm.end_agreement(agreement bigint, wanted text) returns text
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  mine bigint := nullif(current_setting('czrm.institution', true), '')::bigint;
  outcome text;
begin
  if wanted not in ('suspended', 'revoked') then
    raise invalid_parameter_value using message = 'an agreement ends suspended or revoked';
  end if;
  update institutions_agreement a set status = wanted
   where a.id = agreement and a.status <> 'revoked' and mine in (a.provider_id, a.consumer_id);
  select a.status into outcome from institutions_agreement a where a.id = agreement;
  return outcome;
end $$;

alter function czrm.visible_institutions owner to czrm_definer;
alter function czrm.approve_agreement owner to czrm_definer;
alter function czrm.end_agreement owner to czrm_definer;
revoke execute on function czrm.approve_agreement, czrm.end_agreement from public;
grant execute on function czrm.approve_agreement, czrm.end_agreement to czrm_app;
"""


class Migration(migrations.Migration):
    dependencies = [("institutions", "0001_people")]
    operations = [migrations.RunSQL(WALLS, "drop schema czrm cascade")]
