import czrm.kit.policies
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0006_lean_indexes'),
        ('institutions', '0002_walls'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='procedure',
            name='cases_procedure_fence',
        ),
        migrations.AddConstraint(
            model_name='procedure',
            constraint=czrm.kit.policies.Policies(add="cases_procedure.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint", change="cases_procedure.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint", name='cases_procedure_fence', see="status = any('{published,retired}') or institution_id = nullif(current_setting('czrm.institution', true), '')::bigint"),
        ),
    ]
