from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("delivery", "0005_a_code_in_every_message")]

    operations = [
        migrations.CreateModel(
            name="Share",
            fields=[
                ("way", models.CharField(max_length=10, primary_key=True, serialize=False)),
                ("first", models.PositiveSmallIntegerField()),
                ("moved_at", models.DateTimeField(null=True)),
                ("trouble_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [models.CheckConstraint(name="delivery_share_is_a_percentage", condition=Q(first__lte=100))],
            },
        ),
    ]
