"""The sender takes only what it has a way out for: an e-mail waits where no mail goes out, and holds no short message up."""

from django.db import migrations

LEASE = """
drop function czrm.lease_notices(int);

create function czrm.lease_notices(cap int, ways text[] default null) returns table (id bigint, institution_id bigint, attempt smallint)
language sql volatile security definer set search_path = public, pg_temp as $$
  update channels_notice n set leased_until = now() + interval '90 seconds', attempt = n.attempt + 1
   where n.id in (select w.id from channels_notice w
                   where w.status = 'waiting' and w.due_at <= now() and (w.leased_until is null or w.leased_until < now())
                     and (ways is null or w.channel = any(ways))
                   order by w.due_at, w.id for update skip locked limit cap)
  returning n.id, n.institution_id, n.attempt
$$;

alter function czrm.lease_notices owner to czrm_definer;
revoke execute on function czrm.lease_notices from public;
grant execute on function czrm.lease_notices to czrm_app;
"""


class Migration(migrations.Migration):
    dependencies = [("channels", "0008_sealed")]
    operations = [migrations.RunSQL(LEASE, migrations.RunSQL.noop)]
