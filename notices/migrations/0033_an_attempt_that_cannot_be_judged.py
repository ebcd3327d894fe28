from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The index is of a table with a row a message of every campaign: nobody waits for it.
    atomic = False

    dependencies = [
        ('notices', '0032_a_stranger_holds_a_notice'),
    ]

    operations = [
        migrations.AddField(
            model_name='attempt',
            name='stuck_since',
            field=models.DateTimeField(null=True),
        ),
        AddIndexConcurrently(
            model_name='attempt',
            index=models.Index(models.F('stuck_since'), condition=models.Q(('stuck_since__isnull', False)), name='notices_attempt_stuck'),
        ),
    ]
