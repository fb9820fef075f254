import czrm.kit.policies
from django.conf import settings
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0008_agent"),
        ("channels", "0005_drafts"),
        ("citizens", "0005_mandates"),
        ("institutions", "0002_walls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="contact",
            name="channels_contact_fence",
        ),
        migrations.RemoveConstraint(
            model_name="notice",
            name="channels_notice_fence",
        ),
        migrations.AddConstraint(
            model_name="contact",
            constraint=czrm.kit.policies.Policies(
                add="channels_contact.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint",
                change="channels_contact.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint",
                name="channels_contact_fence",
                see="institution_id = any((select czrm.visible_institutions('interaction'))::bigint[]) or (citizen_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id))",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=czrm.kit.policies.Policies(
                add="channels_notice.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint",
                change="channels_notice.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint",
                name="channels_notice_fence",
                see="institution_id = any((select czrm.visible_institutions('notice'))::bigint[]) or (citizen_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id)) or (case_id = nullif(current_setting('czrm.case', true), '')::bigint) or (case_id = any((select czrm.mandated_cases())::bigint[]))",
            ),
        ),
    ]
