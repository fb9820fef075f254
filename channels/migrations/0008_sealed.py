"""Protected people, in the policies: see czrm/kit/sealed.py."""

from django.db import migrations

from czrm.kit.policies import Policies


class Migration(migrations.Migration):
    dependencies = [("channels", "0007_errand"), ("cases", "0010_sealed")]

    operations = [
        migrations.RemoveConstraint("contact", "channels_contact_fence"),
        migrations.RemoveConstraint("notice", "channels_notice_fence"),
        migrations.AddConstraint(
            "contact",
            Policies(
                name="channels_contact_fence",
                see="(institution_id = any((select czrm.visible_institutions('interaction'))::bigint[]) or (citizen_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id))) and (channels_contact.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
                add="(channels_contact.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint) and (channels_contact.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
                change="(channels_contact.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint) and (channels_contact.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
            ),
        ),
        migrations.AddConstraint(
            "notice",
            Policies(
                name="channels_notice_fence",
                see="(institution_id = any((select czrm.visible_institutions('notice'))::bigint[]) or (citizen_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id)) or (case_id = nullif(current_setting('czrm.case', true), '')::bigint) or (case_id = any((select czrm.mandated_cases())::bigint[]))) and (channels_notice.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
                add="(channels_notice.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint) and (channels_notice.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
                change="(channels_notice.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint) and (channels_notice.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
            ),
        ),
    ]
