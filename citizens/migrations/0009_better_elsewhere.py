"""Whether another institution knows better, told as nothing but that: neither the value nor whose it is.

Only of people the asking institution deals with, of attributes that are built in (a code of its own would tell whose it is), never
of protected people. The values are not compared: whoever guesses one must not learn that it is right. Of health, benefits and legal
matters one learns only that one's own value may be old, since to have such a value at all tells something.
"""

from django.db import migrations, models

BETTER = """
grant select on citizens_fact, citizens_citizen, citizens_citizenlink to czrm_definer;

create function czrm.better_elsewhere(who bigint, attributes text[]) returns text[]
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  mine bigint := nullif(current_setting('czrm.institution', true), '')::bigint;
begin
  if not exists (select from citizens_citizenlink l join citizens_citizen c on c.id = l.citizen_id
                  where l.citizen_id = who and l.institution_id = mine and c.state <> 'protected') then
    return '{}';
  end if;
  return array(
    with live as materialized (
      select f.attribute, f.category, f.institution_id = mine as own,
             f.institution_id = mine or f.institution_id = any(czrm.visible_institutions(f.category)) as seen,
             (f.verified_at is not null, coalesce(f.observed_on, f.stated_at::date)) as worth
        from citizens_fact f where f.citizen_id = who and f.retired_at is null and f.attribute = any(attributes))
    select distinct e.attribute::text from live e
     where not e.seen
       and not exists (select from live s where s.attribute = e.attribute and s.seen and s.worth >= e.worth)
       and (e.category not in ('health', 'benefits', 'legal') or exists (select from live s where s.attribute = e.attribute and s.own)));
end $$;

alter function czrm.better_elsewhere owner to czrm_definer;
revoke execute on function czrm.better_elsewhere from public;
grant execute on function czrm.better_elsewhere to czrm_app;
"""
STATES = [
    ("active", "Active"), ("deceased", "Deceased"), ("dissolved", "Dissolved"), ("protected", "Protected"), ("blocked", "Blocked"),
]  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("citizens", "0008_finding")]
    operations = [
        migrations.AlterField("citizen", "state", models.CharField(choices=STATES, default="active", max_length=10, verbose_name="state")),
        migrations.AddConstraint(
            "fact",
            models.UniqueConstraint(
                condition=models.Q(("retired_at", None)), fields=("citizen", "institution", "category", "attribute"), name="one_live_fact"
            ),
        ),
        migrations.RunSQL(BETTER, "drop function czrm.better_elsewhere"),
    ]
