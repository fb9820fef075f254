from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_filing_host")]

    operations = [
        migrations.AddField(
            model_name='calendar',
            name='edition',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
    ]
