import czrm.kit.policies
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0007_retired_are_read"),
        ("citizens", "0005_mandates"),
        ("institutions", "0002_walls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="case",
            name="cases_case_fence",
        ),
        migrations.AddField(
            model_name="case",
            name="agent",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="citizens.citizen",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=czrm.kit.policies.Policies(
                add="cases_case.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint",
                change="cases_case.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint",
                name="cases_case_fence",
                see="institution_id = any((select czrm.visible_institutions('case'))::bigint[]) or (citizen_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id)) or (id = nullif(current_setting('czrm.case', true), '')::bigint) or (id = any((select czrm.mandated_cases())::bigint[])) or filed_by_id = nullif(current_setting('czrm.client', true), '')::bigint",
            ),
        ),
    ]
