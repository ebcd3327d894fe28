from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lookup", "0002_bind_parked_forms_to_the_proof_that_ran_out")]

    operations = [
        migrations.AddField(model_name="proof", name="identity_hash", field=models.UUIDField(null=True)),
        migrations.AlterField(model_name="proof", name="contact_hash", field=models.UUIDField()),
        migrations.AddIndex(
            model_name="proof",
            index=models.Index(
                models.F("contact_hash"),
                models.F("identity_hash"),
                condition=models.Q(("person__isnull", False)),
                name="lookup_proof_met_before",
            ),
        ),
    ]
