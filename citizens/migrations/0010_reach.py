"""Who verified a way to reach somebody, who had a code sent, and a code to log in by telephone as by e-mail."""

from django.db import migrations, models

HOLDER = """
drop function czrm.sole_holder(text, text);

create function czrm.sole_holder(way text, reached text) returns bigint
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare mine bigint := czrm.my_institution();
begin
  if way = 'phone' then
    return (
      select min(p.id) filter (where p.institution_id = mine and p.verified_at is not null)
        from citizens_contactpoint p join citizens_citizen c on c.id = p.citizen_id
       where p.kind = 'phone' and p.value = reached and (p.valid_until is null or p.valid_until > statement_timestamp())
      having count(distinct p.citizen_id) = 1 and not bool_or(p.shared) and bool_and(c.state in ('active', 'protected')));
  end if;
  return (
    select min(p.id) filter (where p.institution_id = mine and p.verified_at is not null)
      from citizens_contactpoint p join citizens_citizen c on c.id = p.citizen_id
     where p.kind = 'email' and p.kind = way and lower(p.value) = lower(reached) and (p.valid_until is null or p.valid_until > statement_timestamp())
    having count(distinct p.citizen_id) = 1 and not bool_or(p.shared) and bool_and(c.state in ('active', 'protected')));
end $$;

alter function czrm.sole_holder owner to czrm_definer;
revoke execute on function czrm.sole_holder from public;
grant execute on function czrm.sole_holder to czrm_app;
"""


class Migration(migrations.Migration):
    dependencies = [("citizens", "0009_better_elsewhere")]
    operations = [
        migrations.AddField("contactpoint", "verified_by", models.CharField(blank=True, default="", max_length=200)),
        migrations.AddField("contactcode", "user_id", models.BigIntegerField(blank=True, null=True)),
        migrations.AddIndex("contactcode", models.Index(fields=["institution", "-sent_at"], name="code_of_institution")),
        migrations.RunSQL(HOLDER, migrations.RunSQL.noop),
    ]
