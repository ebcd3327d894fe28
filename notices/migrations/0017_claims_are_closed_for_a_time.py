from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("notices", "0016_public_pages_lie_as_files")]

    operations = [
        migrations.AddField(model_name="incident", name="claims_closed_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="incident", name="claims_opens_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="incident", name="claims_message_ko", field=models.TextField(blank=True, default=""), preserve_default=False
        ),
        migrations.AddField(
            model_name="incident", name="claims_message_en", field=models.TextField(blank=True, default=""), preserve_default=False
        ),
        migrations.AddField(model_name="incident", name="claims_until_before", field=models.DateField(null=True)),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                name="notices_incident_claims_are_closed_with_a_reason",
                condition=Q(claims_closed_at__isnull=True, claims_opens_at__isnull=True)
                | Q(claims_closed_at__isnull=False, claims_until_before__isnull=False)
                & (Q(claims_opens_at__isnull=True) | Q(claims_closed_at__lte=F("claims_opens_at")))
                & ~Q(claims_message_ko="")
                & ~Q(claims_message_en=""),
            ),
        ),
    ]
