"""The door learns at once how the person of a contact came and who it is, so that no page asks again; of a protected one, not who."""

from django.db import migrations

KNOWS = """
drop function czrm.errand_of;
create function czrm.errand_of(contact text, institution bigint, who bigint)
returns table (id bigint, purpose_id bigint, way text, citizen_id bigint)
language sql stable security definer set search_path = public, pg_temp as $$
  select c.id, c.purpose_id, c.channel::text, case when not czrm.is_sealed_from(c.citizen_id, institution, who) then c.citizen_id end
    from channels_contact c
   where c.code = contact and c.institution_id = institution and c.user_id = who and c.ended_at is null
$$;

alter function czrm.errand_of owner to czrm_definer;
revoke execute on function czrm.errand_of from public;
grant execute on function czrm.errand_of to czrm_app;
"""


class Migration(migrations.Migration):
    dependencies = [("channels", "0006_mandates"), ("citizens", "0006_protection")]
    operations = [migrations.RunSQL(KNOWS, migrations.RunSQL.noop)]
