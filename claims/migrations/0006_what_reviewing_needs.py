from zoneinfo import ZoneInfo

from django.db import migrations, models

from claims import rules


def fill(apps, schema_editor):
    Claim = apps.get_model("claims", "Claim")
    for claim in Claim.objects.select_related("incident").filter(decide_by_date=None).iterator():
        received = claim.submitted_at.astimezone(ZoneInfo(claim.incident.time_zone)).date()
        claim.decide_by_date = rules.decided_by(received, claim.incident.decide_within_business_days)
        claim.save(update_fields=["decide_by_date"])


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0005_what_deciding_and_paying_need"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="claim",
            options={
                "permissions": [
                    ("review_claim", "Can review a claim and propose a decision"),
                    ("confirm_claim", "Can confirm or send back what another proposed"),
                    ("reveal_claim", "Can open the personal data of a claim, giving a reason"),
                ]
            },
        ),
        migrations.AddField("move", "version", models.PositiveIntegerField(default=1)),
        migrations.AddField("evidence", "version", models.PositiveIntegerField(default=1)),
        migrations.AddField("proposal", "sealed_note", models.BinaryField(null=True)),
        migrations.AddField("claim", "decide_by_date", models.DateField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("claim", "decide_by_date", models.DateField()),
        migrations.AddIndex("claim", models.Index("decide_by_date", "id", name="claims_claim_by_due_day")),
    ]
