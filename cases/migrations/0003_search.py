"""Words of a case's title: an index that row-level security would hide from the planner, and the function that may use it."""

from django.db import migrations

SEARCH = r"""
create function czrm.plain_words(title text) returns tsvector language sql immutable parallel safe as $$
  select to_tsvector('simple', translate(lower(title), 'áéíóúàèìòùäëïöüâêîôûñç', 'aeiouaeiouaeiouaeiounc'))
$$;
create index case_title_words on cases_case using gin (czrm.plain_words(title));

create function czrm.search_cases(words text, most int) returns table (id bigint)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  asked tsquery;
begin
  select to_tsquery('simple', string_agg(lexeme || ':*', ' & ')) into asked
    from unnest(czrm.plain_words(left(words, 80))) where lexeme ~ '^\w+$';
  if asked is null then
    return;
  end if;
  return query
    select c.id from cases_case c
     where czrm.plain_words(c.title) @@ asked and (c.citizen_id = any (nullif(current_setting('czrm.sealed', true), '')::bigint[])) is not true
       and c.institution_id = any ((select czrm.visible_institutions('case'))::bigint[])
     order by c.id desc limit least(most, 500);
end $$;
alter function czrm.search_cases(text, int) owner to czrm_definer;
revoke all on function czrm.search_cases(text, int) from public;
grant execute on function czrm.search_cases(text, int) to czrm_app;
grant execute on function czrm.plain_words(text) to czrm_app, czrm_definer;
"""
UNDO = """
drop function czrm.search_cases(text, int);
drop index case_title_words;
drop function czrm.plain_words(text);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_sequences")]
    operations = [migrations.RunSQL(SEARCH, UNDO)]
