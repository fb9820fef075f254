import czrm.kit.policies
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("citizens", "0005_mandates"),
        ("institutions", "0002_walls"),
        ("trail", "0004_seal"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="accessentry",
            name="trail_accessentry_fence",
        ),
        migrations.RemoveConstraint(
            model_name="event",
            name="trail_event_fence",
        ),
        migrations.AddConstraint(
            model_name="accessentry",
            constraint=czrm.kit.policies.Policies(
                add="trail_accessentry.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint or trail_accessentry.institution_id = nullif(current_setting('czrm.portal', true), '')::bigint",
                change="trail_accessentry.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint",
                name="trail_accessentry_fence",
                see="institution_id = any((select czrm.visible_institutions('access'))::bigint[]) or (citizen_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id) and visible_from <= statement_timestamp())",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=czrm.kit.policies.Policies(
                add="trail_event.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint",
                change="trail_event.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint",
                name="trail_event_fence",
                see="institution_id = any((select czrm.visible_institutions('event'))::bigint[]) or (citizen_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id) and public) or (case_id = nullif(current_setting('czrm.case', true), '')::bigint and public) or (case_id = any((select czrm.mandated_cases())::bigint[]) and public)",
            ),
        ),
    ]
