"""Nothing yet."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("citizens", "0005_mandates")]
    operations: list[object] = []
