"""Who may write what everybody reads: memberships, teams' seats, other bodies' systems, and the institutions themselves.

The seats' table is as old as the memberships: it only gets a model of its own, and with it a fence.
"""

import czrm.kit.policies
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('institutions', '0002_walls'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[
            migrations.CreateModel(
                name='Seat',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='institutions.membership')),
                    ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='institutions.team')),
                ],
                options={
                    'db_table': 'institutions_membership_teams',
                    'unique_together': {('membership', 'team')},
                },
            ),
            migrations.AlterField(
                model_name='membership',
                name='teams',
                field=models.ManyToManyField(blank=True, related_name='members', through='institutions.Seat', to='institutions.team', verbose_name='teams'),
            ),
        ]),
        migrations.AddConstraint(
            model_name='institution',
            constraint=czrm.kit.policies.Policies(add="case kind when 'body' then exists (select from institutions_institution own where own.id = nullif(current_setting('czrm.institution', true), '')::bigint and own.kind = 'platform') when 'outside' then nullif(current_setting('czrm.institution', true), '')::bigint > 0 else not exists (select from institutions_institution) end", change="(nullif(current_setting('czrm.institution', true), '')::bigint = institutions_institution.id or institutions_institution.kind <> 'platform' and exists (select from institutions_institution own where own.id = nullif(current_setting('czrm.institution', true), '')::bigint and own.kind = 'platform'))", name='institutions_institution_fence', see='true'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=czrm.kit.policies.Policies(add="nullif(current_setting('czrm.institution', true), '')::bigint = institutions_membership.institution_id", change="nullif(current_setting('czrm.institution', true), '')::bigint = institutions_membership.institution_id", name='institutions_membership_fence', see='true'),
        ),
        migrations.AddConstraint(
            model_name='seat',
            constraint=czrm.kit.policies.Policies(add="nullif(current_setting('czrm.institution', true), '')::bigint = all (array[(select m.institution_id from institutions_membership m where m.id = institutions_membership_teams.membership_id), (select t.institution_id from institutions_team t where t.id = institutions_membership_teams.team_id)])", change="nullif(current_setting('czrm.institution', true), '')::bigint = all (array[(select m.institution_id from institutions_membership m where m.id = institutions_membership_teams.membership_id), (select t.institution_id from institutions_team t where t.id = institutions_membership_teams.team_id)])", name='institutions_seat_fence', see='true'),
        ),
        migrations.AddConstraint(
            model_name='client',
            constraint=czrm.kit.policies.Policies(add="nullif(current_setting('czrm.institution', true), '')::bigint = coalesce(institutions_client.host_id, institutions_client.institution_id) and (institutions_client.institution_id = nullif(current_setting('czrm.institution', true), '')::bigint or exists (select from institutions_institution body where body.id = institutions_client.institution_id and body.kind = 'outside'))", change="nullif(current_setting('czrm.institution', true), '')::bigint = coalesce(institutions_client.host_id, institutions_client.institution_id)", name='institutions_client_fence', see='true'),
        ),
    ]
