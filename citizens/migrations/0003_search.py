"""Finding people. Row-level security would take their index from `&&`, `%` and LIKE, so these functions hold the visibility test.

Each gives people the actor's institution may see (its own, and those an agreement opens for the stated purpose), never more than
`most`, whatever is asked. What they find is scored in Python.
"""

from django.db import migrations

SEARCH = """
create extension if not exists pg_trgm;
create index name_token_like on citizens_nametoken using gin (token gin_trgm_ops);
create index identifier_start on citizens_identifier (number varchar_pattern_ops);
create index contact_point_email on citizens_contactpoint (lower(value)) where kind = 'email';
create index contact_point_address on citizens_contactpoint using gin (value gin_trgm_ops) where kind = 'address';
grant select on citizens_nametoken, citizens_contactpoint to czrm_definer;

create function czrm.visible_people(ids bigint[], most integer) returns setof citizens_citizen
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare seeing bigint[] := czrm.visible_institutions('citizen');
begin
  return query
  select c.* from citizens_citizen c
   where c.id = any(ids)
     and exists (select from citizens_citizenlink l where l.citizen_id = c.id and l.institution_id = any(seeing))
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
     where way = 'email' and p.kind = 'email' and lower(p.value) = lower(typed) and p.institution_id = any(seeing) and p.valid_until is null
    union
    (select p.citizen_id from citizens_contactpoint p
     where way = 'address' and p.kind = 'address' and typed <% p.value and p.institution_id = any(seeing) and p.valid_until is null
     order by word_similarity(typed, p.value) desc limit 100)), most);
end $$;

create function czrm.find_by_birth(dates date[], most integer) returns setof citizens_citizen
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare seeing bigint[] := czrm.visible_institutions('citizen');
begin
  return query
  select c.* from citizens_citizen c
   where c.birth = any(dates)
     and exists (select from citizens_citizenlink l where l.citizen_id = c.id and l.institution_id = any(seeing))
   order by c.birth = dates[1] desc
   limit least(most, 500);
end $$;

create function czrm.likely_names(word text, readings text[], sound text, unfinished boolean)
returns table (tokens varchar[], seen bigint)
language plpgsql stable security definer set search_path = public, pg_temp set pg_trgm.similarity_threshold = 0.3 as $$
begin
  return query
  select array_agg(distinct t.token)::varchar[] || readings::varchar[], coalesce(sum(t.seen), 0)::bigint from (
    select n.token, n.seen from citizens_nametoken n where n.token = any(readings)
    union
    (select n.token, n.seen from citizens_nametoken n where n.key = sound order by n.seen desc limit 30)
    union
    (select n.token, n.seen from citizens_nametoken n where unfinished and n.token ~>=~ word and n.token ~<~ (word || '~')
      order by n.seen desc limit 60)
    union
    (select n.token, n.seen from citizens_nametoken n
      where length(word) > 3 and n.token % word and abs(length(n.token) - length(word)) < 3
      order by similarity(n.token, word) desc limit 20)) t;
end $$;

create function czrm.find_by_name(typed jsonb, born_from date, born_to date, most integer) returns setof citizens_citizen
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  seeing bigint[] := czrm.visible_institutions('citizen');
  words text[] := array(select t->>'word' from jsonb_array_elements(typed) t);
  tests text[];
  loosely text[];
  rest text := format(
    'exists (select from citizens_citizenlink l where l.citizen_id = c.id and l.institution_id = any(%L::bigint[]))', seeing);
  command text;
begin
  select array_agg(format('c.tokens && %L::varchar[]', n.tokens) order by n.seen) into tests
    from jsonb_array_elements(typed) t,
         czrm.likely_names(t->>'word', array(select jsonb_array_elements_text(t->'readings')), t->>'sound', (t->>'unfinished')::boolean) n;
  if tests is null then
    return;
  end if;
  if born_from is not null then
    rest := rest || format(' and c.birth between %L and %L', born_from, born_to);
  end if;
  command := 'select c.* from citizens_citizen c where (%s) and %s order by (c.tokens @> %L::varchar[]) desc limit %s';
  return query execute format(command, array_to_string(tests, ' and '), rest, words, least(most, 500));
  if found or cardinality(tests) < 3 then
    return;
  end if;
  for leave in 1 .. cardinality(tests) loop  -- one of the words may not be in the record, or be too mistyped
    loosely := loosely || ('(' || array_to_string(tests[:leave - 1] || tests[leave + 1:], ' and ') || ')');
  end loop;
  return query execute format(command, array_to_string(loosely, ' or '), rest, words, least(most, 500));
end $$;

alter function czrm.visible_people owner to czrm_definer;
alter function czrm.find_by_document owner to czrm_definer;
alter function czrm.find_by_contact owner to czrm_definer;
alter function czrm.find_by_birth owner to czrm_definer;
alter function czrm.likely_names owner to czrm_definer;
alter function czrm.find_by_name owner to czrm_definer;
revoke execute on function czrm.visible_people, czrm.find_by_document, czrm.find_by_contact, czrm.find_by_birth, czrm.likely_names,
  czrm.find_by_name from public;
grant execute on function czrm.find_by_document, czrm.find_by_contact, czrm.find_by_birth, czrm.find_by_name to czrm_app;
"""
UNDO = """
drop function czrm.find_by_name; drop function czrm.likely_names; drop function czrm.find_by_birth; drop function czrm.find_by_contact;
drop function czrm.find_by_document; drop function czrm.visible_people;
drop index contact_point_address; drop index contact_point_email; drop index identifier_start; drop index name_token_like;
"""


class Migration(migrations.Migration):
    dependencies = [("citizens", "0002_definers")]
    operations = [migrations.RunSQL(SEARCH, UNDO)]
