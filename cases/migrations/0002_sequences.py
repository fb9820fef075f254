"""Numbers of cases and of register entries: sequences, so that no page waits for a counter row."""

from django.db import migrations

SEQUENCES = """
create sequence czrm.case_number;
create sequence czrm.entry_number;
create sequence czrm.decision_number;
grant usage on sequence czrm.case_number, czrm.entry_number, czrm.decision_number to czrm_app, czrm_definer;
"""
UNDO = "drop sequence czrm.case_number; drop sequence czrm.entry_number; drop sequence czrm.decision_number"


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_work")]
    operations = [migrations.RunSQL(SEQUENCES, UNDO)]
