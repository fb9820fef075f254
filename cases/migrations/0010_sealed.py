"""Protected people, in the policies: see czrm/kit/sealed.py."""

from django.db import migrations

from czrm.kit.policies import Policies


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_unnotified")]

    operations = [
        migrations.RemoveConstraint("case", "cases_case_fence"),
        migrations.RemoveConstraint("note", "cases_note_fence"),
        migrations.AddConstraint(
            "case",
            Policies(
                name="cases_case_fence",
                see="(institution_id = any((select czrm.visible_institutions('case'))::bigint[]) or (citizen_id = nullif(current_setting('czrm.citizen', true), '')::bigint and institution_id = coalesce(nullif(current_setting('czrm.before', true), '')::bigint, institution_id)) or (id = nullif(current_setting('czrm.case', true), '')::bigint) or (id = any((select czrm.mandated_cases())::bigint[])) or filed_by_id = nullif(current_setting('czrm.client', true), '')::bigint) and (cases_case.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
                add="(cases_case.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint) and (cases_case.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
                change="(cases_case.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint) and (cases_case.citizen_id in (select unnest(nullif(current_setting('czrm.sealed', true), '')::bigint[]))) is not true",
            ),
        ),
        migrations.AddConstraint(
            "note",
            Policies(
                name="cases_note_fence",
                see="(institution_id = any((select czrm.visible_institutions('note'))::bigint[])) and exists (select from cases_case whole where whole.id = cases_note.case_id and true)",
                add="cases_note.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint",
                change="cases_note.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint",
            ),
        ),
    ]
