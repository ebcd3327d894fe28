from django.db import migrations, models


class Migration(migrations.Migration):
    """Room for the provider's name before its event's id. Rows of before keep their ids."""

    dependencies = [
        ('delivery', '0016_how_long_a_message_was_held_back'),
    ]

    operations = [
        migrations.AlterField(
            model_name='receipt',
            name='event_id',
            field=models.CharField(max_length=160, primary_key=True, serialize=False),
        ),
    ]
