"""Deciding whether two records are one person, without telling anybody of a person they may not see.

An institution is shown the pairs of which it attends both, and no other: to be told that somebody else holds a document would answer
the question that registering leaves open. Pairs that no institution attends both of are shown to the platform, as what identifies
them and no more; those of protected people to nobody. Whoever was decided to be different is not offered again.
"""

import czrm.kit.fields
from django.db import migrations, models

MATCHES = """
grant select on institutions_institution, citizens_portallogin to czrm_definer;

create function czrm.match_reach(one bigint, two bigint) returns text
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  mine bigint := czrm.my_institution();
  sealed bigint[] := nullif(current_setting('czrm.sealed', true), '')::bigint[];
begin
  if (select count(*) from citizens_citizenlink l where l.citizen_id in (one, two) and l.institution_id = mine) = 2 then
    return case when (one = any(sealed) or two = any(sealed)) is true then null else 'ours' end;
  end if;
  return case when exists (select from institutions_institution i where i.id = mine and i.kind = 'platform')
                and not exists (select from citizens_citizen c where c.id in (one, two) and c.state = 'protected')
                and not exists (select from citizens_citizenlink a join citizens_citizenlink b on b.institution_id = a.institution_id
                                 where a.citizen_id = one and b.citizen_id = two)
         then 'across' end;
end $$;

create function czrm.matches(only_one uuid, most integer)
returns table (match uuid, one bigint, two bigint, reach text, verdict text, found timestamptz, later timestamptz, waiting boolean,
               decided timestamptz, who text, why text, remark text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare mine bigint := czrm.my_institution();
begin
  return query
  select m.uid, m.citizen_id, m.other_id, r.reach, m.status::text, m.found_at, m.later_until,
         exists (select from citizens_portallogin l join citizens_identifier i on i.kind = l.id_kind and i.number = l.id_number
                  where l.status = 'waiting' and l.institution_id = mine and i.citizen_id in (m.citizen_id, m.other_id)),
         m.decided_at, m.decided_by::text, m.decided_why::text, m.note::text
    from citizens_matchcandidate m cross join lateral (select czrm.match_reach(m.citizen_id, m.other_id) as reach) r
   where (only_one is null or m.uid = only_one) and r.reach is not null
   order by m.status = 'open' desc, coalesce(m.decided_at, m.found_at) desc limit least(most, 500);
end $$;

create function czrm.match_sides(pairs uuid[]) returns table (match uuid, person jsonb)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return query
  select m.uid, jsonb_build_object(
           'id', c.id, 'kind', c.kind, 'name', c.name, 'given', c.given, 'surname', c.surname, 'second_surname', c.second_surname,
           'birth', c.birth, 'state', c.state,
           'documents', (select coalesce(jsonb_agg(jsonb_build_array(i.kind, i.number, i.verified_at is not null)
                                                     order by i.verified_at, i.id), '[]')
                           from citizens_identifier i where i.citizen_id = c.id),
           'institutions', (select coalesce(jsonb_agg(b.name order by b.name), '[]') from citizens_citizenlink l
                              join institutions_institution b on b.id = l.institution_id where l.citizen_id = c.id))
    from citizens_matchcandidate m join citizens_citizen c on c.id in (m.citizen_id, m.other_id)
   where m.uid = any(pairs) and czrm.match_reach(m.citizen_id, m.other_id) = 'across';
end $$;

create function czrm.suspect_match(one bigint, others bigint[], codes jsonb) returns integer
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare told integer;
begin
  insert into citizens_matchcandidate (citizen_id, other_id, reasons, status)
  select greatest(one, o.id), least(one, o.id), codes, 'open' from unnest(others) o (id)
   where o.id <> one and czrm.match_reach(one, o.id) = 'ours' on conflict do nothing;
  get diagnostics told = row_count;
  return told;
end $$;

create function czrm.decide_match(which uuid, said text, why text, remark text, who text, days integer)
returns table (one bigint, two bigint)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare pair citizens_matchcandidate;
begin
  select * into pair from citizens_matchcandidate m where m.uid = which for update;
  if pair.id is null or czrm.match_reach(pair.citizen_id, pair.other_id) is null
     or (said in ('same', 'different', 'later') and pair.status = 'open' or said = 'open' and pair.status <> 'open') is not true then
    return;
  end if;
  update citizens_matchcandidate m set
      status = case said when 'later' then 'open' else said end,
      later_until = case said when 'later' then statement_timestamp() + make_interval(days => days) end,
      decided_at = case when said <> 'open' then statement_timestamp() end,
      decided_by = case when said <> 'open' then left(who, 200) else '' end,
      decided_why = case when said <> 'open' then left(why, 12) else '' end, note = case when said <> 'open' then left(remark, 240) else '' end
   where m.id = pair.id;
  return query select pair.citizen_id, pair.other_id;
end $$;

create function czrm.doubles(whom bigint) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  mine bigint := nullif(current_setting('czrm.institution', true), '')::bigint;
  sealed bigint[] := nullif(current_setting('czrm.sealed', true), '')::bigint[];
  seeing bigint[];
begin
  if mine is null or not exists (
      select from citizens_matchcandidate m where whom in (m.citizen_id, m.other_id) and m.status in ('open', 'same')) then
    return '[]';
  end if;
  seeing := czrm.visible_institutions('citizen');
  return (
    select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'status', d.status, 'match', d.uid) order by d.uid), '[]')
      from (select m.citizen_id + m.other_id - whom as id, m.status, m.uid, m.citizen_id, m.other_id from citizens_matchcandidate m
             where whom in (m.citizen_id, m.other_id) and m.status in ('open', 'same')) d
     where (d.status = 'same' or czrm.match_reach(d.citizen_id, d.other_id) = 'ours')
       and (d.citizen_id = any(sealed) or d.other_id = any(sealed)) is not true
       and not exists (select from unnest(array[d.citizen_id, d.other_id]) side (id)
                        where not exists (select from citizens_citizenlink l where l.citizen_id = side.id and l.institution_id = any(seeing))));
end $$;

alter function czrm.match_reach owner to czrm_definer;
alter function czrm.matches owner to czrm_definer;
alter function czrm.match_sides owner to czrm_definer;
alter function czrm.suspect_match owner to czrm_definer;
alter function czrm.decide_match owner to czrm_definer;
alter function czrm.doubles owner to czrm_definer;
revoke execute on function czrm.match_reach, czrm.matches, czrm.match_sides, czrm.suspect_match, czrm.decide_match, czrm.doubles from public;
grant execute on function czrm.matches, czrm.match_sides, czrm.suspect_match, czrm.decide_match, czrm.doubles to czrm_app;
"""
UNDO = """
drop function czrm.doubles; drop function czrm.decide_match; drop function czrm.suspect_match; drop function czrm.match_sides;
drop function czrm.matches; drop function czrm.match_reach;
"""


class Migration(migrations.Migration):
    dependencies = [("citizens", "0010_reach")]
    operations = [
        migrations.AddField("matchcandidate", "uid", models.UUIDField(db_default=czrm.kit.fields.UuidV7(), editable=False, unique=True)),
        migrations.AddField("matchcandidate", "later_until", models.DateTimeField(null=True)),
        migrations.AddField("matchcandidate", "decided_at", models.DateTimeField(null=True)),
        migrations.AddField("matchcandidate", "decided_by", models.CharField(blank=True, db_default="", max_length=200)),
        migrations.AddField("matchcandidate", "decided_why", models.CharField(blank=True, db_default="", max_length=12)),
        migrations.AddField("matchcandidate", "note", models.CharField(blank=True, db_default="", max_length=240)),
        migrations.RunSQL(MATCHES, UNDO),
    ]
