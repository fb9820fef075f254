"""Protected people: who is sealed from whoever acts, asked at each transaction's start, and the only ways to protect and to be cleared.

A clearance is of one officer of one institution: named for good, or by breaking the glass until a time. Whoever has none is told
nothing of the person, on no door; an outside client never has one. What our own code does for nobody in particular sees everybody.
"""

from django.db import migrations, models

from czrm.kit.policies import Policies

SEALED = """
grant select, insert, update on citizens_clearance to czrm_definer;
grant select on citizens_citizen, citizens_citizenlink, institutions_agreement, institutions_membership, institutions_user to czrm_definer;

create function czrm.sealed_from(
  ours bigint, officer bigint, purpose bigint, host bigint, themself bigint, out sealed text, out sheltered text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare seeing bigint[];
begin
  sealed := '';
  sheltered := '';
  if not exists (select from citizens_citizen c where c.state = 'protected') then
    return;
  end if;
  if themself is not null then
    select coalesce(array_agg(c.id)::text, '') into sheltered from citizens_citizen c where c.id = themself and c.state = 'protected';
    return;
  end if;
  seeing := array[ours, host] || array(
    select a.provider_id from institutions_agreement a
     where a.consumer_id = ours and a.purpose_id = purpose and a.status = 'in_force' and a.valid_from <= now() and a.valid_to > now());
  select coalesce(array_agg(p.id) filter (where not p.cleared)::text, ''), coalesce(array_agg(p.id) filter (where p.cleared)::text, '')
    into sealed, sheltered
    from (select c.id, exists (
              select from citizens_clearance k
               where k.citizen_id = c.id and k.institution_id = ours and k.user_id = officer
                 and k.ended_at is null and (k.until is null or k.until > statement_timestamp())) as cleared
            from citizens_citizen c
           where c.state = 'protected'
             and exists (select from citizens_citizenlink l where l.citizen_id = c.id and l.institution_id = any(seeing))) p;
end $$;

create function czrm.is_named(who bigint, ours bigint, officer bigint) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select from citizens_clearance k where k.citizen_id = who and k.institution_id = ours and k.how = 'named' and k.ended_at is null
                    and k.user_id = coalesce(officer, k.user_id))
$$;

create function czrm.protect_citizen(citizen bigint, officers bigint[], why text, who text) returns text
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  mine bigint := czrm.my_institution();
  me bigint := nullif(current_setting('czrm.user', true), '')::bigint;
  before text;
begin
  select c.state into before from citizens_citizen c
   where c.id = citizen and not czrm.is_sealed(citizen)
     and exists (select from citizens_citizenlink l where l.citizen_id = citizen and l.institution_id = mine) for update;
  if before is distinct from 'active' or me is null then
    return before;
  end if;
  update citizens_citizen c set state = 'protected' where c.id = citizen;
  insert into citizens_clearance (institution_id, citizen_id, user_id, how, reason, by)
  select mine, citizen, m.user_id, 'named', left(why, 300), left(who, 200) from institutions_membership m
   where m.institution_id = mine and m.active and m.user_id = any(officers || me);
  return before;
end $$;

create function czrm.name_officer(citizen bigint, officer bigint, why text, who text) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  mine bigint := czrm.my_institution();
  me bigint := nullif(current_setting('czrm.user', true), '')::bigint;
begin
  perform from citizens_citizen c where c.id = citizen and c.state = 'protected' for update;
  if not found or czrm.is_sealed_from(citizen, mine, me) or czrm.is_named(citizen, mine, officer)
     or (czrm.is_named(citizen, mine, null) and not czrm.is_named(citizen, mine, me))  -- a broken glass names nobody, where others are named
     or not exists (select from citizens_citizenlink l where l.citizen_id = citizen and l.institution_id = mine) then
    return false;
  end if;
  insert into citizens_clearance (institution_id, citizen_id, user_id, how, reason, by)
  select mine, citizen, m.user_id, 'named', left(why, 300), left(who, 200) from institutions_membership m
   where m.institution_id = mine and m.active and m.user_id = officer;
  return found;
end $$;

create function czrm.end_clearance(clearance uuid) returns text
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  mine bigint := czrm.my_institution();
  me bigint := nullif(current_setting('czrm.user', true), '')::bigint;
  held citizens_clearance;
begin
  select * into held from citizens_clearance k where k.uid = clearance and k.institution_id = mine and k.ended_at is null;
  perform from citizens_citizen c where c.id = held.citizen_id for update;
  if held.id is null or not (czrm.is_named(held.citizen_id, mine, me) or (held.how = 'glass' and held.user_id = me)) then
    return 'refused';
  end if;
  if held.how = 'named' and not exists (
      select from citizens_clearance k where k.citizen_id = held.citizen_id and k.institution_id = mine and k.how = 'named'
         and k.ended_at is null and k.id <> held.id) then
    return 'last';
  end if;
  update citizens_clearance k set ended_at = statement_timestamp() where k.id = held.id;
  return 'ended';
end $$;

create function czrm.unprotect_citizen(citizen bigint) returns text
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  mine bigint := czrm.my_institution();
  me bigint := nullif(current_setting('czrm.user', true), '')::bigint;
begin
  perform from citizens_citizen c where c.id = citizen and c.state = 'protected' for update;
  if not found or me is null or not czrm.is_named(citizen, mine, me) then
    return 'refused';
  end if;
  if exists (select from citizens_clearance k
              where k.citizen_id = citizen and k.institution_id <> mine and k.how = 'named' and k.ended_at is null) then
    return 'elsewhere';
  end if;
  update citizens_citizen c set state = 'active' where c.id = citizen;
  update citizens_clearance k set ended_at = statement_timestamp() where k.citizen_id = citizen and k.ended_at is null;
  return 'ended';
end $$;

create function czrm.break_glass(id_kind text, id_number text, born date, named text, why text, minutes integer, who text)
returns table (id bigint, uid uuid, linked boolean, clearance bigint, until timestamptz)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  mine bigint := czrm.my_institution();
  me bigint := nullif(current_setting('czrm.user', true), '')::bigint;
  found_id bigint := czrm.confirm_citizen(id_kind, id_number, born, named);
begin
  if me is null or found_id is null or not czrm.is_sealed(found_id) or length(why) < 10 then
    return;
  end if;
  if nullif(current_setting('czrm.purpose', true), '') is null  -- of people whom one does not attend, nothing without a purpose
     and not exists (select from citizens_citizenlink l where l.citizen_id = found_id and l.institution_id = mine) then
    return;
  end if;
  return query
  with opened as (
    insert into citizens_clearance as k (institution_id, citizen_id, user_id, how, reason, by, until)
    values (mine, found_id, me, 'glass', left(why, 300), left(who, 200), statement_timestamp() + least(minutes, 480) * interval '1 minute')
    returning k.id, k.until)
  select c.id, c.uid, exists (select from citizens_citizenlink l where l.citizen_id = c.id and l.institution_id = mine), o.id, o.until
    from opened o join citizens_citizen c on c.id = found_id;
end $$;

create function czrm.protected_here(out hidden integer, out unattended integer)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare mine bigint := czrm.my_institution();
begin
  select count(*) filter (where czrm.is_sealed(c.id)), count(*) filter (where not czrm.is_named(c.id, mine, null)) into hidden, unattended
    from citizens_citizen c
   where c.state = 'protected' and exists (select from citizens_citizenlink l where l.citizen_id = c.id and l.institution_id = mine);
end $$;
"""
OWNERS = """
alter function czrm.sealed_from owner to czrm_definer;
alter function czrm.is_named owner to czrm_definer;
alter function czrm.protect_citizen owner to czrm_definer;
alter function czrm.name_officer owner to czrm_definer;
alter function czrm.end_clearance owner to czrm_definer;
alter function czrm.unprotect_citizen owner to czrm_definer;
alter function czrm.break_glass owner to czrm_definer;
alter function czrm.protected_here owner to czrm_definer;
revoke execute on function czrm.sealed_from, czrm.is_named, czrm.protect_citizen, czrm.name_officer, czrm.end_clearance,
  czrm.unprotect_citizen, czrm.break_glass, czrm.protected_here from public;
grant execute on function czrm.sealed_from, czrm.protect_citizen, czrm.name_officer, czrm.end_clearance, czrm.unprotect_citizen,
  czrm.break_glass, czrm.protected_here to czrm_app;
"""
UNDO = """
drop function czrm.protected_here; drop function czrm.break_glass; drop function czrm.unprotect_citizen; drop function czrm.end_clearance;
drop function czrm.name_officer; drop function czrm.protect_citizen; drop function czrm.is_named; drop function czrm.sealed_from;
"""


class Migration(migrations.Migration):
    dependencies = [("citizens", "0005_mandates"), ("institutions", "0002_walls")]

    operations = [
        migrations.RemoveConstraint("citizen", "citizens_citizen_fence"),
        migrations.RemoveConstraint("citizenlink", "citizens_citizenlink_fence"),
        migrations.RemoveConstraint("clearance", "citizens_clearance_fence"),
        migrations.RemoveConstraint("consent", "citizens_consent_fence"),
        migrations.RemoveConstraint("contactpoint", "citizens_contactpoint_fence"),
        migrations.RemoveConstraint("fact", "citizens_fact_fence"),
        migrations.RemoveConstraint("mandate", "citizens_mandate_fence"),
        migrations.RemoveConstraint("relationship", "citizens_relationship_fence"),
        migrations.RemoveConstraint("sourcerecord", "citizens_sourcerecord_fence"),
        migrations.AddIndex("citizen", models.Index(condition=models.Q(("state", "protected")), fields=["id"], name="citizen_protected")),
        migrations.AddConstraint(
            "citizen",
            Policies(
                name="citizens_citizen_fence",
                see="(exists (select from citizens_citizenlink l where l.citizen_id = citizens_citizen.id and l.institution_id = any((select czrm.visible_institutions('citizen'))::bigint[])) or id = nullif(current_setting('czrm.citizen', true), '')::bigint) and (citizens_citizen.id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
                add="false",
                change="false",
            ),
        ),
        migrations.AddConstraint(
            "citizenlink",
            Policies(
                name="citizens_citizenlink_fence",
                see="(institution_id = any((select czrm.visible_institutions('citizen'))::bigint[]) or (citizen_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id))) and (citizens_citizenlink.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
                add="false",
                change="false",
            ),
        ),
        migrations.AddConstraint(
            "clearance",
            Policies(
                name="citizens_clearance_fence",
                see="(institution_id = any((select czrm.visible_institutions('clearance'))::bigint[]) or (citizen_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id))) and (citizens_clearance.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
                add="false",
                change="false",
            ),
        ),
        migrations.AddConstraint(
            "consent",
            Policies(
                name="citizens_consent_fence",
                see="(institution_id = any((select czrm.visible_institutions('legal'))::bigint[]) or (citizen_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id))) and (citizens_consent.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
                add="(citizens_consent.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint) and (citizens_consent.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
                change="(citizens_consent.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint) and (citizens_consent.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
            ),
        ),
        migrations.AddConstraint(
            "contactpoint",
            Policies(
                name="citizens_contactpoint_fence",
                see="(institution_id = any((select czrm.visible_institutions('contact'))::bigint[]) or (citizen_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id))) and (citizens_contactpoint.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true and (citizens_contactpoint.kind = 'address' and citizens_contactpoint.citizen_id in (select unnest(nullif(current_setting('czrm.sheltered', true), '')::bigint[]))) is not true",
                add="(citizens_contactpoint.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint) and (citizens_contactpoint.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true and (citizens_contactpoint.kind = 'address' and citizens_contactpoint.citizen_id in (select unnest(nullif(current_setting('czrm.sheltered', true), '')::bigint[]))) is not true",
                change="(citizens_contactpoint.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint) and (citizens_contactpoint.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true and (citizens_contactpoint.kind = 'address' and citizens_contactpoint.citizen_id in (select unnest(nullif(current_setting('czrm.sheltered', true), '')::bigint[]))) is not true",
            ),
        ),
        migrations.AddConstraint(
            "fact",
            Policies(
                name="citizens_fact_fence",
                see="(institution_id = nullif(current_setting('czrm.institution', true), '')::bigint or (category = 'identity' and institution_id = any((select czrm.visible_institutions('identity'))::bigint[])) or (category = 'contact' and institution_id = any((select czrm.visible_institutions('contact'))::bigint[])) or (category = 'residence' and institution_id = any((select czrm.visible_institutions('residence'))::bigint[])) or (category = 'family' and institution_id = any((select czrm.visible_institutions('family'))::bigint[])) or (category = 'education' and institution_id = any((select czrm.visible_institutions('education'))::bigint[])) or (category = 'work' and institution_id = any((select czrm.visible_institutions('work'))::bigint[])) or (category = 'income' and institution_id = any((select czrm.visible_institutions('income'))::bigint[])) or (category = 'benefits' and institution_id = any((select czrm.visible_institutions('benefits'))::bigint[])) or (category = 'health' and institution_id = any((select czrm.visible_institutions('health'))::bigint[])) or (category = 'tax' and institution_id = any((select czrm.visible_institutions('tax'))::bigint[])) or (category = 'legal' and institution_id = any((select czrm.visible_institutions('legal'))::bigint[])) or (citizen_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id))) and (citizens_fact.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true and (citizens_fact.category = 'residence' and citizens_fact.citizen_id in (select unnest(nullif(current_setting('czrm.sheltered', true), '')::bigint[]))) is not true",
                add="(citizens_fact.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint) and (citizens_fact.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true and (citizens_fact.category = 'residence' and citizens_fact.citizen_id in (select unnest(nullif(current_setting('czrm.sheltered', true), '')::bigint[]))) is not true",
                change="(citizens_fact.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint) and (citizens_fact.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true and (citizens_fact.category = 'residence' and citizens_fact.citizen_id in (select unnest(nullif(current_setting('czrm.sheltered', true), '')::bigint[]))) is not true",
            ),
        ),
        migrations.AddConstraint(
            "mandate",
            Policies(
                name="citizens_mandate_fence",
                see="(institution_id = any((select czrm.visible_institutions('legal'))::bigint[]) or (principal_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id)) or (agent_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id))) and (citizens_mandate.principal_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true and (citizens_mandate.agent_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
                add="(citizens_mandate.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint) and (citizens_mandate.principal_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true and (citizens_mandate.agent_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
                change="(citizens_mandate.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint) and (citizens_mandate.principal_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true and (citizens_mandate.agent_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
            ),
        ),
        migrations.AddConstraint(
            "relationship",
            Policies(
                name="citizens_relationship_fence",
                see="(institution_id = any((select czrm.visible_institutions('family'))::bigint[]) or (citizen_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id)) or (other_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id))) and (citizens_relationship.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true and (citizens_relationship.other_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
                add="(citizens_relationship.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint) and (citizens_relationship.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true and (citizens_relationship.other_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
                change="(citizens_relationship.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint) and (citizens_relationship.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true and (citizens_relationship.other_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
            ),
        ),
        migrations.AddConstraint(
            "sourcerecord",
            Policies(
                name="citizens_sourcerecord_fence",
                see="(institution_id = any((select czrm.visible_institutions('source'))::bigint[]) or (citizen_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id))) and (citizens_sourcerecord.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
                add="(citizens_sourcerecord.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint) and (citizens_sourcerecord.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
                change="(citizens_sourcerecord.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint) and (citizens_sourcerecord.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
            ),
        ),
        migrations.RunSQL(SEALED + OWNERS, UNDO),
    ]
