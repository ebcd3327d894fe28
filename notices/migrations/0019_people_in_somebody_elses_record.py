import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0018_a_notice_is_up_until_two_take_it_down")]

    operations = [
        migrations.CreateModel(
            name="ThirdParty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("name_ko", models.CharField(max_length=80)),
                ("name_en", models.CharField(max_length=120)),
                (
                    "items",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), size=None),
                ),
                (
                    "known",
                    models.CharField(choices=[("leaked", "유출됐어요"), ("possible", "유출됐을 수 있어요")], max_length=8),
                ),
                ("words_ko", models.TextField(blank=True)),
                ("words_en", models.TextField(blank=True)),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="third_parties",
                        to="notices.incident",
                    ),
                ),
            ],
            options={"ordering": ["incident", "position"]},
        ),
    ]
