from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Of every message there is: nobody waits for it.
    atomic = False

    dependencies = [("delivery", "0017_an_event_is_its_providers")]

    operations = [
        AddIndexConcurrently(
            "message",
            models.Index(
                "put_at",
                condition=models.Q(settled_at__isnull=False, state="unknown"),
                name="delivery_message_set_aside",
            ),
        ),
    ]
