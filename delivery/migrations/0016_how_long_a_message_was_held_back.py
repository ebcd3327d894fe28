import datetime

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('delivery', '0015_room_for_what_becomes_of_a_row'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='held_for',
            field=models.DurationField(db_default=datetime.timedelta(0), default=datetime.timedelta),
        ),
    ]
