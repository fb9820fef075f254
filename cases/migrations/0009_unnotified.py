"""A decision is not the citizen's to read before it was notified, in the database either."""

import czrm.kit.policies
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0008_agent'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='decision',
            name='cases_decision_fence',
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=czrm.kit.policies.Policies(add="exists (select from cases_case whole where whole.id = cases_decision.case_id and whole.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint)", change="exists (select from cases_case whole where whole.id = cases_decision.case_id and whole.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint)", name='cases_decision_fence', see="exists (select from cases_case whole where whole.id = cases_decision.case_id and true) and (notified_at <= statement_timestamp() or nullif(current_setting('czrm.institution', true), '')::bigint > 0)"),
        ),
    ]
