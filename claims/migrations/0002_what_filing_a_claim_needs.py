"""The receiver in both languages; when a draft was last opened or saved."""

from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):
    dependencies = [("claims", "0001_the_first_tables")]

    operations = [
        migrations.RenameField("claim", "receiver", "receiver_ko"),
        migrations.AddField(
            "claim", "receiver_en", models.CharField(max_length=120, default=""), preserve_default=False
        ),
        migrations.AlterField("draft", "saved_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "draft", "touched_at", models.DateTimeField(db_index=True, default=timezone.now), preserve_default=False
        ),
    ]
