"""Protected people, in the policies: see czrm/kit/sealed.py."""

from django.db import migrations

from czrm.kit.policies import Policies


class Migration(migrations.Migration):
    dependencies = [("trail", "0007_review")]

    operations = [
        migrations.RemoveConstraint("event", "trail_event_fence"),
        migrations.AddConstraint(
            "event",
            Policies(
                name="trail_event_fence",
                see="(institution_id = any((select czrm.visible_institutions('event'))::bigint[]) or (citizen_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id) and public) or (case_id = nullif(current_setting('czrm.case', true), '')::bigint and public) or (case_id = any((select czrm.mandated_cases())::bigint[]) and public)) and (trail_event.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
                add="(trail_event.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint) and (trail_event.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
                change="(trail_event.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint) and (trail_event.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
            ),
        ),
    ]
