"""How the dispatcher, which works for every institution, takes what waits: ids only, and each for a minute."""

from django.db import migrations

LEASE = """
grant select, update on trail_event to czrm_definer;

create function czrm.lease_events(cap int) returns table (id bigint, institution_id bigint)
language sql volatile security definer set search_path = public, pg_temp as $$
  update trail_event e set leased_until = now() + interval '1 minute'
   where e.id in (select w.id from trail_event w
                   where w.dispatched_at is null and (w.leased_until is null or w.leased_until < now())
                   order by w.id for update skip locked limit cap)
  returning e.id, e.institution_id
$$;

create function czrm.oldest_event_waiting() returns timestamptz
language sql stable security definer set search_path = public, pg_temp as $$
  select at from trail_event where dispatched_at is null order by id limit 1
$$;

alter function czrm.lease_events owner to czrm_definer;
alter function czrm.oldest_event_waiting owner to czrm_definer;
revoke execute on function czrm.lease_events, czrm.oldest_event_waiting from public;
grant execute on function czrm.lease_events, czrm.oldest_event_waiting to czrm_app;
"""


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_records")]
    operations = [migrations.RunSQL(LEASE, "drop function czrm.lease_events; drop function czrm.oldest_event_waiting")]
