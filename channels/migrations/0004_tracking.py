"""A guest sees no case before its key is shown: this tells its id only to whoever has both the number and the key of one."""

from django.db import migrations

TRACKING = """
grant select on cases_case to czrm_definer;

create function czrm.case_by_tracking(case_number text, key_digest text, portal bigint) returns bigint
language sql stable security definer set search_path = public, pg_temp as $$
  select c.id from cases_case c
   where c.number = case_number and c.institution_id = portal and length(key_digest) = 64 and c.tracking_digest = key_digest
     and portal = nullif(current_setting('czrm.portal', true), '')::bigint
$$;

alter function czrm.case_by_tracking owner to czrm_definer;
revoke execute on function czrm.case_by_tracking from public;
grant execute on function czrm.case_by_tracking to czrm_app;
"""


class Migration(migrations.Migration):
    dependencies = [("channels", "0003_errand"), ("cases", "0002_sequences")]
    operations = [migrations.RunSQL(TRACKING, "drop function czrm.case_by_tracking")]
