
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('delivery', '0010_templates_of_alimtalk'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='message',
            options={'permissions': [('handle_message', 'may have a message sent again, or call it back')]},
        ),
    ]
