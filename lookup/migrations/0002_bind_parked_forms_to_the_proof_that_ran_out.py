import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """No form was ever parked before this: the table is made anew."""

    dependencies = [("lookup", "0001_the_first_tables")]

    operations = [
        migrations.DeleteModel(name="Parked"),
        migrations.CreateModel(
            name="Parked",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("browser_hash", models.BinaryField(db_index=True, max_length=32)),
                (
                    "proof",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parked", to="lookup.proof"
                    ),
                ),
                ("path", models.CharField(max_length=200)),
                ("sealed_form", models.BinaryField()),
                ("parked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("proof"), models.F("path"), name="lookup_parked_newest_of_each_page"
                    )
                ],
            },
        ),
    ]
