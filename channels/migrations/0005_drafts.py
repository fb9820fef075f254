"""Requests begun in the portal: a table that nobody reads, and the functions that open one to whoever knows its code."""

from django.db import migrations

DRAFTS = """
grant select, insert, update, delete on channels_draft to czrm_definer;

create function czrm.keep_draft(code_digest text, about bigint, words jsonb, until timestamptz) returns boolean
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  here bigint := nullif(current_setting('czrm.portal', true), '')::bigint;
  done bigint;
begin
  delete from channels_draft d where d.expires_at < now();
  insert into channels_draft as d (institution_id, procedure_id, digest, kept, expires_at)
  values (here, about, code_digest, words, until)
  on conflict (digest) do update set kept = excluded.kept, expires_at = excluded.expires_at
   where d.institution_id = here and d.procedure_id = about and d.case_id is null
  returning d.id into done;
  return done is not null;
end $$;

create function czrm.open_draft(code_digest text) returns table (about bigint, words jsonb, sent_as bigint, until timestamptz)
language sql volatile security definer set search_path = public, pg_temp as $$
  select d.procedure_id, d.kept, d.case_id, d.expires_at from channels_draft d
   where d.digest = code_digest and d.expires_at > now()
     and d.institution_id = nullif(current_setting('czrm.portal', true), '')::bigint
   for update
$$;

create function czrm.empty_draft(code_digest text, became bigint) returns void
language sql volatile security definer set search_path = public, pg_temp as $$
  update channels_draft d set kept = '{}', case_id = became, expires_at = now() + interval '1 day'
   where d.digest = code_digest and d.case_id is null and d.institution_id = nullif(current_setting('czrm.portal', true), '')::bigint
$$;

create function czrm.drop_draft(code_digest text) returns void
language sql volatile security definer set search_path = public, pg_temp as $$
  delete from channels_draft d
   where d.digest = code_digest and d.institution_id = nullif(current_setting('czrm.portal', true), '')::bigint
$$;

alter function czrm.keep_draft owner to czrm_definer;
alter function czrm.open_draft owner to czrm_definer;
alter function czrm.empty_draft owner to czrm_definer;
alter function czrm.drop_draft owner to czrm_definer;
revoke execute on function czrm.keep_draft, czrm.open_draft, czrm.empty_draft, czrm.drop_draft from public;
grant execute on function czrm.keep_draft, czrm.open_draft, czrm.empty_draft, czrm.drop_draft to czrm_app;
"""
UNDO = "drop function czrm.keep_draft; drop function czrm.open_draft; drop function czrm.empty_draft; drop function czrm.drop_draft"


class Migration(migrations.Migration):
    dependencies = [("channels", "0004_tracking")]
    operations = [migrations.RunSQL(DRAFTS, UNDO)]
