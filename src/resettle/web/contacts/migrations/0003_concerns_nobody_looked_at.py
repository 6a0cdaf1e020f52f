"""Concerns at which nobody has looked are few: a coordinator's Monday finds them without reading every contact."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One index of those rows only."""

    dependencies = [("contacts", "0002_faster")]

    operations = [
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("concern_for__isnull", False), ("concern_seen_at", None)),
                fields=["at"],
                name="concerns_nobody_looked_at",
            ),
        ),
    ]
