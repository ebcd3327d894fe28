from django.db import migrations


class Migration(migrations.Migration):
    """What a line kept of its one message, before each way had an attempt of its own: the code let go of it in 0026."""

    dependencies = [
        ('notices', '0029_where_to_ask_in_more_ways'),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE notices_telling DROP COLUMN IF EXISTS message_key, DROP COLUMN IF EXISTS look_again_at",
            migrations.RunSQL.noop,
        ),
    ]
