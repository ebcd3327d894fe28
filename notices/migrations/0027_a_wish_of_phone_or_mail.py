
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0026_a_line_is_proven_by_something'),
    ]

    operations = [
        migrations.CreateModel(
            name='ContactWish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person_key', models.UUIDField()),
                ('way', models.CharField(choices=[('phone', '문자나 알림톡'), ('email', '이메일')], max_length=5)),
                ('wished_at', models.DateTimeField()),
                ('incident', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.incident')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('incident'), models.F('person_key'), name='notices_contactwish_once')],
            },
        ),
    ]
