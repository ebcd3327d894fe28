from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("delivery", "0007_ways_by_alimtalk_and_by_letter")]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("arrived_at", models.DateTimeField()),
            ],
        ),
    ]
