"""People by what an institution itself states of them, where it says that people are found by it: exact, but for case and punctuation."""

from django.db import migrations

FINDING = """
create function czrm.plain(value text) returns text
language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select lower(regexp_replace(value, '[^[:alnum:]]', '', 'g'))
$$;
create index fact_plain on citizens_fact (institution_id, czrm.plain(value)) where retired_at is null and length(value) <= 60;
grant select on citizens_attribute, citizens_fact to czrm_definer;

create function czrm.find_by_fact(typed text[], most integer)
returns table (id bigint, kind varchar, name varchar, given varchar, surname varchar, second_surname varchar, birth date,
    code varchar, value varchar)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  mine bigint := nullif(current_setting('czrm.institution', true), '')::bigint;
  sealed bigint[] := czrm.sealed_keys();
  words text[] := array(select w from (select czrm.plain(t) w from unnest(typed) t) plain where length(w) > 2);
begin
  return query
  select c.id, c.kind, c.name, c.given, c.surname, c.second_surname, c.birth, f.attribute, f.value
    from citizens_fact f
    join citizens_attribute a on a.institution_id = f.institution_id and a.code = f.attribute and a.category = f.category
    join citizens_citizen c on c.id = f.citizen_id
   where f.institution_id = mine and czrm.plain(f.value) = any(words) and f.retired_at is null and length(f.value) <= 60
     and a.searchable and a.kind in ('text', 'number', 'date')
     and not (c.state = 'protected' and (f.category = 'residence' or f.category = 'contact' and a.kind = 'text'))  -- see record.locates
     and exists (select from citizens_citizenlink l where l.citizen_id = c.id and l.institution_id = mine)
     and c.id <> all(sealed)
   order by c.name, c.id
   limit least(most, 500);
end $$;

alter function czrm.find_by_fact owner to czrm_definer;
revoke execute on function czrm.find_by_fact from public;
grant execute on function czrm.find_by_fact to czrm_app;
"""
UNDO = "drop function czrm.find_by_fact; drop index fact_plain; drop function czrm.plain;"


class Migration(migrations.Migration):
    dependencies = [("citizens", "0007_logins")]
    operations = [migrations.RunSQL(FINDING, UNDO)]
