"""By which log-in somebody is which citizen: decided here, where all people can be seen, and told as an outcome only.

One record whose verified document is the one vouched for, and whose birth date or surname agrees, is theirs. Where nobody holds
the document a record is born, for the provider vouches for it. Anything else waits for an officer: nobody is shown anybody's data.
"""

from django.db import migrations

FUNCTIONS = """
grant select, insert, update on citizens_portallogin to czrm_definer;
grant select on citizens_contactpoint to czrm_definer;

create function czrm.arrive(
  via text, who text, doc_kind text, doc text, born date, named text, person jsonb, words text[], said jsonb, vouched text, why text)
returns table (outcome text, whom bigint, linked boolean)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  mine bigint := czrm.my_institution();
  known citizens_portallogin;
  verified bigint[];
  sure bigint[];
  held boolean;
  theirs bigint;
  how text := 'waiting';
begin
  perform pg_advisory_xact_lock(hashtext(doc_kind || ':' || doc));
  select * into known from citizens_portallogin l where l.provider = via and l.subject = who for update;
  if known.id is not null and known.status <> 'waiting' and (known.id_kind, known.id_number) = (doc_kind, doc) then
    return query select case when c.state in ('active', 'protected') then known.status else 'refused' end::text, known.citizen_id,
        exists (select from citizens_citizenlink l where l.citizen_id = known.citizen_id and l.institution_id = mine)
      from (select 1) one left join citizens_citizen c on c.id = known.citizen_id;
    return;
  end if;
  select count(*) > 0, array_agg(distinct c.id) filter (where i.verified_at is not null),
         array_agg(distinct c.id) filter (where i.verified_at is not null and c.state in ('active', 'protected') and (c.birth = born
            or (c.surname_key <> '' and (named = c.surname_key or starts_with(named, c.surname_key || ' ')))))
    into held, verified, sure
    from citizens_identifier i join citizens_citizen c on c.id = i.citizen_id where i.kind = doc_kind and i.number = doc;
  if cardinality(verified) = 1 and sure = verified and known.id is null then
    how := 'linked';
    theirs := sure[1];
  elsif cardinality(verified) = 1 and sure = verified and (known.id_kind, known.id_number) = (doc_kind, doc) then
    how := 'linked';  -- an officer verified the document meanwhile
    theirs := sure[1];
  elsif not held and known.id is null then
    how := 'born';
    theirs := czrm.register_citizen(person, words, doc_kind, doc, why, true);
    perform czrm.claim_identifier(theirs, doc_kind, doc, coalesce(person->>'country', ''), vouched);
  end if;
  insert into citizens_portallogin as l (institution_id, citizen_id, provider, subject, id_kind, id_number, claims, status, decided_by)
  values (mine, theirs, via, who, doc_kind, doc, said, case when theirs is null then 'waiting' else 'linked' end, '')
  on conflict (provider, subject) do update
     set citizen_id = excluded.citizen_id, id_kind = excluded.id_kind, id_number = excluded.id_number, claims = excluded.claims,
         status = excluded.status, decided_by = '', decided_at = null;
  if how = 'waiting' and known.status = 'waiting' then
    how := 'still_waiting';
  end if;
  return query select how, theirs,
    exists (select from citizens_citizenlink l where l.citizen_id = theirs and l.institution_id = mine);
end $$;

create function czrm.logins_to_decide()
returns table (login uuid, since timestamptz, state text, via text, doc_kind text, doc text, said jsonb, ours bigint[], elsewhere bigint)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare mine bigint := czrm.my_institution();
begin
  return query
  select l.uid, l.at, l.status::text, l.provider::text, l.id_kind::text, l.id_number::text, l.claims,
         coalesce(array_agg(distinct i.citizen_id) filter (where k.id is not null), '{}'),
         count(distinct i.citizen_id) filter (where i.id is not null and k.id is null)
    from citizens_portallogin l
    left join citizens_identifier i on i.kind = l.id_kind and i.number = l.id_number
    left join citizens_citizenlink k on k.citizen_id = i.citizen_id and k.institution_id = mine
   where l.institution_id = mine and l.status = 'waiting'
     and not exists (select from citizens_identifier s where s.kind = l.id_kind and s.number = l.id_number and czrm.is_sealed(s.citizen_id))
   group by l.id order by l.at;
end $$;

create function czrm.decide_login(which uuid, chosen bigint, who text) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  mine bigint := czrm.my_institution();
  waiting citizens_portallogin;
begin
  select * into waiting from citizens_portallogin l where l.uid = which and l.institution_id = mine and l.status = 'waiting' for update;
  if waiting.id is null or (chosen is not null and not exists (
      select from citizens_identifier i join citizens_citizenlink k on k.citizen_id = i.citizen_id and k.institution_id = mine
       where i.citizen_id = chosen and not czrm.is_sealed(chosen) and i.kind = waiting.id_kind and i.number = waiting.id_number)) then
    return false;
  end if;
  if chosen is not null then
    perform czrm.claim_identifier(chosen, waiting.id_kind, waiting.id_number, '', left(waiting.provider, 60));
  end if;
  update citizens_portallogin set citizen_id = chosen, status = case when chosen is null then 'refused' else 'linked' end,
         decided_by = left(who, 200), decided_at = now() where id = waiting.id;
  return true;
end $$;

create function czrm.sole_holder(way text, reached text) returns bigint
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare mine bigint := czrm.my_institution();
begin
  return (
    select min(p.id) filter (where p.institution_id = mine and p.verified_at is not null)
      from citizens_contactpoint p join citizens_citizen c on c.id = p.citizen_id
     where p.kind = 'email' and p.kind = way and lower(p.value) = lower(reached) and (p.valid_until is null or p.valid_until > statement_timestamp())
    having count(distinct p.citizen_id) = 1 and not bool_or(p.shared) and bool_and(c.state in ('active', 'protected')));
end $$;

create function czrm.come_to_portal(why text) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  who bigint := nullif(current_setting('czrm.citizen', true), '')::bigint;
  portal bigint := nullif(current_setting('czrm.portal', true), '')::bigint;
begin
  if who is null or portal is null or nullif(current_setting('czrm.before', true), '') is not null then
    return false;
  end if;
  insert into citizens_citizenlink (citizen_id, institution_id, basis) values (who, portal, left(why, 120)) on conflict do nothing;
  return found;
end $$;

alter function czrm.arrive owner to czrm_definer;
alter function czrm.logins_to_decide owner to czrm_definer;
alter function czrm.decide_login owner to czrm_definer;
alter function czrm.sole_holder owner to czrm_definer;
alter function czrm.come_to_portal owner to czrm_definer;
revoke execute on function czrm.arrive, czrm.logins_to_decide, czrm.decide_login, czrm.sole_holder, czrm.come_to_portal from public;
grant execute on function czrm.arrive, czrm.logins_to_decide, czrm.decide_login, czrm.sole_holder, czrm.come_to_portal to czrm_app;
"""
UNDO = """
drop function czrm.come_to_portal; drop function czrm.sole_holder; drop function czrm.decide_login; drop function czrm.logins_to_decide;
drop function czrm.arrive;
"""


class Migration(migrations.Migration):
    dependencies = [("citizens", "0006_protection")]
    operations = [
        migrations.RemoveField(model_name="portallogin", name="user"),
        migrations.RunSQL(FUNCTIONS, UNDO),
    ]
