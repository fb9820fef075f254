"""Every row of the trail gets a digest when it is written, and segments of digests are signed (see czrm/trail/sealing.py).

The columns are the database's own: no model knows them, and no statement of the application names them.
"""

from django.db import migrations, models

DIGESTS = r"""
-- one call a row: an expression of thirty parts would be made ready anew at each insert, which was measured at five times the cost
create function czrm.digest_of_event(salt uuid, kept bytea, id bigint, institution_id bigint, citizen_id bigint, case_id bigint, kind text, user_id bigint, contact_id
  bigint, subject text, public boolean, at timestamptz, by text, data jsonb)
returns bytea language plpgsql immutable parallel safe as $$
begin
  return sha256(convert_to(concat(id, chr(31), institution_id, chr(31), citizen_id, chr(31), case_id, chr(31), kind, chr(31), user_id,
    chr(31), contact_id, chr(31), subject, chr(31), public, chr(31), extract(epoch from at)), 'UTF8') || coalesce(kept,
    sha256(uuid_send(salt) || convert_to(concat(by, chr(31), data), 'UTF8'))));
end $$;

create function czrm.digest_of_accessentry(salt uuid, kept bytea, id bigint, institution_id bigint, citizen_id bigint, purpose_id bigint, user_id bigint, contact_id bigint,
  verb text, categories varchar[], owners bigint[], page_view uuid, refused smallint, at timestamptz, visible_from timestamptz, by
  text, subject text)
returns bytea language plpgsql immutable parallel safe as $$
begin
  return sha256(convert_to(concat(id, chr(31), institution_id, chr(31), citizen_id, chr(31), purpose_id, chr(31), user_id, chr(31),
    contact_id, chr(31), verb, chr(31), categories, chr(31), owners, chr(31), page_view, chr(31), refused, chr(31), extract(epoch from
    at), chr(31), extract(epoch from visible_from)), 'UTF8') || coalesce(kept, sha256(uuid_send(salt) || convert_to(concat(by, chr(31),
    subject), 'UTF8'))));
end $$;

create function czrm.digest_of_change(salt uuid, kept bytea, id bigint, institution_id bigint, content_type_id int, object_pk text, object_id bigint, action smallint,
  "timestamp" timestamptz, cid text, object_repr text, changes jsonb, changes_text text, serialized_data jsonb, additional_data jsonb,
  actor_email text, remote_addr inet, remote_port int)
returns bytea language plpgsql immutable parallel safe as $$
begin
  return sha256(convert_to(concat(id, chr(31), institution_id, chr(31), content_type_id, chr(31), object_pk, chr(31), object_id, chr(31),
    action, chr(31), extract(epoch from "timestamp"), chr(31), cid), 'UTF8') || coalesce(kept, sha256(uuid_send(salt) ||
    convert_to(concat(object_repr, chr(31), changes, chr(31), changes_text, chr(31), serialized_data, chr(31), additional_data,
    chr(31), actor_email, chr(31), host(remote_addr), chr(31), remote_port), 'UTF8'))));
end $$;

alter table trail_event add column salt uuid default gen_random_uuid(), add column kept bytea;
alter table trail_event add column digest bytea generated always as (
  czrm.digest_of_event(salt, kept, id, institution_id, citizen_id, case_id, kind, user_id, contact_id, subject, public, at, by, data)) stored;
alter table trail_accessentry add column salt uuid default gen_random_uuid(), add column kept bytea;
alter table trail_accessentry add column digest bytea generated always as (
  czrm.digest_of_accessentry(salt, kept, id, institution_id, citizen_id, purpose_id, user_id, contact_id, verb, categories, owners, page_view, refused, at,
    visible_from, by, subject)) stored;
alter table trail_change add column salt uuid default gen_random_uuid(), add column kept bytea;
alter table trail_change add column digest bytea generated always as (
  czrm.digest_of_change(salt, kept, id, institution_id, content_type_id, object_pk, object_id, action, "timestamp", cid, object_repr, changes,
    changes_text, serialized_data, additional_data, actor_email, remote_addr, remote_port)) stored;
"""
SEALING = r"""
grant select on trail_event, trail_accessentry, trail_change, trail_segment to czrm_definer;

create function czrm.begin_segment(of_table text, cap int)
returns table (number bigint, previous bytea, floor_id bigint, upto bigint, horizon bigint, ceiling bigint,
               ids text, amount int, total bytea, leaves bytea, last_id bigint, sealed_at timestamptz)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  mine trail_segment;
  covered int8multirange;
begin
  if of_table not in ('trail_event', 'trail_accessentry', 'trail_change') then
    raise invalid_parameter_value using message = 'not a table of the trail';
  end if;
  perform pg_advisory_xact_lock(hashtext('czrm.segments'));
  floor_id := 0;
  select s.* into mine from trail_segment s where s.of_table = begin_segment.of_table order by s.number desc limit 1;
  if mine.number is not null then
    -- what ran while segment s was made had ended when mine was made: up to there nothing can come any more
    select greatest(mine.floor_id, coalesce((
      select least(s.upto, mine.upto) from trail_segment s
       where s.of_table = begin_segment.of_table and s.ceiling <= mine.horizon order by s.number desc limit 1), 0)) into floor_id;
  end if;
  select coalesce(range_agg(s.ids::int8multirange), '{}') into covered
    from trail_segment s where s.of_table = begin_segment.of_table and s.last_id > begin_segment.floor_id;
  select coalesce(max(s.number), 0) + 1 into number from trail_segment s;
  select s.chain into previous from trail_segment s where s.number = begin_segment.number - 1;
  sealed_at := clock_timestamp();
  execute format(
    'with fresh as (select id, digest from %1$I where id > $1 and not ($2 @> id) order by id limit $3)
     select count(*), range_agg(int8range(id, id, ''[]''))::text, sha256(string_agg(digest, '''' order by id)),
            string_agg(substring(digest for 8), '''' order by id), max(id),
            case when count(*) < $3 then (select max(id) from %1$I) else max(id) end,
            pg_snapshot_xmin(pg_current_snapshot())::text::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint
       from fresh', of_table)
  into amount, ids, total, leaves, last_id, upto, horizon, ceiling using floor_id, covered, cap;
  if amount > 0 then
    return next;
  end if;
end $$;

create function czrm.erase_trail(of_table text, keys bigint[]) returns bigint
language plpgsql volatile set search_path = public, pg_temp as $$
declare done bigint;
begin
  if of_table = 'trail_event' then
    update trail_event set kept = sha256(uuid_send(salt) || convert_to(concat(by, chr(31), data), 'UTF8')),
           salt = null, by = '', data = '{}'
     where id = any(keys) and kept is null;
  elsif of_table = 'trail_accessentry' then
    update trail_accessentry set kept = sha256(uuid_send(salt) || convert_to(concat(by, chr(31), subject), 'UTF8')),
           salt = null, by = '', subject = ''
     where id = any(keys) and kept is null;
  elsif of_table = 'trail_change' then
    update trail_change set kept = sha256(uuid_send(salt) || convert_to(concat(object_repr, chr(31), changes, chr(31), changes_text, chr(31), serialized_data,
            chr(31), additional_data, chr(31), actor_email, chr(31), host(remote_addr), chr(31), remote_port), 'UTF8')),
           salt = null, object_repr = '', changes = null, changes_text = '', serialized_data = null, additional_data = null, actor_email = null, remote_addr = null, remote_port = null
     where id = any(keys) and kept is null;
  else
    raise invalid_parameter_value using message = 'not a table of the trail';
  end if;
  get diagnostics done = row_count;
  return done;
end $$;

alter function czrm.begin_segment owner to czrm_definer;
revoke execute on function czrm.begin_segment, czrm.erase_trail from public;
grant execute on function czrm.begin_segment to czrm_app;
"""
UNDO = """
drop function czrm.erase_trail; drop function czrm.begin_segment;
alter table trail_event drop column digest, drop column kept, drop column salt;
alter table trail_accessentry drop column digest, drop column kept, drop column salt;
alter table trail_change drop column digest, drop column kept, drop column salt;
drop function czrm.digest_of_event; drop function czrm.digest_of_accessentry; drop function czrm.digest_of_change;
"""


class Migration(migrations.Migration):
    dependencies = [("trail", "0003_owners")]
    operations = [
        migrations.CreateModel(
            name="Segment",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("of_table", models.CharField(max_length=30)),
                ("floor_id", models.BigIntegerField()),
                ("upto", models.BigIntegerField()),
                ("last_id", models.BigIntegerField()),
                ("horizon", models.BigIntegerField()),
                ("ceiling", models.BigIntegerField()),
                ("ids", models.TextField()),
                ("amount", models.PositiveIntegerField()),
                ("total", models.BinaryField()),
                ("leaves", models.BinaryField()),
                ("sealed_at", models.DateTimeField()),
                ("previous", models.BinaryField()),
                ("chain", models.BinaryField()),
                ("key", models.BinaryField()),
                ("signature", models.BinaryField()),
            ],
            options={"indexes": [models.Index(fields=["of_table", "last_id"], name="segment_of_table")]},
        ),
        migrations.RunSQL(DIGESTS, migrations.RunSQL.noop),
        migrations.RunSQL(SEALING, UNDO),
    ]
