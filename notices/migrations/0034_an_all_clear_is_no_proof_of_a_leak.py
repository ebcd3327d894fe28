from django.db import migrations, models

# Lines of all-clears that were told before there was a column for it.
CLEARS = """
    UPDATE notices_telling AS line SET clears = true
    FROM notices_campaign AS campaign WHERE campaign.id = line.campaign_id AND campaign.cleared_by_id IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0033_an_attempt_that_cannot_be_judged")]

    operations = [
        migrations.AddField("telling", "clears", models.BooleanField(db_default=False, default=False)),
        migrations.RunSQL(CLEARS, migrations.RunSQL.noop),
    ]
