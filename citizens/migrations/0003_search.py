"""Finding people. Row-level security would take their index from `&&`, `%` and LIKE, so these functions hold the visibility test.

Each gives people the actor's institution may see (its own, and those an agreement opens for the stated purpose), never more than
`most`, whatever is asked. What they find is scored in Python.
"""

from django.db import migrations

SEARCH = """
create extension if not exists pg_trgm;
create function czrm.slips(word text) returns text[]
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select array_agg(distinct left(word, at - 1) || substr(word, at + 1)) || word from generate_series(1, length(word)) at
$$;
create index name_token_slips on citizens_nametoken using gin (czrm.slips(token));
create index name_token_like on citizens_nametoken using gin (token gin_trgm_ops);
create index identifier_start on citizens_identifier (number varchar_pattern_ops);
create index contact_point_email on citizens_contactpoint (lower(value)) where kind = 'email';
create index contact_point_address on citizens_contactpoint using gin (value gin_trgm_ops) where kind = 'address';
grant select on citizens_nametoken, citizens_contactpoint to czrm_definer;

create function czrm.visible_people(ids bigint[], most integer) returns setof citizens_citizen
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  seeing bigint[] := czrm.visible_institutions('citizen');
  sealed bigint[] := czrm.sealed_keys();
begin
  return query
  select c.* from unnest(ids) with ordinality wanted (id, place) join citizens_citizen c on c.id = wanted.id
   where c.id <> all(sealed)
     and exists (select from citizens_citizenlink l where l.citizen_id = c.id and l.institution_id = any(seeing))
   order by wanted.place
   limit least(most, 500);
end $$;

create function czrm.find_by_document(kinds text[], numbers text[], start text, most integer) returns setof citizens_citizen
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return query
  select * from czrm.visible_people(array(
    select i.citizen_id from unnest(kinds, numbers) typed (kind, number)
      join citizens_identifier i on i.number = typed.number and i.kind = typed.kind
    union
    (select i.citizen_id from citizens_identifier i
      where start <> '' and i.number ~>=~ start and i.number ~<~ (start || '~') limit 5000)), most);
end $$;

create function czrm.find_by_contact(way text, typed text, most integer) returns setof citizens_citizen
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare seeing bigint[] := czrm.visible_institutions('contact');
begin
  return query
  select * from czrm.visible_people(array(
    select p.citizen_id from citizens_contactpoint p
     where way = 'phone' and p.kind = 'phone' and p.value = typed and p.institution_id = any(seeing) and p.valid_until is null
    union
    select p.citizen_id from citizens_contactpoint p
     where way = 'email' and p.kind = 'email' and lower(p.value) = lower(typed) and p.institution_id = any(seeing)
       and p.valid_until is null), most);
end $$;

create function czrm.find_by_address(telling text, typed text, nearness real, most integer) returns setof citizens_citizen
language plpgsql stable security definer set search_path = public, pg_temp set pg_trgm.word_similarity_threshold = 0.8 as $$
declare seeing bigint[] := czrm.visible_institutions('contact');
begin
  perform set_config('pg_trgm.word_similarity_threshold', greatest(nearness, 0.6)::text, true);
  return query
  select * from czrm.visible_people(array(  -- the nearest first; of a protected person nobody learns where they live
    select p.citizen_id from citizens_contactpoint p
     where p.kind = 'address' and telling <% p.value and p.institution_id = any(seeing) and p.valid_until is null
       and not exists (select from citizens_citizen c where c.id = p.citizen_id and c.state = 'protected')
     order by word_similarity(telling, p.value) desc, word_similarity(typed, p.value) desc, p.id limit 100), most);
end $$;

create function czrm.find_by_birth(dates date[], most integer) returns setof citizens_citizen
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  seeing bigint[] := czrm.visible_institutions('citizen');
  sealed bigint[] := czrm.sealed_keys();
begin
  return query
  select c.* from citizens_citizen c
   where c.birth = any(dates) and c.id <> all(sealed)
     and exists (select from citizens_citizenlink l where l.citizen_id = c.id and l.institution_id = any(seeing))
   order by c.birth = dates[1] desc
   limit least(most, 500);
end $$;

create function czrm.likely_names(word text, readings text[], sound text, unfinished boolean, loosely boolean) returns varchar[]
language sql stable security definer set search_path = public, pg_temp set pg_trgm.similarity_threshold = 0.3 as $$
  select array_agg(distinct t.token)::varchar[] || readings::varchar[] from (
    (select n.token from citizens_nametoken n where n.key = sound order by n.seen desc limit 30)
    union all
    (select n.token from citizens_nametoken n where length(word) > 2 and czrm.slips(n.token) && czrm.slips(word)
      order by n.seen desc limit 100)
    union all
    (select n.token from citizens_nametoken n where unfinished and n.token ~>=~ word and n.token ~<~ (word || '~')
      order by n.seen desc limit 60)
    union all
    (select n.token from citizens_nametoken n
      where loosely and length(word) > 3 and n.token % word and abs(length(n.token) - length(word)) < 3
      order by similarity(n.token, word) desc limit 20)) t
$$;

create function czrm.find_by_name(typed jsonb, how text, born_from date, born_to date, most integer) returns setof citizens_citizen
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  seeing bigint[] := czrm.visible_institutions('citizen');
  exactly text[];
  nearly text[];
  ways text[];
  words varchar[] := array(select t->>'word' from jsonb_array_elements(typed) t);
  rest text := format(
    'c.id <> all(%L::bigint[])'
    ' and exists (select from citizens_citizenlink l where l.citizen_id = c.id and l.institution_id = any(%L::bigint[]))',
    czrm.sealed_keys(), seeing);
begin
  select array_agg(format('c.tokens && %L::varchar[]', t.readings)),
         array_agg(format('c.tokens && %L::varchar[]',
                          case when how <> 'same' then czrm.likely_names(t.word, t.readings, t.sound, t.unfinished, how = 'alike') end))
    into exactly, nearly from jsonb_to_recordset(typed) t (word text, readings text[], sound text, unfinished boolean);
  if exactly is null then
    return;
  end if;
  if how = 'same' then
    ways := array[array_to_string(exactly, ' and ')];
  elsif how = 'alike' then
    ways := array[array_to_string(nearly, ' and ')];
  end if;
  for other in 1 .. cardinality(exactly) loop
    if how = 'slip' then  -- one word is mistyped, or only sounds like it
      ways := ways || array_to_string(exactly[:other - 1] || nearly[other] || exactly[other + 1:], ' and ');
    elsif how = 'alike' and cardinality(exactly) > 2 then  -- one word may not be in the record
      ways := ways || array_to_string(nearly[:other - 1] || nearly[other + 1:], ' and ');
    end if;
  end loop;
  if born_from is not null then
    rest := rest || format(' and c.birth between %L and %L', born_from, born_to);
  end if;
  return query execute format(
    'select c.* from (select c.* from citizens_citizen c where ((%s)) and %s limit 2000) c'
    ' order by (select count(*) from unnest(%L::varchar[]) w where w = any(c.tokens)) desc, cardinality(c.tokens) limit %s',
    array_to_string(ways, ') or ('), rest, words, least(most, 500));
end $$;

alter function czrm.visible_people owner to czrm_definer;
alter function czrm.find_by_document owner to czrm_definer;
alter function czrm.find_by_contact owner to czrm_definer;
alter function czrm.find_by_address owner to czrm_definer;
alter function czrm.find_by_birth owner to czrm_definer;
alter function czrm.likely_names owner to czrm_definer;
alter function czrm.find_by_name owner to czrm_definer;
revoke execute on function czrm.visible_people, czrm.find_by_document, czrm.find_by_contact, czrm.find_by_address, czrm.find_by_birth,
  czrm.likely_names, czrm.find_by_name from public;
grant execute on function czrm.find_by_document, czrm.find_by_contact, czrm.find_by_address, czrm.find_by_birth, czrm.find_by_name
  to czrm_app;
"""
UNDO = """
drop function czrm.find_by_name; drop function czrm.likely_names; drop function czrm.find_by_birth; drop function czrm.find_by_address;
drop function czrm.find_by_contact;
drop function czrm.find_by_document; drop function czrm.visible_people;
drop index contact_point_address; drop index contact_point_email; drop index identifier_start; drop index name_token_like;
drop index name_token_slips; drop function czrm.slips;
"""


class Migration(migrations.Migration):
    dependencies = [("citizens", "0002_definers")]
    operations = [migrations.RunSQL(SEARCH, UNDO)]
