from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0025_what_was_put_is_an_attempt'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='telling',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ('waiting', 'put', 'sent', 'proven', 'unknown'))), fields=('incident', 'person_key', 'notice'), name='notices_telling_once'),
        ),
        migrations.AddConstraint(
            model_name='telling',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['put', 'sent', 'unknown']), _negated=True), models.Q(('put_at__isnull', False), ('rung__isnull', False), models.Q(('channel', ''), _negated=True)), _connector='OR'), name='notices_telling_put_has_its_rung'),
        ),
        migrations.AddConstraint(
            model_name='telling',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('proven_at__isnull', False), ('rung__isnull', False), ('state', 'proven'), models.Q(('proof', ''), _negated=True)), models.Q(models.Q(('state', 'proven'), _negated=True), ('proof', ''), ('proven_at__isnull', True)), _connector='OR'), name='notices_telling_proven_by_something'),
        ),
        # The columns stay for one more release: code that is still running while this is put in place reads them.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE notices_telling ALTER COLUMN message_key SET DEFAULT ''",
                    migrations.RunSQL.noop,
                ),
            ],
            state_operations=[
                migrations.RemoveField(
                    model_name='telling',
                    name='look_again_at',
                ),
                migrations.RemoveField(
                    model_name='telling',
                    name='message_key',
                ),
            ],
        ),
    ]
