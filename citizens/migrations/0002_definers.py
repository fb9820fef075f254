"""What may be done to people beyond the fence, and no more: be confirmed, be born, be linked, be corrected.

Whether a document belongs to somebody is answered only together with the birth date or the surname; without a match the
answer is the same whether the person exists elsewhere or not: so two claims of one number may both be verified, and people
decide (MatchCandidate) what a refusal would have told.
"""

from django.db import migrations

DEFINERS = """
grant select, insert, update on citizens_citizen, citizens_citizenlink, citizens_identifier, citizens_matchcandidate to czrm_definer;

create function czrm.my_institution() returns bigint language plpgsql stable set search_path = public, pg_temp as $$
declare mine bigint := nullif(current_setting('czrm.institution', true), '')::bigint;
begin
  if mine is null then
    raise insufficient_privilege using message = 'only an institution attends citizens';
  end if;
  return mine;
end $$;

create function czrm.is_sealed_from(who bigint, ours bigint, officer bigint) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return exists (select from citizens_citizen c where c.id = who and c.state = 'protected')
     and not exists (
       select from citizens_clearance k
        where k.citizen_id = who and k.institution_id = ours and k.user_id = officer
          and k.ended_at is null and (k.until is null or k.until > statement_timestamp()));
end $$;

create function czrm.is_sealed(who bigint) returns boolean language plpgsql stable set search_path = public, pg_temp as $$
declare
  ours bigint := nullif(current_setting('czrm.institution', true), '')::bigint;
  officer bigint := nullif(current_setting('czrm.user', true), '')::bigint;
begin
  return ours is not null and (officer is not null or nullif(current_setting('czrm.client', true), '') is not null)
     and czrm.is_sealed_from(who, ours, officer);
end $$;

create function czrm.sealed_keys() returns bigint[] language sql stable set search_path = public, pg_temp as $$
  select coalesce(nullif(current_setting('czrm.sealed', true), '')::bigint[], '{}')
$$;

create function czrm.confirm_citizen(id_kind text, id_number text, born date, named text, past_sealed boolean default false) returns bigint
language sql stable security definer set search_path = public, pg_temp as $$
  select c.id from citizens_identifier i join citizens_citizen c on c.id = i.citizen_id
   where i.kind = id_kind and i.number = id_number
     and (c.birth = born or (c.surname_key <> '' and (named = c.surname_key or starts_with(named, c.surname_key || ' '))))
     and not (past_sealed and czrm.is_sealed(c.id))
   order by exists (select from citizens_citizenlink l where l.citizen_id = c.id and l.institution_id = czrm.my_institution()) desc,
            i.verified_at is null, c.id limit 1
$$;

create function czrm.identify_citizen(id_kind text, id_number text, born date, named text, past_sealed boolean default false)
returns table (id bigint, uid uuid, name text, linked boolean, sealed boolean, officers bigint[])
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  mine bigint := czrm.my_institution();
  outside boolean := nullif(current_setting('czrm.client', true), '') is not null;
  found_id bigint := czrm.confirm_citizen(id_kind, id_number, born, named, past_sealed or outside);
begin
  if czrm.is_sealed(found_id) then  -- nothing of the person, but whom to call
    return query select found_id, null::uuid, '', false, true, array(
      select k.user_id from citizens_clearance k
       where k.citizen_id = found_id and k.institution_id = mine and k.how = 'named' and k.ended_at is null);
    return;
  end if;
  return query
  select c.id, c.uid, c.name::text,
         exists (select from citizens_citizenlink l where l.citizen_id = c.id and l.institution_id = mine), false, '{}'::bigint[]
    from citizens_citizen c where c.id = found_id;
end $$;

create function czrm.link_citizen(id_kind text, id_number text, born date, named text, why text) returns bigint
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  mine bigint := czrm.my_institution();
  found_id bigint := czrm.confirm_citizen(id_kind, id_number, born, named);
begin
  if found_id is null or czrm.is_sealed(found_id) then
    return null;
  end if;
  insert into citizens_citizenlink (citizen_id, institution_id, basis) values (found_id, mine, why) on conflict do nothing;
  return found_id;
end $$;

create function czrm.claim_identifier(citizen bigint, id_kind text, id_number text, land text, how text) returns void
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare other bigint;
begin
  perform pg_advisory_xact_lock(hashtext(id_kind || ':' || id_number));
  insert into citizens_identifier (citizen_id, kind, number, country, verified_at, verified_how)
  values (citizen, id_kind, id_number, land, case when how <> '' then now() end, how)
  on conflict (citizen_id, kind, number) do update
     set verified_at = coalesce(citizens_identifier.verified_at, excluded.verified_at),
         verified_how = coalesce(nullif(excluded.verified_how, ''), citizens_identifier.verified_how);
  for other in select i.citizen_id from citizens_identifier i where i.kind = id_kind and i.number = id_number and i.citizen_id <> citizen loop
    insert into citizens_matchcandidate (citizen_id, other_id, reasons, status)
    values (greatest(citizen, other), least(citizen, other), '["document_same"]', 'open') on conflict do nothing;
  end loop;
end $$;

create function czrm.register_citizen(person jsonb, words text[], id_kind text, id_number text, why text, apart boolean default false) returns bigint
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  mine bigint := czrm.my_institution();
  found_id bigint;
begin
  if id_number <> '' and not apart then
    perform pg_advisory_xact_lock(hashtext(id_kind || ':' || id_number));
    found_id := czrm.confirm_citizen(id_kind, id_number, (person->>'birth')::date, coalesce(person->>'surname_key', ''), true);
  end if;
  if found_id is null then
    insert into citizens_citizen (kind, name, given, surname, second_surname, surname_key, tokens, birth, state, language, channel, care)
    values (coalesce(person->>'kind', 'person'), person->>'name', coalesce(person->>'given', ''), coalesce(person->>'surname', ''),
            coalesce(person->>'second_surname', ''), coalesce(person->>'surname_key', ''), words, (person->>'birth')::date, 'active',
            coalesce(person->>'language', ''), coalesce(person->>'channel', ''), coalesce(person->>'care', ''))
    returning id into found_id;
    if id_number <> '' then
      perform czrm.claim_identifier(found_id, id_kind, id_number, coalesce(person->>'country', ''), '');
    end if;
  end if;
  insert into citizens_citizenlink (citizen_id, institution_id, basis) values (found_id, mine, why) on conflict do nothing;
  return found_id;
end $$;

create function czrm.correct_citizen(citizen bigint, person jsonb, words text[]) returns jsonb
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  mine bigint := czrm.my_institution();
  before jsonb;
begin
  if not exists (select from citizens_citizenlink l where l.citizen_id = citizen and l.institution_id = mine) or czrm.is_sealed(citizen) then
    return null;
  end if;
  select to_jsonb(c) into before from citizens_citizen c where c.id = citizen for update;
  if person ? 'state' and (person->>'state' = 'protected') <> (before->>'state' = 'protected') then
    raise insufficient_privilege using message = 'protection begins and ends with its own deeds';
  end if;
  update citizens_citizen c set
      kind = coalesce(person->>'kind', c.kind),
      name = coalesce(person->>'name', c.name), given = coalesce(person->>'given', c.given),
      surname = coalesce(person->>'surname', c.surname), second_surname = coalesce(person->>'second_surname', c.second_surname),
      surname_key = coalesce(person->>'surname_key', c.surname_key), tokens = coalesce(words, c.tokens),
      birth = case when person ? 'birth' then (person->>'birth')::date else c.birth end,
      state = coalesce(person->>'state', c.state), language = coalesce(person->>'language', c.language),
      channel = coalesce(person->>'channel', c.channel), care = coalesce(person->>'care', c.care)
   where c.id = citizen;
  return before;
end $$;

create function czrm.add_identifier(citizen bigint, id_kind text, id_number text, land text, how text) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare mine bigint := czrm.my_institution();
begin
  if not exists (select from citizens_citizenlink l where l.citizen_id = citizen and l.institution_id = mine) or czrm.is_sealed(citizen) then
    return false;
  end if;
  perform czrm.claim_identifier(citizen, id_kind, id_number, land, how);
  return true;
end $$;

alter function czrm.my_institution owner to czrm_definer;
alter function czrm.is_sealed_from owner to czrm_definer;
alter function czrm.is_sealed owner to czrm_definer;
alter function czrm.sealed_keys owner to czrm_definer;
alter function czrm.confirm_citizen owner to czrm_definer;
alter function czrm.identify_citizen owner to czrm_definer;
alter function czrm.link_citizen owner to czrm_definer;
alter function czrm.claim_identifier owner to czrm_definer;
alter function czrm.register_citizen owner to czrm_definer;
alter function czrm.correct_citizen owner to czrm_definer;
alter function czrm.add_identifier owner to czrm_definer;
revoke execute on function czrm.is_sealed_from, czrm.is_sealed, czrm.confirm_citizen, czrm.claim_identifier, czrm.identify_citizen, czrm.link_citizen, czrm.register_citizen,
  czrm.correct_citizen, czrm.add_identifier from public;
grant execute on function czrm.identify_citizen, czrm.link_citizen, czrm.register_citizen, czrm.correct_citizen, czrm.add_identifier to czrm_app;
"""
UNDO = """
drop function czrm.add_identifier; drop function czrm.correct_citizen; drop function czrm.register_citizen; drop function czrm.claim_identifier;
drop function czrm.link_citizen; drop function czrm.identify_citizen; drop function czrm.confirm_citizen;
drop function czrm.sealed_keys; drop function czrm.is_sealed; drop function czrm.is_sealed_from; drop function czrm.my_institution;
"""


class Migration(migrations.Migration):
    dependencies = [("citizens", "0001_person")]
    operations = [migrations.RunSQL(DEFINERS, UNDO)]
