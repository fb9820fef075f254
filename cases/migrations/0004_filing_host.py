"""Into which institution the client at hand may file: the one that registered it, as long as both are active."""

from django.db import migrations

HOST = """
grant select on institutions_client, institutions_institution to czrm_definer;

create function czrm.filing_host() returns bigint
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(c.host_id, c.institution_id) from institutions_client c
    join institutions_institution i on i.id = coalesce(c.host_id, c.institution_id) and i.active
   where c.id = nullif(current_setting('czrm.client', true), '')::bigint and c.active
     and c.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint
$$;
alter function czrm.filing_host owner to czrm_definer;
revoke execute on function czrm.filing_host from public;
grant execute on function czrm.filing_host to czrm_app;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_search"), ("institutions", "0002_walls")]
    operations = [migrations.RunSQL(HOST, "drop function czrm.filing_host")]
