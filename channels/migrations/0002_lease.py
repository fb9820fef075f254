"""How the sender takes notices of every institution: ids only, each for longer than a provider may take, fenced by its attempt."""

from django.db import migrations

LEASE = """
grant select, update on channels_notice to czrm_definer;

create function czrm.lease_notices(cap int) returns table (id bigint, institution_id bigint, attempt smallint)
language sql volatile security definer set search_path = public, pg_temp as $$
  update channels_notice n set leased_until = now() + interval '90 seconds', attempt = n.attempt + 1
   where n.id in (select w.id from channels_notice w
                   where w.status = 'waiting' and w.due_at <= now() and (w.leased_until is null or w.leased_until < now())
                   order by w.due_at, w.id for update skip locked limit cap)
  returning n.id, n.institution_id, n.attempt
$$;

create function czrm.oldest_notice_waiting() returns timestamptz
language sql stable security definer set search_path = public, pg_temp as $$
  select min(due_at) from channels_notice where status = 'waiting'
$$;

alter function czrm.lease_notices owner to czrm_definer;
alter function czrm.oldest_notice_waiting owner to czrm_definer;
revoke execute on function czrm.lease_notices, czrm.oldest_notice_waiting from public;
grant execute on function czrm.lease_notices, czrm.oldest_notice_waiting to czrm_app;
"""


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_conversation")]
    operations = [migrations.RunSQL(LEASE, "drop function czrm.lease_notices; drop function czrm.oldest_notice_waiting")]
