from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("correspondence", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("read_at", None)), fields=["state", "thread"], name="unread_of_a_thread"
            ),
        ),
    ]
