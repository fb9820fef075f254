"""Nothing yet."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("citizens", "0007_logins")]
    operations: list[object] = []
