import hashlib
import json
import secrets

from django.db import migrations, models

START = "0" * 64


def hash_of(before, event, reason):
    says = [
        before,
        event.sequence,
        event.at.isoformat(),
        str(event.user_id or ""),
        str(event.person_id or ""),
        event.verb,
        event.page,
        reason,
    ]
    return hashlib.sha256(json.dumps(says, ensure_ascii=False).encode()).hexdigest()


def rechain(apps, schema_editor):
    """Put the hash of each reason in the chain instead of its words. An event that did not follow before does not follow after."""
    event_model, head = apps.get_model("access", "AccessEvent"), apps.get_model("access", "AccessHead")
    was, now, broken = START, START, False
    for event in event_model.objects.order_by("sequence").iterator(2000):
        broken = broken or event.hash != hash_of(was, event, event.reason)
        was = event.hash
        if event.reason:
            event.salt = secrets.token_hex(16)
            event.reason_hash = hashlib.sha256(f"{event.salt}{event.reason}".encode()).hexdigest()
        if not broken:
            event.hash = hash_of(now, event, event.reason_hash)
        now = event.hash
        event.save(update_fields=["salt", "reason_hash", "hash"])
    head.objects.filter(pk=1).update(hash=now)


class Migration(migrations.Migration):
    dependencies = [("access", "0002_initial")]

    operations = [
        migrations.AddField(
            "accessevent", "reason_hash", models.CharField(blank=True, default="", max_length=64), False
        ),
        migrations.AddField("accessevent", "salt", models.CharField(blank=True, default="", max_length=32), False),
        migrations.RunPython(rechain, migrations.RunPython.noop),
    ]
