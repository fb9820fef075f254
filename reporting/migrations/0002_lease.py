"""How a worker, which works for every institution, takes an export that waits, and which ones have had their day: ids only."""

from django.db import migrations

LEASE = """
grant select, update on reporting_export to czrm_definer;

create function czrm.lease_exports(cap int) returns table (id bigint, institution_id bigint)
language sql volatile security definer set search_path = public, pg_temp as $$
  update reporting_export e set leased_until = now() + interval '2 minutes', attempts = e.attempts + 1
   where e.id in (select w.id from reporting_export w
                   where w.status in ('waiting', 'running') and (w.leased_until is null or w.leased_until <= now())
                   order by w.id for update skip locked limit cap)
  returning e.id, e.institution_id
$$;

create function czrm.expired_exports(cap int) returns table (id bigint, institution_id bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select e.id, e.institution_id from reporting_export e where e.expires_at <= now() order by e.expires_at limit cap
$$;

alter function czrm.lease_exports owner to czrm_definer;
alter function czrm.expired_exports owner to czrm_definer;
revoke execute on function czrm.lease_exports, czrm.expired_exports from public;
grant execute on function czrm.lease_exports, czrm.expired_exports to czrm_app;
"""


class Migration(migrations.Migration):
    dependencies = [("reporting", "0001_exports")]
    operations = [migrations.RunSQL(LEASE, "drop function czrm.lease_exports; drop function czrm.expired_exports")]
