"""What the door asks before it opens: which contact a code in the address stands for, of this user at this institution."""

from django.db import migrations

ERRAND = """
grant select on channels_contact to czrm_definer;

create function czrm.errand_of(contact text, institution bigint, who bigint) returns table (id bigint, purpose_id bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select c.id, c.purpose_id from channels_contact c
   where c.code = contact and c.institution_id = institution and c.user_id = who and c.ended_at is null
$$;

alter function czrm.errand_of owner to czrm_definer;
revoke execute on function czrm.errand_of from public;
grant execute on function czrm.errand_of to czrm_app;
"""


class Migration(migrations.Migration):
    dependencies = [("channels", "0002_lease")]
    operations = [migrations.RunSQL(ERRAND, "drop function czrm.errand_of")]
